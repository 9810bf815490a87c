package stack

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
)

// commandLine is the installed Pulumi and how it is called for a stack.
type commandLine struct {
	*Stack
	programs    string   // folder of the programs
	environment []string // on top of ours
	configFile  string
	reached     *cluster.Cluster // once it was
	quiet       bool             // what Pulumi complains about is in the error alone
}

// prepare is install for a stack that is to be there afterwards: it creates the stack where it does not exist.
func (s *Stack) prepare(ctx context.Context) (*commandLine, error) {
	p, err := s.install(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.create(ctx); err != nil {
		return nil, err
	}
	return p, p.configure(ctx)
}

// look is install for a stack that is only looked at: in a backend that others share, none is created.
func (s *Stack) look(ctx context.Context) (*commandLine, error) {
	if !s.state.ownBackend {
		return s.prepare(ctx) // nobody else sees an empty stack in the local state
	}
	p, err := s.install(ctx)
	if err != nil {
		return nil, err
	}
	return p, p.configure(ctx)
}

// configure chooses the stack file to run with, and asks for the settings in it that only Pulumi can tell.
func (p *commandLine) configure(ctx context.Context) (err error) {
	if p.configFile, err = p.state.configFile(p.file(), p.Name); err != nil {
		return err
	}
	return p.settle(ctx)
}

// install provides the tools and the command line.
func (s *Stack) install(ctx context.Context) (*commandLine, error) {
	programs, err := s.tools.Install(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	return s.newCommandLine(ctx, programs)
}

// newCommandLine is that of the programs in a folder.
func (s *Stack) newCommandLine(ctx context.Context, programs string) (*commandLine, error) {
	environment, err := s.state.environment(s.file())
	if err != nil {
		return nil, err
	}
	environment = append(environment, "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	environment = append(environment, shortLived(os.Getenv)...)
	environment = append(environment, s.engineEnvironment(ctx)...)
	return &commandLine{Stack: s, programs: programs, environment: environment}, nil
}

// create makes the stack in its backend if it is not there. In the local state that happens in a folder with a project
// file of the same name, so that Pulumi writes its salt there and not into the checkout.
func (p *commandLine) create(ctx context.Context) error {
	if p.state.ownBackend {
		return p.run(ctx, p.root, io.Discard, "stack", "select", "--create", p.Name)
	}
	created, err := p.created()
	if err != nil || created {
		return err
	}
	folder := filepath.Dir(p.state.saltFile(p.Name))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("making the state folder: %w", err)
	}
	project := []byte("name: " + p.state.project + "\nruntime: go\n")
	if err := os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), project, 0o600); err != nil {
		return fmt.Errorf("creating the stack: %w", err)
	}
	return p.run(ctx, folder, io.Discard, "stack", "init", p.Name, "--no-select")
}

// created tells whether the stack is in the local state. Pulumi writes the salt last, so a stack that is empty and has
// none was not created to the end, and is taken away.
func (p *commandLine) created() (bool, error) {
	if !exists(p.state.checkpoint(p.Name)) {
		return false, nil
	}
	if exists(p.state.saltFile(p.Name)) {
		return true, nil
	}
	recorded, err := p.state.readCheckpoint(p.Name)
	if err != nil || !recorded.empty() {
		return true, err
	}
	if err := os.Remove(p.state.checkpoint(p.Name)); err != nil {
		return false, fmt.Errorf("creating the stack anew: %w", err)
	}
	return false, nil
}

// exists tells whether there is a file. One that cannot be looked at counts as missing: whoever opens it gets the cause.
func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// operate runs an operation of the engine (up, preview, destroy, refresh) on the stack, and on no other cluster than the stack's.
func (p *commandLine) operate(ctx context.Context, arguments ...string) error {
	if !p.Local() {
		if _, err := p.target(ctx); err != nil {
			return err
		}
	}
	arguments = append(arguments, "--suppress-progress", "--stack", p.Name, "--config-file", p.configFile)
	return p.run(ctx, p.root, &display{out: unheard{p.stdout}}, arguments...)
}

// output reads an output of the stack, secrets opened.
func (p *commandLine) output(ctx context.Context, name string) (string, error) {
	var text bytes.Buffer
	err := p.run(ctx, p.root, &text, "stack", "output", name, "--show-secrets", "--stack", p.Name)
	return strings.TrimSuffix(text.String(), "\n"), err
}

// run calls Pulumi in a folder. Its errors are shown as they come; the one returned adds the next step where we know one.
func (p *commandLine) run(ctx context.Context, folder string, stdout io.Writer, arguments ...string) error {
	var printed, complained bytes.Buffer
	arguments = append(arguments, "--non-interactive")
	command := child.Command(ctx, filepath.Join(p.programs, "pulumi"), arguments...)
	command.Dir, command.Env = folder, append(os.Environ(), p.environment...)
	// Pulumi reports what went wrong with a resource on stdout and what went wrong with itself on stderr.
	command.Stdout, command.Stderr = io.MultiWriter(stdout, &printed), io.MultiWriter(&display{out: unheard{p.stderr}}, &complained)
	if p.quiet {
		command.Stderr = &complained
	}
	if err := command.Run(); err != nil {
		if locked := refused(p.Name, complained.String()); locked != nil {
			return locked
		}
		if p.quiet {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(complained.String()))
		}
		return fmt.Errorf("running pulumi %s: %w%s", arguments[0], err, advice(printed.String()+complained.String(), command.ProcessState))
	}
	return nil
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
