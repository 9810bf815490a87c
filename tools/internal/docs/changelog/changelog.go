// Package changelog reads CHANGELOG.md, which people write in the form of Keep a Changelog.
package changelog

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	heading    = regexp.MustCompile(`^## \[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?$`)
	definition = regexp.MustCompile(`^\[[^\]]+\]: `)
	constant   = regexp.MustCompile(`(?m)^const version = "([^"]+)"$`)
)

// Version is that of the command, in the text of its source.
func Version(source string) (string, error) {
	found := constant.FindStringSubmatch(source)
	if found == nil {
		return "", fmt.Errorf("the source has no line %s", constant)
	}
	return found[1], nil
}

// Entry is what a changelog says of a version, without its heading. The heading has to have a date, and something has to stand below it.
func Entry(text, version string) (string, error) {
	var entry strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		title := heading.FindStringSubmatch(strings.TrimRight(line, "\n"))
		switch {
		case title != nil:
			inside = title[1] == version && title[2] != ""
		case inside && !definition.MatchString(line):
			entry.WriteString(line)
		}
	}
	if strings.TrimSpace(entry.String()) == "" {
		return "", fmt.Errorf("there is no entry ## [%s] - YYYY-MM-DD with something below it: write what the version changes", version)
	}
	return strings.TrimSpace(entry.String()) + "\n", nil
}
