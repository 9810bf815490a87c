package stack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
)

// keep makes the passphrase of the local state.
func (f fixture) keepPassphrase(t *testing.T) {
	t.Helper()
	require.NoError(t, os.MkdirAll(f.state.Folder, 0o700))
	require.NoError(t, os.WriteFile(f.state.PassphraseFile(), []byte("secret\n"), 0o600))
}

// files are those in the state folder, which somebody who only looks must not change.
func (f fixture) files(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(f.state.Folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		found[path] = string(content)
		return err
	})
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	return found
}

func TestReaderAsksPulumiAndChangesNothing(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	f.keepPassphrase(t)
	f.answers(t, "pulumi stack export", `{"deployment": {"resources": [{"type": "pulumi:pulumi:Stack", "outputs": {"url": "http://a/"}}]}}`)
	before := f.files(t)
	reader, err := f.Reader(t.Context())
	require.NoError(t, err)
	snapshot, err := reader.Snapshot(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "http://a/", snapshot.Text("url"))
	assert.Equal(t, []string{"pulumi stack export --stack dev"}, f.calls(t, "pulumi"), "nothing is made")
	assert.Equal(t, before, f.files(t))
}

func TestReaderSaysWhatPulumiComplainsAboutInTheError(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	f.keepPassphrase(t)
	f.fails(t, "pulumi stack export", "error: the disk is on fire\n")
	reader, err := f.Reader(t.Context())
	require.NoError(t, err)
	_, err = reader.Snapshot(t.Context())
	require.EqualError(t, err, "running pulumi stack: exit status 1: error: the disk is on fire")
	assert.Empty(t, f.stderr.String())
}

func TestReaderOfWhatIsNotThere(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		breaks func(*testing.T, *fixture)
		want   string
	}{
		"no stack": {func(*testing.T, *fixture) {}, "the stack dev is not up"},
		"no tools": {func(t *testing.T, f *fixture) {
			f.record(t, recordedNode)
			f.keepPassphrase(t)
			f.tools = fakeTools{}
		}, "the tools are not installed: ashapp tools"},
		"no passphrase": {func(t *testing.T, f *fixture) { f.record(t, recordedNode) }, "passphrase is gone, which opens the secrets"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			test.breaks(t, &f)
			before := f.files(t)
			_, err := f.Reader(t.Context())
			require.ErrorContains(t, err, test.want)
			assert.Empty(t, f.calls(t, "pulumi"))
			assert.Equal(t, before, f.files(t), "no passphrase is made")
		})
	}
}

// What only Pulumi can tell is asked for, but by the tools that are there.
func TestReaderSettlesTheSettings(t *testing.T) {
	t.Parallel()

	f := configured(t, withASecret)
	f.record(t, recordedNode)
	f.keepPassphrase(t)
	_, err := f.Reader(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "good morning", f.Settings.Backend.Greeting)

	f = configured(t, withASecret)
	f.record(t, recordedNode)
	f.keepPassphrase(t)
	f.fails(t, "pulumi config --json", "error: incorrect passphrase")
	_, err = f.Reader(t.Context())
	assert.ErrorContains(t, err, "incorrect passphrase")
}

func TestClusterOfThoseWhoOnlyLook(t *testing.T) {
	t.Parallel()

	var connected []string
	connect := func(f fixture) fixture {
		f.connect = func(content string) (*cluster.Cluster, error) {
			connected = append(connected, content)
			return clusterfake.New("here", "v1.34.2").Cluster, nil
		}
		return f
	}
	local := connect(newFixture(t))
	_, err := local.Cluster(t.Context())
	require.ErrorIs(t, err, doctor.NotLookedAtError("the stack dev is not up: make up"))

	there := connect(existing(t, newFixture(t)))
	reached, err := there.Cluster(t.Context())
	require.NoError(t, err, "it is there before the stack is")
	assert.NotNil(t, reached)
	require.Len(t, connected, 1)
	assert.Contains(t, connected[0], `"current-context":"blue"`)

	there.Settings.Cluster.KubeconfigPath = filepath.Join(t.TempDir(), "nowhere")
	_, err = there.Cluster(t.Context())
	require.ErrorContains(t, err, "nowhere")

	there.unresolved = true
	_, err = there.Cluster(t.Context())
	require.ErrorIs(t, err, doctor.NotLookedAtError("the stack dev is not up: make up"))
	assert.Len(t, connected, 1)
}
