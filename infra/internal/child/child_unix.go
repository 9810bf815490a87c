//go:build unix

package child

import (
	"os"
	"os/exec"
	"syscall"
)

// interruptOnce takes the program out of the group of processes that the terminal interrupts.
func interruptOnce(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
}
