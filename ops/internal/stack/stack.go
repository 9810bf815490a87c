// Package stack chooses a stack of a checkout and leads to its cluster, and has the order in which the tools, this machine, Pulumi and
// the cluster are asked to bring it up and down, to change it, and to look at it.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// defaultStack is the stack of a machine that can download the official tools.
const defaultStack = "dev"

// Stack is one stack of a checkout, as this machine operates it.
type Stack struct {
	Name     string
	Settings settings.Settings
	// Hold keeps others from changing the stack while Up or Down does, until it is given back; an error stops them. Nil: nothing does.
	Hold func(ctx context.Context, o *Operator) (giveBack func(), err error)

	root   string // the checkout
	state  pulumi.State
	tools  installer
	docker *localstack.Docker
	// connect leads to a cluster by the content of a kubeconfig, as cluster.Connect does.
	connect func(kubeconfig string) (*cluster.Cluster, error)

	stdout io.Writer
	stderr io.Writer

	// unresolved: the files do not hold all of the settings, so that Settings are a guess until Pulumi was asked.
	unresolved bool
}

// installer provides the programs that a stack is operated with, as toolchain.Toolchain does.
type installer interface {
	Install(ctx context.Context, stack string) (folder string, err error)
	Installed(stack string) (folder string, found bool)
	OfficialInReach(ctx context.Context) error
}

// Open prepares to operate a stack of the checkout in root. Without a name it is the one that was used last, or else dev
// where the official tools can be downloaded and airgap where they cannot.
func Open(ctx context.Context, root, name string, stdout, stderr io.Writer) (*Stack, error) {
	project, err := projectName(root)
	if err != nil {
		return nil, err
	}
	s := &Stack{
		Name: name, root: root, tools: toolchain.New(root, stderr), docker: localstack.NewDocker(), connect: cluster.Connect,
		stdout: stdout, stderr: stderr,
		state: pulumi.NewState(filepath.Join(root, ".state"), project, os.LookupEnv),
	}
	if err := s.configure(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// projectName is the one in Pulumi.yaml, which is another in a project that was made from this one by pulumi new.
func projectName(root string) (string, error) {
	file := filepath.Join(root, "Pulumi.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("looking for the project: %w: run this from the root of the checkout", err)
	}
	var project struct{ Name string }
	if err := yaml.Unmarshal(content, &project); err != nil {
		return "", fmt.Errorf("reading the project's name in %s: %w", file, err)
	}
	if project.Name == "" {
		return "", fmt.Errorf("reading the project's name in %s: there is none", file)
	}
	return project.Name, nil
}

// configure chooses the stack where it has no name, and reads its settings.
func (s *Stack) configure(ctx context.Context) error {
	if s.Name == "" {
		if err := s.choose(ctx); err != nil {
			return err
		}
	}
	content, err := os.ReadFile(s.file())
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no stack %s, the stacks are %s", s.Name, strings.Join(Names(s.root), ", "))
	}
	if err != nil {
		return fmt.Errorf("stack %s: %w", s.Name, err)
	}
	return s.configureBy(content)
}

// Names lists the stacks that have a file in the checkout in root, in alphabetical order.
func Names(root string) (names []string) {
	files, err := fs.Glob(os.DirFS(root), "Pulumi.*.yaml")
	if err != nil {
		return nil // a malformed pattern, which this is not
	}
	for _, file := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(file, "Pulumi."), ".yaml"))
	}
	return names
}

// file is the stack's configuration in the checkout.
func (s *Stack) file() string { return filepath.Join(s.root, "Pulumi."+s.Name+".yaml") }

// choice is the file with the name of the stack that was used last.
func (s *Stack) choice() string { return filepath.Join(s.state.Folder, "stack") }

// choose takes the stack that was used last, or decides.
func (s *Stack) choose(ctx context.Context) error {
	used, err := os.ReadFile(s.choice())
	if err == nil {
		s.Name = strings.TrimSpace(string(used))
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking for the stack that was used last: %w", err)
	}
	problem := s.tools.OfficialInReach(ctx)
	if problem == nil {
		s.Name = defaultStack
		return nil
	}
	s.Name = toolchain.Airgap
	first, _, _ := strings.Cut(problem.Error(), "\n")
	_, err = fmt.Fprintf(s.stderr, "The official Pulumi tools and images cannot be downloaded (%s): using the stack %s.\n",
		first, s.Name)
	return err
}

// remember makes this the stack that the next command takes when it is given none.
func (s *Stack) remember() error {
	if err := s.state.MakeFolder(""); err != nil {
		return err
	}
	if err := os.WriteFile(s.choice(), []byte(s.Name+"\n"), 0o600); err != nil {
		return fmt.Errorf("remembering the stack: %w", err)
	}
	return nil
}

// say tells the user what happens, in a line. What is done does not depend on whether anybody hears it.
func (s *Stack) say(line string) { _, _ = fmt.Fprintln(s.stdout, line) }

// machine is what a local stack has on this machine.
func (s *Stack) machine() *localstack.Stack {
	return &localstack.Stack{
		Name: s.Name, File: filepath.Base(s.file()), Settings: s.Settings, State: s.state, Docker: s.docker, Say: s.say,
	}
}

// Local tells whether the stack's cluster is in containers on this machine.
func (s *Stack) Local() bool { return s.Settings.Cluster.Kind == settings.Local }

// Project is the name in Pulumi.yaml.
func (s *Stack) Project() string { return s.state.Project }

// Root is the checkout.
func (s *Stack) Root() string { return s.root }
