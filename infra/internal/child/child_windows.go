package child

import "os/exec"

// interruptOnce leaves the interrupt to the console: on Windows no process can send it to another.
func interruptOnce(command *exec.Cmd) {
	command.Cancel = func() error { return nil }
}
