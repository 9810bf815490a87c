package pulumi

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

func TestOperations(t *testing.T) {
	t.Parallel()

	for want, do := range map[string]func(context.Context, *CommandLine) error{
		"up --yes --skip-preview":                            func(ctx context.Context, c *CommandLine) error { return c.Up(ctx) },
		"up --yes --skip-preview --replace a":                func(ctx context.Context, c *CommandLine) error { return c.Up(ctx, "a") },
		"preview":                                            func(ctx context.Context, c *CommandLine) error { return c.Preview(ctx, true) },
		"destroy --yes --skip-preview":                       func(ctx context.Context, c *CommandLine) error { return c.Destroy(ctx) },
		"refresh --yes --skip-preview":                       func(ctx context.Context, c *CommandLine) error { return c.Refresh(ctx, nil) },
		"refresh --yes --skip-preview --target a --target b": func(ctx context.Context, c *CommandLine) error { return c.Refresh(ctx, []string{"a", "b"}) },
		"refresh --yes --skip-preview --clear-pending-creates --target a": func(ctx context.Context, c *CommandLine) error {
			return c.Settle(ctx, []string{"a"})
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.Answers(t, "pulumi "+strings.Join(strings.Fields(want + " --json --json")[:2], " "), ends("create", imageKind, "image")+"\n")
			require.NoError(t, do(t.Context(), f.CommandLine))
			assert.Equal(t, []string{"pulumi " + want + " --json --color never --stack dev --config-file config.yaml"}, f.calls(t))
			assert.Contains(t, f.stdout.String(), " (dev):\n")

			f.Before = func(context.Context) error { return errors.New("another cluster") }
			require.EqualError(t, do(t.Context(), f.CommandLine), "another cluster")
			assert.Len(t, f.calls(t), 1, "it is refused")
		})
	}
}

func TestQuestions(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.Answers(t, "pulumi stack export", `{"deployment":{"resources":[{"type":"pulumi:pulumi:Stack","outputs":{"url":"http://a/"}}]}}`)
	f.Answers(t, "pulumi stack output", "the kubeconfig\n")
	f.Answers(t, "pulumi config --json", `{"a:b":{"value":"c"}}`)
	f.Answers(t, "pulumi preview --json", `{"steps":[]}`)
	snapshot, err := f.Export(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "http://a/", snapshot.Text("url"))
	output, err := f.Output(t.Context(), "kubeconfig")
	require.NoError(t, err)
	assert.Equal(t, "the kubeconfig", output)
	config, _, err := f.With("other.yaml").Config(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a:b": "c"}, config)
	_, err = f.Planned(t.Context())
	require.NoError(t, err)
	require.NoError(t, f.PrintOutputs(t.Context()))
	assert.Equal(t, "the kubeconfig\n", f.stdout.String())
	require.NoError(t, f.OpenSecrets(t.Context()))
	require.NoError(t, f.Reach(t.Context()))
	require.NoError(t, f.Forget(t.Context()))
	assert.Equal(t, []string{
		"pulumi stack export --stack dev", "pulumi stack output kubeconfig --show-secrets --stack dev",
		"pulumi config --json --show-secrets --stack dev --config-file other.yaml", "pulumi preview --json --show-sames --stack dev --config-file config.yaml",
		"pulumi stack output --json --stack dev", "pulumi stack output --json --show-secrets --stack dev", "pulumi whoami",
		"pulumi stack rm --force --yes --preserve-config --stack dev",
	}, f.calls(t))

	f.Answers(t, "pulumi stack export", "none")
	_, err = f.Export(t.Context())
	require.ErrorContains(t, err, "reading the exported state: ")
	for _, question := range []string{"stack export", "stack output", "config --json", "preview --json"} {
		f.Fails(t, "pulumi "+question, "error: no access\n")
	}
	_, errExport := f.Export(t.Context())
	_, _, errConfig := f.Config(t.Context())
	_, errPlanned := f.Planned(t.Context())
	for _, err := range []error{errExport, errConfig, errPlanned} {
		assert.ErrorContains(t, err, "exit status 1")
	}
}

// The state is read from where it can be had at once.
func TestWhatIsRecordedIsExportedOnlyWhereItIsElsewhere(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	pulumifake.Record(t, f.State.Folder, "dev", `{"resources":[{"type":"pulumi:pulumi:Stack"}]}`)
	snapshot, err := f.Recorded(t.Context())
	require.NoError(t, err)
	assert.False(t, snapshot.Empty())
	assert.Empty(t, f.calls(t))
	f.State.OwnBackend = true
	f.Answers(t, "pulumi stack export", `{"deployment":null}`)
	snapshot, err = f.Recorded(t.Context())
	require.NoError(t, err)
	assert.True(t, snapshot.Empty())
}

func TestComplaintsAreShownOnce(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.Fails(t, "pulumi whoami --non-interactive", "warning: using pulumi-language-go from $PATH at /tools/pulumi-language-go\nerror: no such host")
	require.EqualError(t, f.Reach(t.Context()), "running pulumi whoami: exit status 1")
	assert.Equal(t, "error: no such host\n", f.stderr.String())
	f.Quiet = true
	require.ErrorContains(t, f.Reach(t.Context()), "running pulumi whoami: exit status 1: warning: using")
	assert.Equal(t, "error: no such host\n", f.stderr.String(), "it is in the error")
}

func TestPrograms(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	assert.Contains(t, f.Environment, "PATH="+string(f.Programs)+string(os.PathListSeparator)+os.Getenv("PATH"))
	require.NoError(t, f.Prepare("DOCKER_HOST=unix:///a"))
	assert.Contains(t, f.Environment, "DOCKER_HOST=unix:///a")
	f.CommandLine.Programs = filepath.Join(t.TempDir(), "nowhere")
	assert.ErrorIs(t, f.Reach(t.Context()), os.ErrNotExist)
}

func TestPulumiIsGivenWhatItNeeds(t *testing.T) {
	t.Setenv("GOGC", "")
	f := newFixture(t)
	assert.Contains(t, f.Environment, "GOGC=400")
	assert.Contains(t, f.Environment, "PULUMI_CONFIG_PASSPHRASE_FILE="+f.State.PassphraseFile())
	require.NoError(t, f.Create(t.Context()))
	require.NoError(t, f.Configure())
	assert.Equal(t, f.State.File("dev", "config.yaml"), f.ConfigFile)
	content, err := os.ReadFile(f.ConfigFile)
	require.NoError(t, err)
	assert.Equal(t, "config: {}\n\n"+pulumifake.Salt, string(content), "it was made in the folder of the state, by the backend in the environment")

	f.StackFile = filepath.Join(t.TempDir(), "nowhere")
	require.ErrorContains(t, f.Configure(), "reading the stack file")
	f.State.OwnBackend, f.State.Backend = true, "s3://bucket"
	assert.ErrorContains(t, f.Prepare(), "reading the stack file")
}

func TestOperationOfALockedStack(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.Fails(t, "pulumi up --yes", lockedBucket)
	held := &lock.HeldError{}
	require.ErrorAs(t, f.Up(t.Context()), &held)
	assert.Equal(t, []string{"another command is changing stack dev", "me@elsewhere, process 7"}, []string{held.Doing, held.Holder})
}
