package status

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Print prints a status in at most 8 lines, with an exclamation mark before each that is not as it should be.
func (s Status) Print(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, l := range s.lines() {
		mark, text := " ", []string{}
		for _, part := range []string{l.value, oneLine(l.problem)} {
			if part != "" {
				text = append(text, part)
			}
		}
		if l.problem != "" {
			mark = "!"
		}
		if _, err := fmt.Fprintf(table, "%s %s\t%s\n", mark, l.name, strings.Join(text, ": ")); err != nil {
			return fmt.Errorf("printing the status: %w", err)
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the status: %w", err)
	}
	return nil
}

// line is one part of a status.
type line struct{ name, value, problem string }

func (s Status) lines() []line {
	lines := []line{
		{"stack", s.Stack.Name + ", " + s.Stack.Kind, s.Stack.Problem},
		{"cluster", s.Cluster.String(), s.Cluster.Problem},
	}
	if s.Cluster == (Cluster{}) {
		lines[1].value = "unknown"
	}
	switch {
	case s.Release != nil:
		lines = append(lines, line{"release", s.Release.String(), s.Release.Problem})
	case s.Pods == nil:
		lines = append(lines, line{"release", "unknown", ""})
	default:
		lines = append(lines, line{"release", "none was verified (ashapp deploy makes releases)", ""})
	}
	if s.Latest != nil {
		lines = append(lines, line{"latest", s.Latest.String(), s.Latest.Problem})
	}
	switch {
	case s.Pods == nil:
		lines = append(lines, line{"pods", "unknown", ""})
	case s.Pods.Image == "":
		lines = append(lines, line{"pods", "unknown", s.Pods.Problem})
	default:
		lines = append(lines, line{"image", s.Pods.Image, ""}, line{"pods", s.Pods.String(), s.Pods.Problem})
	}
	answers := ""
	switch {
	case s.URL.Answers:
		answers = " answers"
	case s.URL.Problem == "":
		answers = ", not asked: the settings switch that off"
	}
	return append(lines, line{"url", s.URL.Address + answers, s.URL.Problem})
}

// String is the cluster without its problem.
func (c Cluster) String() string {
	var known []string
	if c.Node != "" {
		known = append(known, "node "+c.Node)
	}
	if c.Version != "" {
		known = append(known, "Kubernetes "+c.Version)
	}
	return strings.Join(known, ", ")
}

// shortDigest is how much of a digest people need to tell it from others, as Docker shows it: sha256: and 12 digits.
const shortDigest = len("sha256:") + 12

// String is the release without its problem.
func (r Release) String() string {
	if r.Number == 0 {
		return ""
	}
	text := fmt.Sprintf("%d, %s, %s", r.Number, r.State, r.Time.UTC().Format(time.RFC3339))
	if r.Commit != "" {
		text += ", commit " + r.Commit
	}
	if _, digest, found := strings.Cut(r.Image, "@"); found {
		text += ", " + digest[:min(len(digest), shortDigest)]
	}
	if r.Cause != "" {
		text += ", " + oneLine(r.Cause)
	}
	return text
}

// String is the number of pods without their problem.
func (p Pods) String() string {
	return fmt.Sprintf("%d of %d ready", p.Ready, p.Wanted)
}

// oneLine is a message of several lines as one.
func oneLine(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", "; ") }
