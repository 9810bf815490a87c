// Package debian makes root file systems out of Debian packages, from the mirrors and with the settings that the
// machine's own apt uses.
package debian

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Sources are the package sources of a release, in both formats of apt: sources.list(5).
type Sources struct {
	// Lines are one-line entries.
	Lines []string
	// Stanzas are deb822 entries.
	Stanzas []string
}

// errUnsigned refuses an entry that switches the verification of signatures off.
var errUnsigned = errors.New("trusted=yes switches the verification of signatures off; remove it")

// ReadSources collects the sources of the release with the given codename that etc (/etc/apt) configures: entries
// whose suite is the codename, or the codename with a suffix such as -updates or -security, and that have the component
// main. Other entries are third-party repositories, which no image needs.
func ReadSources(etc, codename string) (Sources, error) {
	// apt ignores files with other endings.
	var found Sources
	for format, add := range map[string]func(content, suite string) error{"*.list": found.addLines, "*.sources": found.addStanzas} {
		paths, err := filepath.Glob(filepath.Join(etc, "sources.list.d", format))
		if err != nil {
			return Sources{}, err
		}
		if format == "*.list" {
			paths = append([]string{filepath.Join(etc, "sources.list")}, paths...)
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err == nil {
				err = add(string(content), regexp.QuoteMeta(codename)+`(-\S+)?`)
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return Sources{}, fmt.Errorf("reading package sources %s: %w", path, err)
			}
		}
	}
	if len(found.Lines)+len(found.Stanzas) == 0 {
		return Sources{}, fmt.Errorf("reading package sources: no entry below %s is for Debian %s, component main", etc, codename)
	}
	return found, nil
}

// addLines keeps entries such as `deb [signed-by=/usr/share/keyrings/k.gpg] http://mirror suite main contrib`, but for those
// of a CD, which is no URL.
func (s *Sources) addLines(content, suite string) error {
	entry := regexp.MustCompile(`(?m)^[ \t]*deb[ \t]+(\[.*?\][ \t]*)?\S+://\S+[ \t]+` + suite + `[ \t]([^#\n]*[ \t])?main\b.*$`)
	for _, match := range entry.FindAllStringSubmatch(content, -1) {
		if strings.Contains(strings.ToLower(match[1]), "trusted=yes") {
			return errUnsigned
		}
		s.Lines = append(s.Lines, strings.TrimSpace(match[0]))
	}
	return nil
}

// addStanzas keeps entries of `Field: value` lines, of which a value may go on in lines that begin with a space.
func (s *Sources) addStanzas(content, suite string) error {
	content = regexp.MustCompile(`(?m)^#.*\n|[ \t\r]+$`).ReplaceAllString(content, "")
	says := func(stanza, field, word string) bool {
		return regexp.MustCompile(`(?mi)^` + field + `:(.*\n?[ \t]|[ \t]*)` + word + `([ \t]|$)`).MatchString(stanza)
	}
	for stanza := range strings.SplitSeq(content, "\n\n") {
		if !says(stanza, "Types", "deb") || says(stanza, "Enabled", "no") || !says(stanza, "Suites", suite) || !says(stanza, "Components", "main") {
			continue
		}
		if says(stanza, "Trusted", "yes") {
			return errUnsigned
		}
		s.Stanzas = append(s.Stanzas, strings.Trim(stanza, "\n"))
	}
	return nil
}
