package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/app/compile"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
	"github.com/ashwanth01/ashapp-backend/ops/internal/registry"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// releaseCommands are those that know the versions of the backend.
func releaseCommands(o *options) []*cobra.Command {
	var url string
	var cleanup, notOlder bool
	var to int
	deploy := &cobra.Command{
		Use: "deploy", GroupID: releases, Short: "Release this version, verify it, and go back by itself where that fails",
		Long: `Release what is checked out: show the plan, update the stack, watch the new pods, and ask the backend whether it is the new version.

Where the rollout or an answer fails, the last good release is restored, image and settings, so that state and cluster agree; what a first
release has made is removed, on an existing cluster with --cleanup only. A release of a command that was stopped is finished or undone
first. The releases are kept beside the backend on the cluster. Once one is verified, two tags lead to its image in the registry:
release-STACK-NUMBER, and image.tag.`,
		Example:     "  ashapp deploy --stack prod --url https://app.example.com",
		Annotations: map[string]string{releasing: "yes"},
		RunE: withSession(o, &url, (*stack.Stack).Operator, func(ctx context.Context, s session) error {
			s.deployer.Cleanup = cleanup
			if notOlder {
				s.deployer.NotOlder = s.notOlder
			}
			return s.deployer.Deploy(ctx)
		}),
	}
	deploy.Flags().BoolVar(&cleanup, "cleanup", false, "remove what a first release has made on an existing cluster, where it fails")
	deploy.Flags().BoolVar(&notOlder, "not-older", false, "refuse a commit that is an ancestor of the one that runs")
	rollback := &cobra.Command{
		Use: "rollback", GroupID: releases, Short: "Go back to the good release before this one",
		Long: `Bring an earlier release back, its image and its settings, over the cluster, registry and credentials of today: the good one before the
one that runs, and before that when it is called again, or the one that --to names. It is a release as well, and undone where it fails.
Where the registry does not have its image any more, nothing is changed.`,
		Example:     "  ashapp rollback\n  ashapp rollback --to 3",
		Annotations: map[string]string{releasing: "yes"},
		RunE:        withSession(o, &url, (*stack.Stack).Operator, func(ctx context.Context, s session) error { return s.deployer.Rollback(ctx, to) }),
	}
	rollback.Flags().IntVar(&to, "to", 0, "the number of the release to bring back (ashapp history); default: the good one before this")
	for _, command := range []*cobra.Command{deploy, rollback} {
		command.Flags().StringVar(&url, "url", "", "where the backend is asked whether it is the release; default: where the stack says")
	}
	return []*cobra.Command{deploy, rollback, historyCommand(o), driftCommand(o)}
}

// session is what these commands have in common.
type session struct {
	deployer *release.Deployer
	cluster  target
	app      string // the folder that the image is built from
	*options
}

// opener prepares a stack to be changed, or to be looked at.
type opener func(*stack.Stack, context.Context) (*stack.Operator, error)

// withSession is a command that does one thing with a session.
func withSession(o *options, url *string, open opener, do func(context.Context, session) error) func(*cobra.Command, []string) error {
	return onStack(o, func(ctx context.Context, s *stack.Stack) error {
		operator, err := open(s, ctx)
		if err != nil {
			return err
		}
		cluster := target{operator: operator, settings: s.Settings.Cluster}
		return do(ctx, session{cluster: cluster, options: o, app: filepath.Join(s.Root(), "app"), deployer: &release.Deployer{
			Pulumi: operator, Say: operator.Say, Settings: s.Settings, Project: s.Project(), Stack: s.Name, URL: *url,
			Connect: cluster.connect, Objects: cluster, Drifted: cluster.drifted, Verify: verify.Backend, Images: images(s.Settings),
			Locked: func(err error) bool { locked := &lock.HeldError{}; return errors.As(err, &locked) },
			Commit: func(ctx context.Context) (string, error) {
				if !s.Settings.Image.TagCommit {
					return "", nil
				}
				return compile.Commit(ctx, filepath.Join(s.Root(), "app"))
			},
		}})
	})
}

// images are those in the registry that a stack pushes to, with its credentials, and in others.
func images(s settings.Settings) registry.Registry {
	return registry.Registry{Repository: s.Repository(), Username: s.Image.RegistryUsername, Password: s.Image.RegistryPassword}
}

// notOlder refuses a commit that what runs contains already.
func (s session) notOlder(ctx context.Context, running, next string) error {
	older, err := compile.IsAncestor(ctx, s.app, next, running)
	if err == nil && older && next != running {
		err = fmt.Errorf("commit %s is older than commit %s, which runs: nothing was changed (ashapp rollback goes back)", next, running)
	}
	return err
}
