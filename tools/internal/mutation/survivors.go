package mutation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Reasons are why mutants survive, by the mutants' keys.
type Reasons map[string]string

// ParseReasons reads a list of survivors: a mutant's key on a line, and the reason on the indented lines after it. Lines that begin
// with # and empty ones are for people. An entry without a reason, or a second one for a mutant, is an error.
func ParseReasons(text string) (Reasons, error) {
	reasons, key := Reasons{}, ""
	var problems []error
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(line, "#"):
		case trimmed == strings.TrimRight(line, "\r\n "):
			if key = trimmed; reasons[key] != "" {
				problems = append(problems, fmt.Errorf("%s is listed twice", key))
			}
			reasons[key] = ""
		case key == "":
			problems = append(problems, fmt.Errorf("the reason %q is for no mutant", trimmed))
		default:
			reasons[key] = strings.TrimSpace(reasons[key] + " " + trimmed)
		}
	}
	for key, reason := range reasons {
		if reason == "" {
			problems = append(problems, fmt.Errorf("%s has no reason", key))
		}
	}
	return reasons, errors.Join(problems...)
}

// Compare holds the survivors of a run to a list: what survives without a reason, and the entries for mutants that are caught by
// now or that the code no longer has, both in order.
func (r Reasons) Compare(mutants, survivors []*Mutant) (unexplained []*Mutant, stale []string) {
	survives, exists := map[string]bool{}, map[string]bool{}
	for _, mutant := range mutants {
		exists[mutant.Key()] = true
	}
	for _, mutant := range survivors {
		survives[mutant.Key()] = true
		if _, explained := r[mutant.Key()]; !explained {
			unexplained = append(unexplained, mutant)
		}
	}
	for key := range r {
		switch {
		case !exists[key]:
			stale = append(stale, key+": the code has no such mutant")
		case !survives[key]:
			stale = append(stale, key+": a test notices it")
		}
	}
	slices.Sort(stale)
	return unexplained, stale
}
