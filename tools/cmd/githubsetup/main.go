// Command githubsetup prepares a repository on GitHub for the workflows: environments, secrets and variables, by gh. It asks for what it
// cannot know and says what it did. docs/how-to/set-up-the-pipeline.md says the same by hand.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := setup{gh: call, ask: newPrompt(os.Stdin, os.Stdout).ask, read: os.ReadFile, said: os.Stdout}.run(ctx)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "error:", err) // there is nobody else to tell
		os.Exit(1)
	}
}

// call runs gh with an input and returns what it prints. The input may be a secret, so it is never an argument.
func call(ctx context.Context, input string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "gh", arguments...)
	var printed, complaint bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &printed, &complaint
	err := command.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("gh is not on PATH: install it (https://cli.github.com), and log in with gh auth login: %w", err)
	case err != nil:
		return "", fmt.Errorf("gh %s: %w: %s", strings.Join(arguments, " "), err, bytes.TrimSpace(complaint.Bytes()))
	}
	return strings.TrimSpace(printed.String()), nil
}

// prompt asks a person at a terminal, or reads lines where there is none.
type prompt struct {
	in    *bufio.Reader
	shown io.Writer
	hide  func(context.Context) (show func()) // what is typed
}

func newPrompt(file *os.File, shown io.Writer) *prompt {
	return &prompt{in: bufio.NewReader(file), shown: shown, hide: func(ctx context.Context) func() {
		silence := exec.CommandContext(ctx, "stty", "-echo")
		silence.Stdin = file
		if silence.Run() != nil {
			return func() {} // there is no terminal, and nothing is shown
		}
		return func() {
			restore := exec.Command("stty", "echo") //nolint:noctx // also after Ctrl-C
			restore.Stdin = file
			_ = restore.Run() // the terminal was there a moment ago
			_, _ = fmt.Fprintln(shown)
		}
	}}
}

// ask shows a question and returns the line that is typed. A secret is not shown while it is typed.
func (p *prompt) ask(ctx context.Context, question string, secret bool) (string, error) {
	_, _ = fmt.Fprint(p.shown, question+": ")
	if secret {
		defer p.hide(ctx)()
	}
	line, err := p.in.ReadString('\n')
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		return "", fmt.Errorf("reading the answer: %w", err)
	}
	return strings.TrimSpace(line), nil
}
