package child

import (
	"os"
	"os/exec"
	"syscall"
)

// detach takes the program out of the group of processes that the terminal interrupts, and has it interrupted when this process is
// killed.
func detach(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
}

func interrupt(process *os.Process) error { return process.Signal(os.Interrupt) }
