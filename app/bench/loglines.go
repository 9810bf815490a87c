package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// otherLines is how many lines of the backend's log are not of requests: "serving", "draining" and "stopped".
const otherLines = 3

// lineCounter counts the lines of the backend's log, which comes through a pipe, as in a container. It is a process of
// its own: the wakeups of a Go runtime that reads a little at a time would cost a twentieth of what is measured.
type lineCounter struct {
	cmd     *exec.Cmd
	printed bytes.Buffer
}

// startLineCounter returns the file to log to as well. Whoever has started the process that does so closes it.
func startLineCounter(ctx context.Context) (*lineCounter, *os.File, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("making a pipe for the log: %w", err)
	}
	c := &lineCounter{cmd: exec.CommandContext(ctx, "wc", "-l")}
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.SysProcAttr = reader, &c.printed, childAttributes()
	if err := c.cmd.Start(); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("counting the lines of the log: %w", err), reader.Close(), writer.Close())
	}
	return c, writer, reader.Close()
}

// requests is the number of lines of requests, once the backend has ended.
func (c *lineCounter) requests() (int, error) {
	if err := c.cmd.Wait(); err != nil {
		return 0, fmt.Errorf("counting the lines of the log: %w", err)
	}
	lines, err := strconv.Atoi(strings.TrimSpace(c.printed.String()))
	if err != nil {
		return 0, fmt.Errorf("counting the lines of the log: %w", err)
	}
	return lines - otherLines, nil
}
