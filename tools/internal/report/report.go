// Package report turns what commands have printed into Markdown for people.
package report

import (
	"fmt"
	"regexp"
	"strings"
)

// Section is the output of one command under a title.
type Section struct{ Title, Output string }

var (
	colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	ticks   = regexp.MustCompile("`{3,}")
)

// Markdown is a heading and the sections, each folded away if there are several, in at most so many bytes: where an output is too
// long its beginning is left out, because commands say at their end how it went.
func Markdown(heading string, limit int, sections ...Section) string {
	const frame = 200 // bytes around an output, generously
	share := (limit - len(heading)) / max(1, len(sections))
	var text strings.Builder
	fmt.Fprintf(&text, "## %s\n", heading)
	for _, section := range sections {
		output := end(clean(section.Output), share-frame-len(section.Title))
		fence := fence(output)
		block := fmt.Sprintf("%s\n%s\n%s\n", fence, output, fence)
		if len(sections) == 1 {
			fmt.Fprintf(&text, "\n%s\n\n%s", section.Title, block)
			continue
		}
		fmt.Fprintf(&text, "\n<details><summary>%s</summary>\n\n%s\n</details>\n", section.Title, block)
	}
	return text.String()
}

func clean(output string) string {
	return strings.ToValidUTF8(strings.TrimSpace(colours.ReplaceAllString(output, "")), "?")
}

// end is the last whole lines of a text that fit into a limit.
func end(text string, limit int) string {
	const notice = "[the beginning is left out here, the job's log has all of it]\n"
	if len(text) <= limit {
		return text
	}
	text = text[len(text)-max(0, limit-len(notice)):]
	_, whole, _ := strings.Cut(text, "\n")
	return notice + whole
}

// fence is longer than any that the output holds, so that the output cannot end the block and write Markdown of its own.
func fence(output string) string {
	longest := "``"
	for _, found := range ticks.FindAllString(output, -1) {
		if len(found) > len(longest) {
			longest = found
		}
	}
	return longest + "`"
}
