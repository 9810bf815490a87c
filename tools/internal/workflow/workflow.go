// Package workflow holds GitHub workflows to rules of this project. actionlint knows what GitHub accepts; these rules say what is
// safe and what can be run without GitHub.
package workflow

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
)

// File is a workflow with the text that it was read from, because comments count.
type File struct {
	*actionlint.Workflow
	Name  string
	lines []string
}

// Problem is a rule that a line breaks.
type Problem struct {
	File string
	Line int
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// Parse reads a workflow.
func Parse(name string, content []byte) (*File, error) {
	parsed, problems := actionlint.Parse(content)
	if len(problems) > 0 {
		all := make([]error, len(problems))
		for i, problem := range problems {
			all[i] = problem
		}
		return nil, fmt.Errorf("reading the workflow %s: %w", name, errors.Join(all...))
	}
	return &File{Workflow: parsed, Name: name, lines: strings.Split(string(content), "\n")}, nil
}

// Problems applies every rule, and lists what they find from the top of the file to its end.
func (f *File) Problems() []Problem {
	var found []Problem
	report := func(position *actionlint.Pos, format string, arguments ...any) {
		line := 1
		if position != nil {
			line = position.Line
		}
		found = append(found, Problem{File: f.Name, Line: line, Text: fmt.Sprintf(format, arguments...)})
	}
	for _, rule := range []func(*File, reporter){
		events, topPermissions, jobPermissions, pinnedActions, credentials, expressions, timeouts, shells, lengths,
		requiredSecrets, inheritedSecrets, forks, protectedStacks, caches, checkoutFirst, lateSteps, goVersions, times, vulnerabilities,
		optIn, noSecrets, links, unattended, newestOnly, wholeHistory, builtOnly,
	} {
		rule(f, report)
	}
	slices.SortStableFunc(found, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return found
}

// reporter takes a problem at a place in the file.
type reporter func(position *actionlint.Pos, format string, arguments ...any)

// Run is a step of a job that runs a script.
type Run struct {
	Job    *actionlint.Job
	Step   *actionlint.Step
	Script *actionlint.String
}

// Runs are all steps that run a script, job by job.
func (f *File) Runs() []Run {
	var runs []Run
	for _, job := range f.jobs() {
		for _, step := range job.Steps {
			if script, ok := step.Exec.(*actionlint.ExecRun); ok {
				runs = append(runs, Run{Job: job, Step: step, Script: script.Run})
			}
		}
	}
	return runs
}

// jobs are in the order of the file.
func (f *File) jobs() []*actionlint.Job {
	return slices.SortedFunc(maps.Values(f.Jobs), func(a, b *actionlint.Job) int { return cmp.Compare(a.Pos.Line, b.Pos.Line) })
}

// text is what the file says of a job.
func (f *File) text(job *actionlint.Job) string {
	last := len(f.lines)
	for _, other := range f.jobs() {
		if other.Pos.Line > job.Pos.Line {
			last = other.Pos.Line - 1
			break
		}
	}
	return strings.Join(f.lines[job.Pos.Line-1:last], "\n")
}

// line is the text at a position.
func (f *File) line(position *actionlint.Pos) string { return f.lines[position.Line-1] }

// on tells whether an event starts the workflow.
func (f *File) on(name string) bool {
	return slices.ContainsFunc(f.On, func(event actionlint.Event) bool { return event.EventName() == name })
}

var (
	secretName   = regexp.MustCompile(`\bsecrets\.([A-Za-z_][A-Za-z0-9_]*)`)
	variableName = regexp.MustCompile(`\bvars\.([A-Za-z_][A-Za-z0-9_]*)`)
	target       = regexp.MustCompile(`\bmake((?: +--?[a-z-]+)*)((?: +[a-z][a-z0-9-]*)+)`)
)

// Secrets are the names of the secrets that the workflow reads, without the token that every job has.
func (f *File) Secrets() []string { return secrets(strings.Join(f.lines, "\n")) }

// Variables are the names of the configuration variables that the workflow reads.
func (f *File) Variables() []string { return names(variableName, strings.Join(f.lines, "\n")) }

// Targets are the targets of make that a script names.
func (r Run) Targets() []string {
	var targets []string
	for _, found := range target.FindAllStringSubmatch(r.Script.Value, -1) {
		targets = append(targets, strings.Fields(found[2])...)
	}
	return targets
}

func secrets(text string) []string {
	return slices.DeleteFunc(names(secretName, text), func(name string) bool { return name == "GITHUB_TOKEN" })
}

// names are the first groups of all matches, each once.
func names(pattern *regexp.Regexp, text string) []string {
	found := map[string]bool{}
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}
