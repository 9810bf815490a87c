// Package child starts programs that have to end in good order, such as Pulumi, which records what it has done so far.
package child

import (
	"context"
	"os/exec"
)

// Command is exec.CommandContext for a program that is told to stop once, by one interrupt, when ctx ends, however this
// process has been told: a Ctrl-C, which a terminal sends to everything that it runs, does not reach the program as well. Two
// would make Pulumi drop everything. The program cannot read from a terminal.
func Command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, arguments...)
	interruptOnce(command)
	return command
}
