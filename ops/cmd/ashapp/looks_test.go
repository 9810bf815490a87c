package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/status"
	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// notUp makes the current folder a checkout whose stack prod is on a cluster that answers nothing, and whose backend answers all the same.
func notUp(t *testing.T) (url string) {
	t.Helper()
	checkout(t)
	for _, variable := range []string{"PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"} {
		t.Setenv(variable, "")
	}
	t.Setenv("PULUMI_HOME", t.TempDir())
	backend := httptest.NewServer(greets("Hello from ashapp-backend!\n"))
	t.Cleanup(backend.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for file, content := range map[string]string{
		"kubeconfig": "apiVersion: v1\nkind: Config\ncurrent-context: blue\ncontexts:\n- name: blue\n  context: {cluster: b}\nclusters:\n- name: b\n" +
			"  cluster: {server: " + closed.URL + "}\n",
		"Pulumi.prod.yaml": "config:\n  ashapp-backend:cluster:\n    kind: existing\n    context: blue\n    kubeconfigPath: " + filepath.Join(cwd(t), "kubeconfig") +
			"\n  ashapp-backend:image:\n    ref: docker.io/a/b@sha256:331ec2db7e78a5ccc5da6a744003079045e0b0ecc35b7d1733b7185c5f48829e\n    platform: linux/amd64\n" +
			"  ashapp-backend:backend:\n    url: " + backend.URL + "/\n",
	} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(".tools", "pulumi-"+toolchain.PulumiVersion, "pulumi"), nil, 0o600))
	return backend.URL + "/"
}

// greets is a backend, or what stands for it.
func greets(greeting string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(greeting)) }
}

func cwd(t *testing.T) string {
	t.Helper()
	folder, err := os.Getwd()
	require.NoError(t, err)
	return folder
}

func TestStatusOfAStackThatIsNotUp(t *testing.T) {
	url := notUp(t)
	var text, encoded, stderr bytes.Buffer
	assert.Equal(t, exitFailed, run(t.Context(), []string{"status", "--stack", "prod"}, &text, &stderr))
	assert.Equal(t, "! stack    prod, existing: the stack prod is not up: make up\n  cluster  unknown\n  release  unknown\n  pods     unknown\n  url      "+url+" answers\n",
		text.String())
	assert.Equal(t, "error: stack prod is not as it should be\n", stderr.String())

	assert.Equal(t, exitFailed, run(t.Context(), []string{"--stack", "prod", "status", "--output", "json"}, &encoded, t.Output()))
	var found status.Status
	require.NoError(t, json.Unmarshal(encoded.Bytes(), &found))
	assert.Equal(t, status.Status{
		Stack: status.Stack{Name: "prod", Kind: "existing", Problem: "the stack prod is not up: make up"}, URL: status.URL{Address: url, Answers: true},
	}, found)
	assert.NoDirExists(t, ".state", "it changes nothing")
}

func TestStatusAsksForTheGreetingThatWasDeployed(t *testing.T) {
	t.Parallel()

	server := httptest.NewServer(greets("good evening\n"))
	t.Cleanup(server.Close)
	wanted, unreachable := settings.Default(), func(context.Context) (kubernetes.Interface, error) { return nil, errors.New("no such host") }
	wanted.Backend.Greeting = "good morning"
	require.ErrorContains(t, asks(t.Context(), wanted, unreachable, server.URL, nil), "good evening")
	require.NoError(t, asks(t.Context(), wanted, unreachable, server.URL, map[string]string{"greeting": "good evening"}), "it is not deployed yet")
	wanted.Verify.From = settings.InCluster
	require.EqualError(t, asks(t.Context(), wanted, unreachable, server.URL, nil), "no such host")
	gone := func(context.Context) (kubernetes.Interface, error) { return nil, nil }
	assert.ErrorContains(t, asks(t.Context(), wanted, gone, server.URL, nil), "there is no connection to the cluster")
}

func TestStatusThatIsNotToAskTheBackend(t *testing.T) {
	notUp(t)
	stackFile, err := os.ReadFile("Pulumi.prod.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("Pulumi.prod.yaml", append(stackFile, "  ashapp-backend:verify:\n    enabled: false\n"...), 0o600))
	var stdout bytes.Buffer
	assert.Equal(t, exitFailed, run(t.Context(), []string{"status", "--stack", "prod"}, &stdout, t.Output()))
	assert.Contains(t, stdout.String(), ", not asked: the settings switch that off\n")
}

// The cluster would have to ask, and nothing leads there before the stack is up.
func TestStatusThatTheClusterCannotBeAskedFor(t *testing.T) {
	notUp(t)
	stackFile, err := os.ReadFile("Pulumi.prod.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("Pulumi.prod.yaml", append(stackFile, "  ashapp-backend:verify:\n    from: cluster\n"...), 0o600))
	var stdout bytes.Buffer
	assert.Equal(t, exitFailed, run(t.Context(), []string{"status", "--stack", "prod"}, &stdout, t.Output()))
	assert.Regexp(t, `(?m)^! url      \S+: the stack prod is not up: make up$`, stdout.String())
}

func TestDoctorOfAStackThatIsNotUp(t *testing.T) {
	notUp(t)
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitFailed, run(t.Context(), []string{"doctor", "--stack", "prod"}, &stdout, &stderr))
	for _, line := range []string{
		"--    engine      the image is there already", "ok    tools       Pulumi ", "ok    state       in ", "ok    passphrase  not there yet: ashapp up makes one\n",
		"FAIL  cluster     its API server does not answer: ", "--    version     the cluster does not answer\n", "--    rights      the cluster does not answer\n",
	} {
		assert.Contains(t, stdout.String(), line)
	}
	assert.Equal(t, "error: 1 of 10 preconditions are not met: each line says what to do\n", stderr.String())
	assert.NoDirExists(t, ".state", "it changes nothing")
}

func TestKubeconfigOfAnExistingCluster(t *testing.T) {
	notUp(t)
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitFailed, run(t.Context(), []string{"kubeconfig", "--stack", "prod"}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "error: stack prod deploys to an existing cluster")
	assert.Empty(t, stdout.String(), "a shell would take it for a variable")
}
