package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// Tools installs what the stack is operated with.
func (s *Stack) Tools(ctx context.Context) error {
	_, err := s.tools.Install(ctx, s.Name)
	return err
}

// Preview shows what Up would change. Pulumi alone would compare with what it has recorded, so where the cluster of a local
// stack is not there any more, that is said instead.
func (s *Stack) Preview(ctx context.Context) error {
	if err := s.resolve(ctx, s.look); err != nil {
		return err
	}
	gone, err := s.machine().Gone(ctx)
	if err != nil {
		return err
	}
	if gone != "" {
		s.say(gone)
		return nil
	}
	p, err := s.look(ctx)
	if err != nil {
		return err
	}
	return p.pulumi.Preview(ctx, s.state.IsUp(s.Name) == nil) // of a stack that is not there it would be every property of everything
}

// Outputs prints the stack's outputs as JSON, {} where it has never been deployed. Secrets stay hidden.
func (s *Stack) Outputs(ctx context.Context) error {
	p, err := s.look(ctx)
	if err != nil {
		return err
	}
	return p.pulumi.PrintOutputs(ctx)
}

// kubeconfigFile is what Kubeconfig writes.
func (s *Stack) kubeconfigFile() string { return filepath.Join(s.state.Folder, "kubeconfig") }

// Kubeconfig writes the kubeconfig of a local cluster to a file for this user only and returns the file's path.
func (s *Stack) Kubeconfig(ctx context.Context) (string, error) {
	if err := s.resolve(ctx, s.look); err != nil {
		return "", err
	}
	if s.Settings.Cluster.Kind == settings.Existing {
		return "", fmt.Errorf("stack %s deploys to an existing cluster: use the kubeconfig that %s names", s.Name, s.file())
	}
	if err := s.state.IsUp(s.Name); err != nil {
		return "", err
	}
	p, err := s.look(ctx)
	if err != nil {
		return "", err
	}
	content, err := p.pulumi.Output(ctx, "kubeconfig")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(s.kubeconfigFile(), []byte(content+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("writing the kubeconfig: %w", err)
	}
	return s.kubeconfigFile(), nil
}

// Kubectl runs kubectl against the stack's cluster, in the node of a local one, which has the matching version.
func (s *Stack) Kubectl(ctx context.Context, arguments ...string) error {
	if err := s.resolve(ctx, s.look); err != nil {
		return err
	}
	if !s.Local() {
		return s.kubectlExisting(ctx, arguments)
	}
	node, err := s.machine().FindNode(ctx)
	if err != nil {
		return err
	}
	if node == nil || node.State != "running" {
		return fmt.Errorf("the node %s of stack %s does not run: make up", s.Settings.Cluster.NodeName(), s.Name)
	}
	return s.execute(ctx, nil, append([]string{s.docker.Program, "exec", "-i", node.ID, "kubectl"}, arguments...))
}

// kubectlExisting runs kubectl with the kubeconfig that the settings name, and nothing beside it, in a file for this user only that
// is removed afterwards.
func (s *Stack) kubectlExisting(ctx context.Context, arguments []string) (err error) {
	p, err := s.prepare(ctx)
	if err != nil {
		return err
	}
	if _, err := p.target(ctx); err != nil {
		return err
	}
	content, err := p.kubeconfig(ctx)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "ashapp-") // mode 0700
	if err != nil {
		return fmt.Errorf("writing the kubeconfig for kubectl: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	file := filepath.Join(folder, "kubeconfig")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		return fmt.Errorf("writing the kubeconfig for kubectl: %w", err)
	}
	return s.execute(ctx, nil, append([]string{"kubectl", "--kubeconfig", file}, arguments...))
}

// Logs shows what the backend's pods have written last.
func (s *Stack) Logs(ctx context.Context) error {
	if err := s.resolve(ctx, s.look); err != nil {
		return err
	}
	return s.Kubectl(ctx, "logs", "--namespace", s.Settings.Backend.Namespace,
		"--selector", settings.Selector, "--prefix", "--tail", "100")
}

// Execute runs a command that finds the stack's tools on its PATH and the stack's name in ASHAPP_STACK.
func (s *Stack) Execute(ctx context.Context, command ...string) error {
	programs, err := s.tools.Install(ctx, s.Name)
	if err != nil {
		return err
	}
	return s.execute(ctx, append([]string{
		"PATH=" + programs + string(os.PathListSeparator) + os.Getenv("PATH"), "ASHAPP_STACK=" + s.Name,
	}, s.machine().Environment(ctx)...), command)
}

// execute runs a command in the foreground, where it can read from the terminal and hears a Ctrl-C itself.
func (s *Stack) execute(ctx context.Context, environment, command []string) error {
	foreground := child.Foreground(ctx, command[0], command[1:]...)
	foreground.Env = append(append(os.Environ(), s.docker.Environment...), environment...)
	foreground.Stdin, foreground.Stdout, foreground.Stderr = os.Stdin, s.stdout, s.stderr
	if err := foreground.Run(); err != nil {
		return fmt.Errorf("running %s: %w", command[0], err)
	}
	return nil
}
