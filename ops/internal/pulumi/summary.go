package pulumi

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// diagnostics are what was said of each resource, in the order in which it was first said.
type diagnostics struct {
	urns   []string
	texts  map[string]string
	errors map[string]bool
}

// add takes note of a text about a resource, or about the stack where the URN is empty.
func (d *diagnostics) add(urn, text string, isError bool) {
	if d.texts == nil {
		d.texts, d.errors = map[string]string{}, map[string]bool{}
	}
	if !slices.Contains(d.urns, urn) {
		d.urns = append(d.urns, urn)
	}
	d.texts[urn] += text
	d.errors[urn] = d.errors[urn] || isError
}

// failed is of how many resources an error was told.
func (d *diagnostics) failed() (number int) {
	for _, failed := range d.errors {
		if failed {
			number++
		}
	}
	return number
}

// String is what was said, below a heading for each resource; empty where nothing was.
func (d *diagnostics) String() string {
	if len(d.urns) == 0 {
		return ""
	}
	lines := []string{"Diagnostics:"}
	for _, urn := range d.urns {
		heading := "the program"
		if urn != "" {
			_, name, _ := cutLast(urn, "::")
			heading = fmt.Sprintf("%s (%s)", displayType(typeIn(urn)), name)
		}
		lines = append(lines, "  "+heading+":")
		for line := range strings.Lines(strings.Trim(d.texts[urn], "\n")) {
			lines = append(lines, strings.TrimRight("    "+line, " \r\n"))
		}
		lines = append(lines, "")
	}
	return strings.Join(lines[:len(lines)-1], "\n")
}

// text is how many resources have changed, or would, of how many an error was told, and how long it has taken.
func (s *summary) text(failed int) string {
	lines, changes, kinds := []string{"Resources:"}, 0, 0
	for _, op := range countedSteps() {
		count := s.ResourceChanges[op]
		if count == 0 {
			continue
		}
		w, _ := stepWords(op)
		text := w.done
		if s.IsPreview {
			text = "to " + w.plan
		}
		lines = append(lines, fmt.Sprintf("    %s%d %s", w.mark, count, text))
		changes, kinds = changes+count, kinds+1
	}
	var rest []string
	if kinds > 1 {
		rest = append(rest, fmt.Sprintf("%d changes", changes))
	}
	if same := s.ResourceChanges["same"]; same > 0 {
		rest = append(rest, fmt.Sprintf("%d unchanged", same))
	}
	if rest != nil {
		lines = append(lines, "    "+strings.Join(rest, ". "))
	}
	if failed > 0 {
		lines = append(lines, fmt.Sprintf("    %d errored", failed))
	}
	if !s.IsPreview {
		lines = slices.Concat(lines, []string{"", "Duration: " + (time.Duration(s.DurationSeconds) * time.Second).String()})
	}
	return strings.Join(lines, "\n")
}

// ownPlugin recognises the warning that a plugin is on PATH, where we have put it.
func ownPlugin(text string) bool {
	return strings.Contains(text, "using pulumi-") && strings.Contains(text, " from $PATH at ")
}
