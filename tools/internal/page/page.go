// Package page draws a stack as one HTML page: how it is, its releases, its objects, and what differs from the state. It needs no other
// file and no script, so it can be sent to somebody, or be attached to an issue.
package page

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

//go:embed page.html
var text string

// Status is what ashapp status --output json prints, as far as it is shown.
type Status struct {
	Healthy bool `json:"healthy"`
	Stack   struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	} `json:"stack"`
	Cluster struct {
		Node    string `json:"node"`
		Version string `json:"version"`
		Problem string `json:"problem"`
	} `json:"cluster"`
	Pods *struct {
		Ready   int    `json:"ready"`
		Wanted  int    `json:"wanted"`
		Image   string `json:"image"`
		Problem string `json:"problem"`
	} `json:"pods"`
	URL struct {
		Address string `json:"address"`
		Answers bool   `json:"answers"`
		Problem string `json:"problem"`
	} `json:"url"`
}

// Release is one of what ashapp history --output json prints.
type Release struct {
	Number   int                        `json:"number"`
	Time     time.Time                  `json:"time"`
	State    string                     `json:"state"`
	Image    string                     `json:"image"`
	Commit   string                     `json:"commit"`
	Restores int                        `json:"restores"`
	Cause    string                     `json:"cause"`
	Rendered map[string]json.RawMessage `json:"rendered"`
}

// Drift is what ashapp drift --output json prints.
type Drift struct {
	Differences []struct {
		Object  string `json:"object"`
		Message string `json:"message"`
	} `json:"differences"`
	Warnings []string `json:"warnings"`
}

// Stack is everything that is shown. What could not be asked is nil.
type Stack struct {
	Status   *Status
	Releases []Release // the latest first
	Drift    *Drift
	Time     time.Time
}

// Read takes what the three commands have printed; of one that failed it may be nothing.
func Read(status, history, drift []byte, now time.Time) (Stack, error) {
	stack := Stack{Time: now}
	for _, one := range []struct {
		name    string
		printed []byte
		into    any
	}{{"status", status, &stack.Status}, {"history", history, &stack.Releases}, {"drift", drift, &stack.Drift}} {
		if len(one.printed) == 0 {
			continue
		}
		if err := json.Unmarshal(one.printed, one.into); err != nil {
			return Stack{}, fmt.Errorf("reading what ashapp %s has printed: %w", one.name, err)
		}
	}
	return stack, nil
}

// Write draws the stack.
func (s Stack) Write(out io.Writer) error {
	drawn, err := template.New("page").Funcs(template.FuncMap{"short": short, "class": class, "when": when}).Parse(text)
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	if err := drawn.Execute(out, s); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// Objects are the names of those that the last verified release was made of.
func (s Stack) Objects() []string {
	for _, release := range s.Releases {
		if release.State == "verified" && len(release.Rendered) > 0 {
			return slices.Sorted(maps.Keys(release.Rendered))
		}
	}
	return nil
}

// short is the part of a commit or of an image's digest by which people tell them apart.
func short(name string) string {
	if _, digest, found := strings.Cut(name, "@"); found {
		name = strings.TrimPrefix(digest, "sha256:")
	}
	return name[:min(len(name), 12)]
}

// class is the colour of a release's state.
func class(state string) string {
	switch state {
	case "verified":
		return "good"
	case "undone", "needs a person":
		return "bad"
	}
	return "open"
}

func when(moment time.Time) string { return moment.UTC().Format("2006-01-02 15:04:05") }
