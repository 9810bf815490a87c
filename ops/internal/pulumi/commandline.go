// Package pulumi runs the Pulumi command line on a stack of a checkout, with a local state where the user has set no backend of their
// own, and reads what it prints as JSON: settings, state, plan.
package pulumi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// CommandLine is an installed Pulumi and how it is called for a stack.
type CommandLine struct {
	// Name is the stack's.
	Name string
	// Root is the checkout.
	Root string
	// StackFile is the stack's configuration in the checkout.
	StackFile string
	// ConfigFile is the stack file to run with, once Configure has chosen it.
	ConfigFile string
	State      State
	// Programs is the folder of pulumi and its plugins.
	Programs string
	// Environment is added to that of this process, as KEY=value, once Prepare has made it.
	Environment []string
	// Stdout and Stderr show what Pulumi prints. That they take it does not matter to what is being done.
	Stdout, Stderr io.Writer
	// Before is asked before every operation of the engine, and may refuse it.
	Before func(ctx context.Context) error
	// Quiet: what Pulumi complains about is in the error alone.
	Quiet bool
}

// Prepare makes the environment to run in, more included. In the local state it makes the passphrase where there is none.
func (c *CommandLine) Prepare(more ...string) error {
	environment, err := c.State.environment(c.StackFile)
	if err != nil {
		return err
	}
	path := "PATH=" + c.Programs + string(os.PathListSeparator) + os.Getenv("PATH")
	c.Environment = slices.Concat(environment, []string{path}, shortLived(os.Getenv), more)
	return nil
}

// Configure chooses the stack file to run with.
func (c *CommandLine) Configure() (err error) {
	c.ConfigFile, err = c.State.configFile(c.StackFile, c.Name)
	return err
}

// With is the command line that runs with another stack file.
func (c *CommandLine) With(configFile string) *CommandLine {
	other := *c
	other.ConfigFile = configFile
	return &other
}

// run calls Pulumi in a folder. Its errors are shown as they come; the one returned adds the next step where we know one.
func (c *CommandLine) run(ctx context.Context, folder string, stdout io.Writer, arguments ...string) error {
	var printed, complained bytes.Buffer
	arguments = append(arguments, "--non-interactive")
	command := child.Command(ctx, filepath.Join(c.Programs, "pulumi"), arguments...)
	command.Dir, command.Env = folder, append(os.Environ(), c.Environment...)
	complaints := &lines{take: c.complain}
	// Pulumi reports what went wrong with a resource on stdout and what went wrong with itself on stderr.
	err := follow(command, io.MultiWriter(stdout, &printed), io.MultiWriter(complaints, &complained))
	complaints.close()
	if err == nil {
		return nil
	}
	if locked := refused(c.Name, complained.String()); locked != nil {
		return locked
	}
	if c.Quiet {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(complained.String()))
	}
	return fmt.Errorf("running pulumi %s: %w%s", arguments[0], err, advice(printed.String()+complained.String(), command.ProcessState))
}

// complain shows what Pulumi has said on stderr, whether anybody hears it or not.
func (c *CommandLine) complain(line string) {
	if !c.Quiet && !ownPlugin(line) {
		_, _ = fmt.Fprintln(c.Stderr, line)
	}
}

// advice is the next step after an error of Pulumi's, if we know a better one than Pulumi. ended is nil when it never ran.
func advice(said string, ended *os.ProcessState) string {
	switch {
	case strings.Contains(said, "incorrect passphrase"):
		return "\nthe local state was encrypted with another passphrase: unset PULUMI_CONFIG_PASSPHRASE and " +
			"PULUMI_CONFIG_PASSPHRASE_FILE, or give the one it was created with"
	case strings.Contains(said, "grpc: the client connection is closing"):
		// Pulumi closes the connection to the old cluster, and then would remove what runs there: unless the state says that it
		// goes with the connection, which a program before this one did not write.
		return "\na changed setting of the cluster takes a new node, and an older version of the program has left a state in " +
			"which what runs on the old one cannot be replaced: make down, then make up"
	case ended != nil && !ended.Exited():
		return "\nmake up mends what it has left behind, make down removes it"
	}
	return ""
}
