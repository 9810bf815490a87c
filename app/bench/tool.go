package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// toolGrace is what a tool has for cleaning up after itself before it is killed: apt-get must not leave half a package.
const toolGrace = 10 * time.Second

// runTool runs a program to its end and returns what it printed, stdout and stderr alike. Its whole process group is
// asked to end when ctx is done.
func runTool(ctx context.Context, environment []string, argv ...string) (string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = environment
	cmd.SysProcAttr = childAttributes()
	cmd.Cancel = func() error { return signalGroup(cmd.Process, syscall.SIGTERM) }
	cmd.WaitDelay = toolGrace
	printed, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w; it printed:\n%s", strings.Join(argv, " "), err, strings.TrimSpace(string(printed)))
	}
	return string(printed), nil
}
