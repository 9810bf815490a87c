// Package debian makes root file systems out of Debian packages, from the mirrors and with the settings that the
// machine's own apt uses.
package debian

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Sources are the package sources of a release, in both formats of apt: sources.list(5).
type Sources struct {
	// Lines are one-line entries.
	Lines []string
	// Stanzas are deb822 entries.
	Stanzas []string
}

// ReadSources collects the sources of the release with the given codename that etc (/etc/apt) configures: entries
// whose suite is the codename, or the codename with a suffix such as -updates or -security, and that have the component
// main. Other entries are third-party repositories, which no image needs. An entry that switches the verification of
// signatures off is refused.
func ReadSources(etc, codename string) (Sources, error) {
	paths, err := sourceFiles(etc)
	if err != nil {
		return Sources{}, err
	}
	var found Sources
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Sources{}, fmt.Errorf("reading package sources: %w", err)
		}
		if err := found.add(path, string(content), codename); err != nil {
			return Sources{}, fmt.Errorf("reading package sources %s: %w", path, err)
		}
	}
	if len(found.Lines)+len(found.Stanzas) == 0 {
		return Sources{}, fmt.Errorf("reading package sources: no entry below %s is for Debian %s, component main", etc, codename)
	}
	return found, nil
}

// sourceFiles are the files that apt reads; it ignores those with other endings.
func sourceFiles(etc string) ([]string, error) {
	paths := []string{filepath.Join(etc, "sources.list")}
	for _, pattern := range []string{"*.list", "*.sources"} {
		matches, err := filepath.Glob(filepath.Join(etc, "sources.list.d", pattern))
		if err != nil {
			return nil, err
		}
		paths = append(paths, matches...)
	}
	return paths, nil
}

func (s *Sources) add(path, content, codename string) error {
	if strings.HasSuffix(path, ".list") {
		for line := range strings.Lines(content) {
			keep, err := keepLine(line, codename)
			if err != nil {
				return err
			}
			if keep {
				s.Lines = append(s.Lines, strings.TrimSpace(line))
			}
		}
		return nil
	}
	for stanza := range strings.SplitSeq(withoutComments(content), "\n\n") {
		keep, err := keepStanza(stanza, codename)
		if err != nil {
			return err
		}
		if keep {
			s.Stanzas = append(s.Stanzas, strings.Trim(stanza, "\n"))
		}
	}
	return nil
}

var errUnsigned = errors.New("trusted=yes switches the verification of signatures off; remove it")

// keepLine judges an entry such as `deb [signed-by=/usr/share/keyrings/k.gpg] http://mirror suite main contrib`.
func keepLine(line, codename string) (bool, error) {
	line, _, _ = strings.Cut(line, "#")
	kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if kind != "deb" {
		return false, nil
	}
	options := ""
	if rest = strings.TrimSpace(rest); strings.HasPrefix(rest, "[") {
		options, rest, _ = strings.Cut(rest, "]")
	}
	fields := strings.Fields(rest)
	if len(fields) < 3 || !suits(fields[1:2], codename) || !slices.Contains(fields[2:], "main") {
		return false, nil
	}
	if strings.Contains(strings.ToLower(options), "trusted=yes") {
		return false, errUnsigned
	}
	return !strings.HasPrefix(fields[0], "cdrom:"), nil
}

// keepStanza judges an entry of `Field: value` lines, of which a value may go on in lines that begin with a space.
func keepStanza(stanza, codename string) (bool, error) {
	fields := map[string]string{}
	name := ""
	for line := range strings.Lines(stanza) {
		if before, after, found := strings.Cut(line, ":"); found && !strings.HasPrefix(line, " ") {
			name, line = strings.ToLower(before), after
		}
		fields[name] += " " + strings.TrimSpace(line)
	}
	list := func(name string) []string { return strings.Fields(fields[name]) }
	if !slices.Contains(list("types"), "deb") || slices.Contains(list("enabled"), "no") ||
		!suits(list("suites"), codename) || !slices.Contains(list("components"), "main") {
		return false, nil
	}
	if slices.Contains(list("trusted"), "yes") {
		return false, errUnsigned
	}
	return true, nil
}

// suits says whether one of the suites is of the release.
func suits(suites []string, codename string) bool {
	return slices.ContainsFunc(suites, func(suite string) bool {
		return suite == codename || strings.HasPrefix(suite, codename+"-")
	})
}

// withoutComments also trims line ends, so that an empty line is what parts two stanzas.
func withoutComments(content string) string {
	var kept strings.Builder
	for line := range strings.Lines(content) {
		if !strings.HasPrefix(line, "#") {
			kept.WriteString(strings.TrimRight(line, " \t\r\n") + "\n")
		}
	}
	return kept.String()
}
