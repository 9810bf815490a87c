package pulumi

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// display passes on what Pulumi prints, line by line, without what tells a reader nothing: the steps that a resource goes
// through before it is done, unless it waits, and the warning that a plugin is on PATH, where we have put it.
type display struct {
	out     io.Writer
	partial []byte // of a line that has not ended yet
	waiting string // what was shown last of a resource that waits
	held    []string
	blank   bool // whether a blank line has been left out since the last line
}

// Pulumi's display has a row for each step of a resource: operation, type, name, status, and what its plugin says.
var (
	stackRow   = regexp.MustCompile(`^ [^ ]{0,2} +pulumi:pulumi:Stack \S+ `)
	runningRow = regexp.MustCompile(`^( [^ ]{0,2} +\S+:\S+:\S+ \S+ )\w+ing(?: \w+)? \(\d+s\)(.*)$`)
	doneRow    = regexp.MustCompile(`^( [^ ]{0,2} +\S+:\S+:\S+ \S+ [\w* ]+ \([\d.]+s\))( \[diff: .*\])?.*$`)
	ownPlugin  = regexp.MustCompile(`warning: using pulumi-\S+ from \$PATH at `)
	// The end of a destroy, with advice for users of plain Pulumi.
	afterDestroy = regexp.MustCompile(`^(The resources in the stack have been deleted|If you want to remove the stack completely)`)
	// What the program itself says has this heading among the diagnostics.
	stackHeading = regexp.MustCompile(`^  pulumi:pulumi:Stack \(\S+\):$`)
)

// Write implements io.Writer.
func (d *display) Write(chunk []byte) (int, error) {
	d.partial = append(d.partial, chunk...)
	for {
		line, rest, found := bytes.Cut(d.partial, []byte("\n"))
		if !found {
			return len(chunk), nil
		}
		d.partial = rest
		if err := d.line(strings.TrimRight(string(line), " \r")); err != nil {
			return 0, err
		}
	}
}

// line shows one line or leaves it out.
func (d *display) line(line string) error {
	switch running, done := runningRow.FindStringSubmatch(line), doneRow.FindStringSubmatch(line); {
	case line == "":
		d.blank = true
		d.held = d.held[:min(1, len(d.held))] // the heading had nothing to say
		return nil
	case ownPlugin.MatchString(line), stackRow.MatchString(line), afterDestroy.MatchString(line):
		return nil
	case line == "Diagnostics:", len(d.held) > 0 && stackHeading.MatchString(line):
		d.held = append(d.held, line) // until there is something below it
		return nil
	case running != nil:
		if !strings.Contains(running[2], "Waiting") || running[1]+running[2] == d.waiting {
			return nil
		}
		d.waiting = running[1] + running[2]
	case done != nil:
		line = done[1] + done[2]
	}
	return d.show(line)
}

// show prints a line with the headings that were held for it. A line at the margin begins a part of its own.
func (d *display) show(line string) error {
	margin := line[0] != ' '
	if margin {
		d.held = nil
	}
	text := strings.Join(append(d.held, line), "\n")
	if d.blank && (margin || len(d.held) > 0) {
		text = "\n" + text
	}
	d.held, d.blank = nil, false
	_, err := fmt.Fprintln(d.out, text)
	return err
}
