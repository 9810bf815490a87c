// Command pipeline does for the workflows what is more than a line of shell. The Makefile calls it, so all of it also runs without
// them: where GitHub's variables are missing, the text goes to stdout.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ashwanth01/ashapp-backend/tools/internal/github"
)

var errUsage = errors.New(`usage: pipeline COMMAND
  preview STACK=FILE...      summarise previews; with PULL_REQUEST also as one comment under it
  drift STACK OUTCOME FILE   open an issue where OUTCOME (of make drift) is failure, close it where it is success
  deployment STACK FILE      summarise a deployment
  outputs                    turn a stack's outputs from JSON into name=value lines
  sbom PROGRAM               list what a program is made of, as SPDX
  require STACKFILE NAME...  fail where a variable that the stack needs is empty
  times                      summarise how long the jobs of this run took
  notes CHANGELOG SOURCE TAG print what the changelog says of a version, which must be the one in the source`)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := job{getenv: os.Getenv, stdin: os.Stdin, stdout: os.Stdout}.run(ctx, os.Args[1:])
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "error:", err) // there is nobody else to tell
		os.Exit(1)
	}
}

// job is where this runs: a job of a workflow, or a terminal.
type job struct {
	getenv func(string) string
	stdin  io.Reader
	stdout io.Writer
}

func (j job) run(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 {
		return errUsage
	}
	command, rest := arguments[0], arguments[1:]
	switch {
	case command == "preview" && len(rest) > 0:
		return j.preview(ctx, rest)
	case command == "drift" && len(rest) == 3:
		return j.drift(ctx, rest[0], rest[1], rest[2])
	case command == "deployment" && len(rest) == 2:
		return j.deployment(rest[0], rest[1])
	case command == "outputs" && len(rest) == 0:
		return j.outputs()
	case command == "sbom" && len(rest) == 1:
		return j.sbom(rest[0])
	case command == "require" && len(rest) > 1:
		return j.require(rest[0], rest[1:])
	case command == "times" && len(rest) == 0:
		return j.times(ctx)
	case command == "notes" && len(rest) == 3:
		return j.notes(rest[0], rest[1], rest[2])
	}
	return fmt.Errorf("%q: %w", arguments, errUsage)
}

// client reaches GitHub with the job's token.
func (j job) client() (*github.Client, error) { return github.New(j.getenv) }

// summarise adds to the page that GitHub shows of the run, or prints.
func (j job) summarise(text string) (err error) {
	path := j.getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		_, err := io.WriteString(j.stdout, text)
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the job's summary: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.WriteString(text + "\n"); err != nil {
		return fmt.Errorf("writing the job's summary: %w", err)
	}
	return nil
}
