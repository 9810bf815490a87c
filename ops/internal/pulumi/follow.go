package pulumi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// lookInterval is how often a file is looked at that Pulumi writes to. No event tells on every system that one has grown.
const lookInterval = 50 * time.Millisecond

// follow runs a command and copies what it prints as it comes. The command does not write into pipes: they would break where this process
// is killed, and end Pulumi with its next word, in the middle of an update, when it has just been told to stop in good order. A file takes
// what nobody reads any more.
func follow(command *exec.Cmd, stdout, stderr io.Writer) error {
	printed, err := newGrowing(stdout)
	if err != nil {
		return err
	}
	complained, err := newGrowing(stderr)
	if err != nil {
		return errors.Join(err, printed.close())
	}
	command.Stdout, command.Stderr = printed.writer, complained.writer
	err = printed.copyWhile(command, complained)
	return errors.Join(err, printed.close(), complained.close())
}

// growing is a file that a command writes to, and where it is copied to.
type growing struct {
	writer, reader *os.File
	to             io.Writer
	left           string // its name, where it still has one
}

// newGrowing makes a file for this user only. It has no name any more, so that nothing is left of it when this process is killed: except
// on Windows, which removes no file that is open, so that close does.
func newGrowing(to io.Writer) (*growing, error) {
	writer, err := os.CreateTemp("", "ashapp-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("making a file for what a program prints: %w", err)
	}
	reader, err := os.Open(writer.Name())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the file for what a program prints: %w", err), writer.Close())
	}
	g := &growing{writer: writer, reader: reader, to: to}
	if os.Remove(writer.Name()) != nil {
		g.left = writer.Name()
	}
	return g, nil
}

func (g *growing) close() error {
	err := errors.Join(g.writer.Close(), g.reader.Close())
	if g.left != "" {
		err = errors.Join(err, os.Remove(g.left))
	}
	return err
}

// copyWhile runs a command, and copies what comes meanwhile to two files. That it cannot be copied stops nothing.
func (g *growing) copyWhile(command *exec.Cmd, other *growing) error {
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	var result, problem error
	for running := true; running; {
		select {
		case result = <-ended:
			running = false
		case <-look.C:
		}
		for _, file := range []*growing{g, other} {
			if _, err := io.Copy(file.to, file.reader); err != nil && problem == nil {
				problem = err
			}
		}
	}
	return errors.Join(result, problem)
}

// lines hands on what is written to it, line by line.
type lines struct {
	take    func(line string)
	partial []byte // of a line that has not ended yet
}

// Write implements io.Writer.
func (l *lines) Write(chunk []byte) (int, error) {
	l.partial = append(l.partial, chunk...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(chunk), nil
		}
		l.partial = rest
		l.take(strings.TrimRight(string(line), " \r"))
	}
}

// close hands on what has not ended with a new line.
func (l *lines) close() {
	if len(l.partial) > 0 {
		l.take(string(l.partial))
		l.partial = nil
	}
}
