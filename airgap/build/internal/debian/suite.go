package debian

import (
	"slices"
	"strings"
)

// of returns the sources of another suite on the mirrors of a release. Entries for -updates and -security are left out: not
// every suite has them.
func (s Sources) of(codename, suite string) Sources {
	var moved Sources
	for _, line := range s.Lines {
		fields := strings.Fields(line)
		if at := slices.Index(fields, codename); at >= 0 {
			fields[at] = suite
			moved.Lines = append(moved.Lines, strings.Join(fields, " "))
		}
	}
	for _, stanza := range s.Stanzas {
		lines := strings.Split(stanza, "\n")
		for i, line := range lines {
			name, value, _ := strings.Cut(line, ":")
			if strings.EqualFold(name, "suites") && slices.Contains(strings.Fields(value), codename) {
				lines[i] = name + ": " + suite
				moved.Stanzas = append(moved.Stanzas, strings.Join(lines, "\n"))
			}
		}
	}
	return moved
}
