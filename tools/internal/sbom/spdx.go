// Package sbom lists what a Go program is made of, as an SPDX 2.3 document. The list is the one that the linker has put into the
// program: an image from scratch holds nothing else, so there is nothing to scan.
package sbom

import (
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

const (
	documentID = "SPDXRef-DOCUMENT"
	programID  = "SPDXRef-Program"
	unknown    = "NOASSERTION"
)

// Of reads a program. Version is the commit it was built from, if that is known.
func Of(program, version string, now time.Time) (Document, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return Document{}, fmt.Errorf("reading what %s is made of: %w", program, err)
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return Document{}, fmt.Errorf("reading the program: %w", err)
	}
	sum := sha256.Sum256(content)
	digest := hex.EncodeToString(sum[:])
	document := Document{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: documentID, Name: info.Path,
		// Unique to the document, as SPDX wants it: the same program at another time is another document.
		Namespace:     fmt.Sprintf("https://%s/spdx/%s-%d", info.Path, digest, now.Unix()),
		Creation:      Creation{Created: now.UTC().Format(time.RFC3339), Creators: []string{"Tool: ashapp-backend-pipeline"}},
		Relationships: []Relationship{{From: documentID, Type: "DESCRIBES", To: programID}},
		Packages: []Package{{
			ID: programID, Name: info.Main.Path, Version: cmp.Or(version, info.Main.Version), Location: unknown,
			Purpose: "APPLICATION", Checksums: []Checksum{{Algorithm: "SHA256", Value: digest}},
		}},
	}
	document.add("stdlib", strings.TrimPrefix(info.GoVersion, "go"))
	for _, module := range info.Deps {
		module = used(module)
		document.add(module.Path, module.Version)
	}
	return document, nil
}

// used is the module that was compiled: one that was replaced was not.
func used(module *debug.Module) *debug.Module {
	if module.Replace != nil && module.Replace.Version != "" {
		return module.Replace
	}
	return module
}

// add takes in a module that the program depends on.
func (d *Document) add(path, version string) {
	id := fmt.Sprintf("SPDXRef-Module-%d", len(d.Packages))
	d.Packages = append(d.Packages, Package{
		ID: id, Name: path, Version: version, Location: unknown, Purpose: "LIBRARY",
		References: []Reference{{
			Category: "PACKAGE-MANAGER", Type: "purl", Locator: "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B"),
		}},
	})
	d.Relationships = append(d.Relationships, Relationship{From: programID, Type: "DEPENDS_ON", To: id})
}
