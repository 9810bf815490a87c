package main

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
	"github.com/ashwanth01/ashapp-backend/ops/internal/registry"
	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

func TestDeployerOfAStack(t *testing.T) {
	checkout(t)
	o, url, operator := &options{stdout: t.Output(), stderr: t.Output()}, "https://app.test/", &stack.Operator{}
	command := newCommand(o)
	command.SetContext(t.Context())
	o.stack = "prod"
	var got session
	err := withSession(o, &url, func(*stack.Stack, context.Context) (*stack.Operator, error) { return operator, nil },
		func(_ context.Context, s session) error { got = s; return errUnreachable })(command, nil)
	require.ErrorIs(t, err, errUnreachable)
	d := got.deployer
	assert.Equal(t, []string{"ashapp-backend", "prod", url}, []string{d.Project, d.Stack, d.URL})
	assert.Equal(t, registry.Registry{Repository: "docker.io/name/app"}, d.Images)
	assert.Equal(t, target{operator: operator, settings: d.Settings.Cluster}, d.Objects)
	assert.Equal(t, got.cluster, d.Objects)
	assert.Equal(t, []string{"blue", "linux/amd64"}, []string{d.Settings.Cluster.Context, d.Settings.Image.Platform})
	assert.Same(t, operator, d.Pulumi)
	assert.Same(t, o, got.options)
	for _, function := range []any{d.Say, d.Connect, d.Drifted, d.Verify} {
		assert.NotNil(t, function)
	}
	assert.True(t, d.Locked(errors.Join(errUnreachable, &lock.HeldError{})))
	assert.False(t, d.Locked(errUnreachable))
	commit, err := d.Commit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, commit, "images do not tell theirs")

	err = withSession(o, &url, func(*stack.Stack, context.Context) (*stack.Operator, error) { return nil, errUnreachable }, nil)(command, nil)
	assert.ErrorIs(t, err, errUnreachable)
}

func TestRegistryGetsTheCredentialsOfTheStack(t *testing.T) {
	t.Parallel()

	s := settings.Default()
	s.Image.RegistryUsername, s.Image.RegistryPassword = "name", "secret"
	assert.Equal(t, registry.Registry{Repository: "localhost:5001/ashapp-backend", Username: "name", Password: "secret"}, images(s))
}

func TestOnlyALaterCommitIsNotOlder(t *testing.T) {
	t.Parallel()

	app := filepath.Join(t.TempDir(), "app")
	git := func(arguments ...string) string {
		printed, err := exec.CommandContext(t.Context(), "git", append([]string{
			"-C", app, "-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false",
		}, arguments...)...).Output()
		require.NoError(t, err)
		return strings.TrimSpace(string(printed))
	}
	require.NoError(t, exec.CommandContext(t.Context(), "git", "init", "--quiet", app).Run())
	commit := func() string {
		git("commit", "--quiet", "--allow-empty", "--message", "test")
		return git("rev-parse", "HEAD")
	}
	first, second := commit(), commit()
	s := session{app: app}
	require.NoError(t, s.notOlder(t.Context(), first, second))
	require.NoError(t, s.notOlder(t.Context(), second, second), "the same is no older one")
	require.EqualError(t, s.notOlder(t.Context(), second, first),
		"commit "+first+" is older than commit "+second+", which runs: nothing was changed (ashapp rollback goes back)")
	s.app = t.TempDir()
	assert.Error(t, s.notOlder(t.Context(), first, second), "nobody knows")
}

func TestUpAndDownAreAlone(t *testing.T) {
	t.Parallel()

	s := &stack.Stack{}
	err := alone(func(given *stack.Stack, _ context.Context) error {
		assert.Same(t, s, given)
		assert.NotNil(t, given.Hold)
		return errUnreachable
	})(t.Context(), s)
	assert.ErrorIs(t, err, errUnreachable)
}
