// Command deploy brings a stack of the checkout it is run in to a new version, or back to an earlier one, and tells which
// versions there were and whether the cluster is still as the stack has made it. It is a command of its own because
// watching a cluster takes a client of Kubernetes, which those who only want the stack up need not compile.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/ashwanth01/ashapp-backend/infra/internal/command"
	"github.com/ashwanth01/ashapp-backend/infra/internal/deploy"
	"github.com/ashwanth01/ashapp-backend/infra/internal/git"
	"github.com/ashwanth01/ashapp-backend/infra/internal/stack"
	"github.com/ashwanth01/ashapp-backend/infra/internal/verify"
)

// errUsage is the error of a command line that cannot be understood.
var errUsage = errors.New("usage: deploy [-stack NAME] [-url URL] deploy|rollback|history|drift")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait for the good order in which everything ends
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the command, in the current folder, from its arguments to its exit code.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	return command.Exit(ctx, stderr, dispatch(ctx, arguments, stdout, stderr), errUsage,
		"make deploy continues from here, make rollback goes back")
}

// dispatch reads the command line before it looks at the checkout, so that a mistyped one costs nothing.
func dispatch(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("deploy", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error says it
	name := flags.String("stack", "", "")
	url := flags.String("url", "", "")
	if err := flags.Parse(arguments); err != nil {
		return fmt.Errorf("%w\n%w", err, errUsage)
	}
	operate, found := map[string]func(session, context.Context) error{
		"deploy":   func(s session, ctx context.Context) error { return s.deployer.Deploy(ctx) },
		"rollback": func(s session, ctx context.Context) error { return s.deployer.Rollback(ctx) },
		"history":  session.history,
		"drift":    session.drift,
	}[flags.Arg(0)]
	if !found || flags.NArg() > 1 {
		return fmt.Errorf("unknown command %q\n%w", flags.Args(), errUsage)
	}
	root, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("looking for the checkout: %w", err)
	}
	s, err := stack.Open(ctx, root, *name, stdout, stderr)
	if err != nil {
		return err
	}
	opened, err := newSession(ctx, s, root, *url, stdout)
	if err != nil {
		return err
	}
	return operate(opened, ctx)
}

// session is what the commands have in common.
type session struct {
	deployer *deploy.Deployer
	cluster  *cluster
	stdout   io.Writer
}

func newSession(ctx context.Context, s *stack.Stack, root, url string, stdout io.Writer) (session, error) {
	operator, err := s.Operator(ctx)
	if err != nil {
		return session{}, err
	}
	cluster := &cluster{operator: operator, context: s.Settings.Cluster.Context, existing: !s.Local()}
	return session{cluster: cluster, stdout: stdout, deployer: &deploy.Deployer{
		Operator: operator, Settings: s.Settings, Project: s.Project(), URL: url, Connect: cluster.connect, Drifted: cluster.drifted,
		Verify: verify.Backend,
		Commit: func(ctx context.Context) (string, error) {
			if !s.Settings.Image.TagCommit {
				return "", nil
			}
			return git.Commit(ctx, filepath.Join(root, "app"))
		},
	}}, nil
}

// history prints the releases.
func (s session) history(ctx context.Context) error {
	releases, err := s.deployer.History(ctx)
	if err != nil {
		return err
	}
	return deploy.PrintHistory(s.stdout, releases)
}

// drift prints the differences between cluster and state, and fails where there are any.
func (s session) drift(ctx context.Context) error {
	differences, err := s.cluster.differences(ctx)
	if err != nil {
		return err
	}
	for _, difference := range differences {
		if _, err := fmt.Fprintln(s.stdout, difference); err != nil {
			return err
		}
	}
	if len(differences) > 0 {
		return fmt.Errorf("the cluster differs from the state in %d fields or objects: make deploy puts back what the stack says, "+
			"and leaves what somebody else has set besides", len(differences))
	}
	_, err = fmt.Fprintln(s.stdout, "the cluster is as the stack has made it")
	return err
}
