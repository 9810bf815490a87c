package pulumi

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// display shows the events of an operation as they come: a line for each resource that is done, and what the others wait for. When all is
// over it shows what was said, the stack's outputs and how many resources have changed.
type display struct {
	out      io.Writer
	heading  string // of the operation, until it was shown
	planning bool   // nothing is done: what would be is shown
	diff     bool   // with each property

	began   map[string]time.Time // by URN
	steps   map[string]step      // that have begun, by URN
	waiting map[string]string    // what was shown last of what a resource waits for, by URN
	said    diagnostics
	stack   *step // of the stack itself, with its outputs
	ended   *summary
}

// newDisplay shows an operation, such as up, on a stack.
func newDisplay(out io.Writer, operation, stack string, diff bool) *display {
	heading := map[string]string{"up": "Updating", "preview": "Previewing update", "refresh": "Refreshing", "destroy": "Destroying"}[operation]
	return &display{
		out: out, heading: fmt.Sprintf("%s (%s):", heading, stack), planning: operation == "preview", diff: diff,
		began: map[string]time.Time{}, steps: map[string]step{}, waiting: map[string]string{},
	}
}

// line takes a line that Pulumi has printed. One that is no event is shown as it is.
func (d *display) line(line string) {
	var e event
	if json.Unmarshal([]byte(line), &e) != nil {
		d.println(line)
		return
	}
	if d.heading != "" { // with the first event: until then it may be refused
		d.println(d.heading)
		d.heading = ""
	}
	switch {
	case e.DiagnosticEvent != nil:
		d.diagnostic(*e.DiagnosticEvent)
	case e.PolicyEvent != nil:
		d.said.add(e.PolicyEvent.ResourceURN, e.PolicyEvent.PolicyName+": "+e.PolicyEvent.Message+"\n", true)
	case e.ResourcePreEvent != nil:
		d.begins(e.ResourcePreEvent.Metadata)
	case e.ResOutputsEvent != nil:
		d.ends(e.ResOutputsEvent.Metadata)
	case e.ResOpFailedEvent != nil:
		d.fails(e.ResOpFailedEvent.Metadata)
	case e.SummaryEvent != nil:
		d.ended = e.SummaryEvent
	}
}

// diagnostic shows what a resource waits for, once, and keeps what has to be read when all is over.
func (d *display) diagnostic(said diagnostic) {
	switch {
	case said.Severity == "debug", ownPlugin(said.Message):
	case !said.Ephemeral:
		text := said.Prefix + said.Message
		if said.StreamID == 0 && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		d.said.add(said.URN, text, said.Severity == "error")
	case strings.Contains(said.Message, "Waiting") && d.waiting[said.URN] != said.Message:
		if s, running := d.steps[said.URN]; running {
			d.waiting[said.URN] = said.Message
			w, _ := stepWords(s.Op)
			d.row(s, fmt.Sprintf("%s (%s) %s", w.doing, d.since(said.URN), strings.TrimSpace(said.Message)))
		}
	}
}

// begins takes note of a step; one that is only planned is shown.
func (d *display) begins(s step) {
	if s.stackRow() {
		return
	}
	d.began[s.URN], d.steps[s.URN] = time.Now(), s
	if w, shown := stepWords(s.Op); shown && d.planning && w.plan != "" && s.custom() {
		d.row(s, w.plan+s.changed())
		if changes := differences(s.oldInputs(), s.newInputs(), "      "); d.diff && changes != nil {
			d.println(strings.Join(changes, "\n"))
		}
	}
}

// ends shows a step that was done.
func (d *display) ends(s step) {
	if s.stackRow() {
		d.stack = &s
		return
	}
	delete(d.steps, s.URN)
	if w, shown := stepWords(s.Op); shown && !d.planning && s.custom() {
		d.row(s, fmt.Sprintf("%s (%s)%s", w.done, d.since(s.URN), s.changed()))
	}
}

// fails shows a step that could not be done. Why, is among the diagnostics.
func (d *display) fails(s step) {
	if w, shown := stepWords(s.Op); shown {
		d.row(s, fmt.Sprintf("**%s failed** (%s)", w.doing, d.since(s.URN)))
	}
}

// row shows a line of a resource.
func (d *display) row(s step, text string) {
	w, _ := stepWords(s.Op)
	_, name, _ := cutLast(s.URN, "::")
	d.println(fmt.Sprintf(" %-2s %s %s %s", w.mark, displayType(s.Type), name, text))
}

// since is how long a step of a resource has taken.
func (d *display) since(urn string) string {
	began, known := d.began[urn]
	if !known {
		began = time.Now()
	}
	return fmt.Sprintf("%.1fs", time.Since(began).Seconds())
}

func (d *display) println(line string) { _, _ = fmt.Fprintln(d.out, line) } // that somebody listens does not matter to what is being done

// close shows what has to be read when all is over, part by part.
func (d *display) close() {
	parts := []string{d.said.String()}
	if d.stack != nil && d.ended != nil {
		parts = append(parts, d.outputs(d.stack.oldOutputs(), d.stack.newOutputs()))
	}
	if d.ended != nil {
		parts = append(parts, d.ended.text(d.said.failed()))
	}
	for _, part := range parts {
		if part != "" {
			d.println("\n" + part)
		}
	}
}

// outputs are those of the stack, in a plan those that would change.
func (d *display) outputs(before, after map[string]any) string {
	width := 0
	for name := range after {
		width = max(width, len(name))
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		value, old, had := show(after[name]), before[name], hasKey(before, name)
		line := fmt.Sprintf("    %-*s: %s", width, name, value)
		if had && show(old) != value {
			line = fmt.Sprintf("  ~ %-*s: %s => %s", width, name, show(old), value)
		} else if d.planning && had {
			continue
		}
		lines = append(lines, line)
	}
	if lines == nil {
		return ""
	}
	return "Outputs:\n" + strings.Join(lines, "\n")
}
