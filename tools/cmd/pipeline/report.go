package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/ashwanth01/ashapp-backend/tools/internal/github"
	"github.com/ashwanth01/ashapp-backend/tools/internal/report"
)

// bodyLimit leaves room for a marker and the address of the run.
const bodyLimit = github.MaxBody - 1000

// preview shows the output of make preview for some stacks, where reviewers look.
func (j job) preview(ctx context.Context, stacks []string) error {
	sections := make([]report.Section, len(stacks))
	for i, argument := range stacks {
		stack, file, _ := strings.Cut(argument, "=")
		output, err := readOutput(file)
		if err != nil {
			return err
		}
		sections[i] = report.Section{Title: "Stack <code>" + stack + "</code>", Output: output}
	}
	text := report.Markdown("What make up would change", bodyLimit, sections...)
	if err := j.summarise(text); err != nil {
		return err
	}
	if j.getenv("PULL_REQUEST") == "" {
		return nil
	}
	number, err := strconv.Atoi(j.getenv("PULL_REQUEST"))
	if err != nil {
		return fmt.Errorf("reading PULL_REQUEST: %w", err)
	}
	client, err := j.client()
	if err != nil {
		return err
	}
	return client.Comment(ctx, number, github.Marker("ashapp-backend preview"), text+j.address())
}

// readOutput has words for where the command before this one did not come as far as to print.
func readOutput(file string) (string, error) {
	output, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "There is no output: an earlier step has failed.", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading what a command has printed: %w", err)
	}
	return string(output), nil
}

// drift keeps one issue open for as long as a stack differs from what was deployed. A check that fails without a word about a
// difference has found out nothing, so it changes no issue and is an error.
func (j job) drift(ctx context.Context, stack, outcome, file string) error {
	output, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading what make drift has printed: %w", err)
	}
	verdict, known := map[string]string{
		"success": "no difference.", "failure": "somebody or something has changed it.",
	}[outcome]
	if !known {
		return fmt.Errorf("the outcome of make drift is %q: %w", outcome, errUsage)
	}
	if outcome == "failure" && strings.TrimSpace(string(output)) == "" {
		return errors.New("make drift has failed and shows no difference: its own error says why")
	}
	text := report.Markdown("Drift", bodyLimit, report.Section{
		Title:  "The stack `" + stack + "` in its cluster, compared with what was deployed last: " + verdict,
		Output: string(output),
	})
	if err := j.summarise(text); err != nil {
		return err
	}
	client, err := j.client()
	if err != nil {
		return err
	}
	marker := github.Marker("ashapp-backend drift " + stack)
	if outcome == "success" {
		return client.CloseIssue(ctx, marker, "The stack is again what was deployed."+j.address())
	}
	advice := "\n`make deploy STACK=" + stack + "` puts back what the code states. A difference that is to stay belongs into the code.\n"
	return client.OpenIssue(ctx, marker, "Drift in the stack "+stack, text+advice+j.address())
}

// deployment shows how a deployment ended: its last line tells digest, commit, duration and URL, or what went wrong.
func (j job) deployment(stack, file string) error {
	output, err := readOutput(file)
	if err != nil {
		return err
	}
	const limit = 20_000
	return j.summarise(report.Markdown("Deployment of "+stack, limit, report.Section{Title: verdict(output), Output: output}))
}

// verdict is the last line that is not make's own.
func verdict(output string) string {
	last := ""
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "make") {
			last = line
		}
	}
	return "**" + strings.ReplaceAll(last, "*", "") + "**"
}

// address leads to the run, if this is one.
func (j job) address() string {
	if j.getenv("GITHUB_RUN_ID") == "" {
		return ""
	}
	return fmt.Sprintf("\n\n[The run](%s/%s/actions/runs/%s)\n",
		j.getenv("GITHUB_SERVER_URL"), j.getenv("GITHUB_REPOSITORY"), j.getenv("GITHUB_RUN_ID"))
}
