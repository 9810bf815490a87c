package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
)

// Exit codes. Scripts may rely on them.
const (
	exitDone        = 0
	exitFailed      = 1   // nothing was changed, or what was changed is what was asked for
	exitUsage       = 2   // the command line cannot be understood
	exitUndone      = 3   // it failed, and the last good release runs
	exitNeedsPerson = 4   // it failed, and somebody must look
	exitInterrupted = 130 // as shells have it: 128 and the number of SIGINT
)

// exitCode is one of them and what it means.
type exitCode struct {
	code    int
	meaning string
	// ofReleases: only commands that release something have it.
	ofReleases bool
}

// exitCodes are all of them, as the help and the documentation list them.
func exitCodes() []exitCode {
	return []exitCode{
		{exitDone, "done", false},
		{exitFailed, "it failed; nothing was changed, or the message says what was", false},
		{exitUsage, "the command line cannot be understood", false},
		{exitUndone, "the release failed, and the last good release runs", true},
		{exitNeedsPerson, "it failed, and somebody must look: the message says where", true},
		{exitInterrupted, "interrupted", false},
	}
}

// usageError is the error of a command line that cannot be understood.
type usageError struct{ error }

// Unwrap gives the cause.
func (u usageError) Unwrap() error { return u.error }

// exit says what went wrong, nothing where err is nil, and returns the exit code.
func exit(ctx context.Context, stderr io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	code, usage := exitFailed, usageError{}
	switch state := release.StateOf(err); {
	case errors.As(err, &usage):
		code = exitUsage
	case state == release.NeedsPerson:
		code = exitNeedsPerson
	case state == release.Undone:
		code = exitUndone
	case ctx.Err() != nil:
		code, err = exitInterrupted, errors.New("interrupted: the same command again continues from here, ashapp down removes what is there")
	}
	_, _ = fmt.Fprintln(stderr, "error:", err) // the exit code says the same where nobody reads
	return code
}
