//go:build unix

package mutation

import (
	"os/exec"
	"syscall"
)

// ownGroup has everything that a test has started end with it, when its time is up.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}
