package child

import (
	"os"
	"os/exec"
)

// detach leaves everything as it is: on Windows the console interrupts whatever it runs.
func detach(*exec.Cmd) {}

// interrupt leaves the interrupt to the console: on Windows no process can send it to another.
func interrupt(*os.Process) error { return nil }
