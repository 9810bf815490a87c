//go:build unix && !linux

package child

import (
	"os"
	"os/exec"
	"syscall"
)

// detach takes the program out of the group of processes that the terminal interrupts.
func detach(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func interrupt(process *os.Process) error { return process.Signal(os.Interrupt) }
