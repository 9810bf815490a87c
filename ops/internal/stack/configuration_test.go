package stack

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const (
	declared      = "name: ashapp-backend\nconfig:\n  backend.url:\n    default: https://app.example.com/\n"
	onACluster    = "config:\n  ashapp-backend:cluster:\n    kind: existing\n    context: blue\n  ashapp-backend:image:\n    repository: docker.io/a/b\n    platform: linux/amd64\n"
	withASecret   = onACluster + "  ashapp-backend:backend:\n    greeting:\n      secure: v1:ciphertext\n"
	fromElsewhere = "environment:\n  - team/prod\n"
)

// told is what pulumi config prints of a stack with a greeting on a cluster that a kubeconfig leads to.
func told(greeting, kubeconfig string) string {
	return `{"ashapp-backend:cluster":{"value":"{\"kind\":\"existing\",\"context\":\"blue\",\"kubeconfigPath\":\"` + kubeconfig + `\"}","secret":false},` +
		`"ashapp-backend:image":{"value":"{\"repository\":\"docker.io/a/b\",\"platform\":\"linux/amd64\"}","secret":false},` +
		`"ashapp-backend:backend":{"value":"{\"greeting\":\"` + greeting + `\",\"url\":\"https://told.example.com/\"}","secret":true}}`
}

// configured is a fixture whose files have this content, opened.
func configured(t *testing.T, stackFile string) fixture {
	t.Helper()
	f := newFixture(t)
	require.NoError(t, os.WriteFile(filepath.Join(f.root, "Pulumi.yaml"), []byte(declared), 0o600))
	require.NoError(t, os.WriteFile(f.file(), []byte(stackFile), 0o600))
	kubeconfig := filepath.Join(f.root, "kubeconfig")
	require.NoError(t, os.WriteFile(kubeconfig, []byte(twoClusters), 0o600))
	f.answers(t, "pulumi config --json", told("good morning", kubeconfig))
	require.NoError(t, f.configure(t.Context()))
	return f
}

func TestSettingsHaveTheDefaultsOfTheProject(t *testing.T) {
	t.Parallel()

	f := configured(t, onACluster)
	assert.Equal(t, "https://app.example.com/", f.Settings.URL())
	_, err := f.Observer(t.Context())
	require.NoError(t, err)
	assert.Empty(t, f.calls(t, "pulumi config"), "the files hold it all")
}

func TestSettingsThatTheFilesDoNotHoldAreAskedFor(t *testing.T) {
	t.Parallel()

	const call = "pulumi config --json --show-secrets"
	for name, stackFile := range map[string]string{"a secret": withASecret, "an environment": fromElsewhere} {
		for command, do := range map[string]func(f fixture) error{
			"up":         func(f fixture) error { return f.Up(t.Context()) },
			"preview":    func(f fixture) error { return f.Preview(t.Context()) },
			"down":       func(f fixture) error { return f.Down(t.Context(), yes) },
			"history":    func(f fixture) error { _, err := f.Observer(t.Context()); return err },
			"deploy":     func(f fixture) error { _, err := f.Operator(t.Context()); return err },
			"kubectl":    func(f fixture) error { return f.Kubectl(t.Context(), "version") },
			"logs":       func(f fixture) error { return f.Logs(t.Context()) },
			"kubeconfig": func(f fixture) error { _, err := f.Kubeconfig(t.Context()); return err },
		} {
			t.Run(name+" "+command, func(t *testing.T) {
				t.Parallel()

				f := configured(t, stackFile)
				err := do(f)
				if !slices.Contains([]string{"kubectl", "logs", "kubeconfig"}, command) { // which want a cluster that is there
					require.NoError(t, err)
				}
				assert.Equal(t, "good morning", f.Settings.Backend.Greeting)
				assert.Equal(t, "https://told.example.com/", f.Settings.URL())
				assert.Equal(t, settings.Existing, f.Settings.Cluster.Kind)
				assert.Len(t, f.calls(t, call), 1, "once")
				assert.Empty(t, f.calls(t, "docker ps"), "the cluster is not on this machine")
			})
		}
	}
}

func TestSettingsThatPulumiTellsAreChecked(t *testing.T) {
	t.Parallel()

	f := configured(t, withASecret)
	f.answers(t, "pulumi config --json", `{"ashapp-backend:backend":{"value":"{\"replicas\":0}"}}`)
	_, err := f.Observer(t.Context())
	require.ErrorContains(t, err, "Pulumi.dev.yaml: ")
	require.ErrorContains(t, err, "backend.replicas")
	f.answers(t, "pulumi config --json", "none")
	_, err = f.Observer(t.Context())
	require.ErrorContains(t, err, "reading what pulumi config has printed")
	f.fails(t, "pulumi config --json", "error: incorrect passphrase")
	_, err = f.Observer(t.Context())
	assert.ErrorContains(t, err, "was encrypted with another passphrase")
}

func TestSettingsOfAnotherStackFile(t *testing.T) {
	t.Parallel()

	f := configured(t, onACluster)
	operator, err := f.Operator(t.Context())
	require.NoError(t, err)
	found, err := operator.Settings(t.Context(), []byte(onACluster+"  ashapp-backend:backend.greeting: hello\n"))
	require.NoError(t, err)
	assert.Equal(t, "hello", found.Backend.Greeting)
	assert.Equal(t, "https://app.example.com/", found.URL())
	assert.Empty(t, f.calls(t, "pulumi config"))

	found, err = operator.Settings(t.Context(), []byte(withASecret))
	require.NoError(t, err)
	assert.Equal(t, "good morning", found.Backend.Greeting)
	left, err := filepath.Glob(filepath.Join(f.state.Folder, "config-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	assert.NotEqual(t, "good morning", f.Settings.Backend.Greeting, "those of the stack stay")

	_, err = operator.Settings(t.Context(), []byte("config:\n  ashapp-backend:backend:\n    replicas: 0\n"))
	assert.ErrorContains(t, err, "backend.replicas")
}

func TestConfigurationThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	require.ErrorContains(t, f.configureBy([]byte("config: [")), "Pulumi.dev.yaml: reading the stack file")
	require.NoError(t, os.Remove(filepath.Join(f.root, "Pulumi.yaml")))
	assert.ErrorContains(t, f.configureBy([]byte("config: {}")), "reading the project")
}

// Only what changes the stack creates one in a backend that others share: a preview of a pull request is none of that.
func TestStackOfASharedBackendIsCreatedBeforeItIsAskedFor(t *testing.T) {
	t.Parallel()

	const create, ask = "pulumi stack select --create dev", "pulumi config --json --show-secrets"
	for command, test := range map[string]struct {
		do   func(f fixture) error
		want string // the first call
	}{
		"deploy":  {func(f fixture) error { _, err := f.Operator(t.Context()); return err }, create},
		"preview": {func(f fixture) error { return f.Preview(t.Context()) }, ask},
		"history": {func(f fixture) error { _, err := f.Observer(t.Context()); return err }, ask},
		"logs":    {func(f fixture) error { _ = f.Logs(t.Context()); return nil }, ask}, // whether or not there is a kubectl here
	} {
		f := configured(t, fromElsewhere)
		f.state.OwnBackend, f.state.OwnPassphrase, f.state.Backend = true, true, "s3://bucket"
		_ = test.do(f)
		calls := f.calls(t, "pulumi")
		require.NotEmpty(t, calls, command)
		assert.Contains(t, calls[0], test.want, command)
	}
}
