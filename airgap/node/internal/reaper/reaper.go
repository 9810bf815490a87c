// Package reaper is the first process of the container: it runs one child, hands signals on to it and reaps every
// process that loses its parent, such as the shims of containerd.
package reaper

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Run starts executable with argv and returns the child's exit code, or 128 plus the signal that ended it, or 1 when
// it cannot be started. SIGTERM, SIGINT, SIGHUP and SIGQUIT go to the child; standard streams are shared with it.
func Run(executable string, argv []string, stderr io.Writer) int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGCHLD, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(signals)

	child, err := os.StartProcess(executable, argv, &os.ProcAttr{
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
		Env:   os.Environ(),
	})
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "node: starting the node's process: %v\n", err)
		return 1
	}
	for received := range signals {
		if received != syscall.SIGCHLD {
			// It can have ended a moment ago, which SIGCHLD is about to tell.
			_ = child.Signal(received)
			continue
		}
		if code, ended := reap(child.Pid); ended {
			return code
		}
	}
	return 1
}

// reap collects every process that has ended and says whether child was among them, with its exit code. One SIGCHLD
// can stand for several ends.
func reap(child int) (code int, ended bool) {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil || pid <= 0:
			return code, ended
		case pid == child && status.Signaled():
			code, ended = 128+int(status.Signal()), true
		case pid == child:
			code, ended = status.ExitStatus(), true
		}
	}
}
