package stack

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPreviewShowsDifferencesOfAStackThatIsUp(t *testing.T) {
	t.Parallel()

	const planned = `{"resourcePreEvent":{"metadata":{"op":"update","urn":"urn::a","type":"t","old":{"custom":true,"inputs":{"b":1}},"new":{"custom":true,"inputs":{"b":2}}}}}`
	for recorded, want := range map[string]string{"null": "", recordedNode: "      ~ b: 1 => 2\n"} {
		f := newFixture(t)
		f.record(t, recorded)
		f.answers(t, "docker ps --all", runningNode)
		f.answers(t, "pulumi preview --json", planned)
		require.NoError(t, f.Preview(t.Context()))
		assert.Equal(t, []string{"pulumi preview"}, f.calls(t, "pulumi"))
		assert.Equal(t, "Previewing update (dev):\n ~  t a update\n"+want, f.stdout.String())
	}
}

// Pulumi would compare with what it has recorded, and plan no change.
func TestPreviewSaysThatTheClusterIsNotThere(t *testing.T) {
	t.Parallel()

	gone := newFixture(t)
	gone.record(t, recordedNode)
	require.NoError(t, gone.Preview(t.Context()))
	assert.Equal(t, "the container ashapp-backend-node of the stack was removed by other means: make up would begin from nothing\n", gone.stdout.String())

	stopped := newFixture(t)
	stopped.record(t, recordedNode)
	stopped.answers(t, "docker ps --all", stoppedNode)
	require.ErrorContains(t, stopped.Preview(t.Context()), "the container ashapp-backend-node is not running (Exited (137)): start it")

	for _, f := range []fixture{gone, stopped} {
		assert.Empty(t, f.calls(t, "pulumi"))
	}
}

func TestKubeconfigIsForThisUserOnly(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	f.answers(t, "pulumi stack output", "apiVersion: v1\n")
	file, err := f.Kubeconfig(t.Context())
	require.NoError(t, err)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "apiVersion: v1\n", string(content))
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestKubeconfigOfWhatIsNotThere(t *testing.T) {
	t.Parallel()

	_, err := newFixture(t).Kubeconfig(t.Context())
	require.EqualError(t, err, "the stack dev is not up: make up")
	_, err = existing(t, newFixture(t)).Kubeconfig(t.Context())
	assert.ErrorContains(t, err, "stack dev deploys to an existing cluster")
}

func TestKubectlRunsInTheNode(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.answers(t, "docker ps --all", runningNode)
	require.NoError(t, f.Kubectl(t.Context(), "get", "pods"))
	assert.Contains(t, f.calls(t, "docker"), "docker exec -i node1 kubectl get pods")
	require.NoError(t, f.Logs(t.Context()))
	assert.Contains(t, f.calls(t, "docker"), "docker exec -i node1 kubectl logs --namespace ashapp-backend "+
		"--selector app.kubernetes.io/name=ashapp-backend --prefix --tail 100")

	f.answers(t, "docker ps --all", stoppedNode)
	assert.ErrorContains(t, f.Kubectl(t.Context(), "get", "pods"), "the node ashapp-backend-node of stack dev does not run: make up")
}

func TestExecuteFindsTheTools(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	require.NoError(t, f.Execute(t.Context(), "sh", "-c", `echo "$ASHAPP_STACK" "${PATH%%:*}"`))
	assert.Equal(t, "dev "+string(f.programs)+"\n", f.stdout.String())
	assert.ErrorContains(t, f.Execute(t.Context(), "sh", "-c", "exit 3"), "running sh: exit status 3")
}
