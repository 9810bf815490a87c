//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	firstGreeting  = "good morning"
	secondGreeting = "good evening for $5, $$5 or $(GOMEMLIMIT)" // which Kubernetes would change
	// detection is how soon an image that cannot be pulled must have failed an update.
	detection = 60 * time.Second
)

// TestStack is one story, each step on what the one before has left.
func TestStack(t *testing.T) {
	e := newEnvironment(t)
	steps := []struct {
		name string
		run  func(*testing.T, *environment)
	}{
		{"preview before anything exists plans everything", previewFromNothing},
		{"up from nothing serves from ready pods by digest", upFromNothing},
		{"versions of everything", versions},
		{"namespace refuses pods that are not confined", confinedPods},
		{"API server takes the manifests of every stack", validManifests},
		{"second up changes nothing", secondUp},
		{"up from another checkout changes nothing", otherCheckout},
		{"changed greeting changes the Deployment only", changedGreeting},
		{"metrics, autoscaler and their absence", options},
		{"changed program changes the image and the Deployment only", changedProgram},
		{"process that is taken over can do nothing", takenOver},
		{"network lets through what the settings say", network},
		{"another stack deploys to it as to an existing cluster", existingCluster},
		{"that is gone on with from another home", secondHome},
		{"variables, files and secrets reach the process", workload},
		{"registry that has lost its data gets the image again", lostRegistry},
		{"image that cannot be pulled fails while the old pods answer", badImage},
		{"next up recovers", recovery},
		{"changed port of the API server replaces the node and all that runs there", anotherNode},
		{"update without the cluster says so", deadCluster},
		{"destroy leaves nothing behind, even of a dead cluster", destroy},
		{"destroy again has nothing to do", destroyAgain},
	}
	for _, step := range steps {
		started := time.Now()
		if !t.Run(step.name, func(t *testing.T) { step.run(t, e) }) {
			t.Fatalf("the steps after %q need what it would have left", step.name)
		}
		t.Logf("%s: %.1f s", step.name, time.Since(started).Seconds())
	}
}

func previewFromNothing(t *testing.T, e *environment) {
	changes := previewChanges(t, e)
	assert.Contains(t, changes, "deployment")
	assert.Contains(t, changes, "node")
	for name, operation := range changes {
		assert.Equal(t, apitype.OpCreate, operation, name)
	}
	found, err := leftovers(t.Context())
	require.NoError(t, err)
	assert.Empty(t, found, "a preview must make nothing")
}

func upFromNothing(t *testing.T, e *environment) {
	changes, result := up(t, e)
	assert.Contains(t, changes, "node")
	assertGreets(t, output(t, result, "url"), firstGreeting)
	assert.True(t, result.Outputs["kubeconfig"].Secret, "the kubeconfig must be a secret")

	cluster := newAPI(t, output(t, result, "kubeconfig"))
	cluster.refusesStrangers(t)
	assertPods(t, cluster, result)
}

// assertPods wants two pods, ready, that run the stack's image by digest.
func assertPods(t *testing.T, cluster api, result auto.UpResult) {
	t.Helper()
	image := output(t, result, "image")
	assert.Regexp(t, regexp.MustCompile(`^localhost:\d+/ashapp-backend@sha256:[0-9a-f]{64}$`), image)
	pods := cluster.pods(t, output(t, result, "namespace"))
	require.Len(t, pods, 2)
	for _, p := range pods {
		assert.True(t, p.ready(), "%s must be ready", p.Metadata.Name)
		require.Len(t, p.Spec.Containers, 1)
		assert.Equal(t, image, p.Spec.Containers[0].Image)
		require.Len(t, p.Status.ContainerStatuses, 1)
		assert.NotEmpty(t, p.Status.ContainerStatuses[0].ImageID)
	}
}

func secondUp(t *testing.T, e *environment) {
	changes, _ := up(t, e, optup.ExpectNoChanges())
	assert.Empty(t, changes)
}

func changedGreeting(t *testing.T, e *environment) {
	e.set(t, "backend", map[string]any{"greeting": secondGreeting})
	deploymentOnly := map[string]apitype.OpType{"deployment": apitype.OpUpdate}
	assert.Equal(t, deploymentOnly, previewChanges(t, e))

	requests := startTraffic(currentURL(t, e))
	changes, result := up(t, e)
	sent, failed := requests.end()
	assert.Equal(t, deploymentOnly, changes)
	assertGreets(t, output(t, result, "url"), secondGreeting)
	assert.Zero(t, failed, "of %d requests during the rollout", sent)
}

// changedProgram puts the probe into the program.
func changedProgram(t *testing.T, e *environment) {
	before := current(t, e)["image"].Value
	probe, err := os.ReadFile(filepath.Join("testdata", "probe.go"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(e.checkout, "app", "probe.go"), probe, 0o600))
	both := map[string]apitype.OpType{"image": apitype.OpUpdate, "deployment": apitype.OpUpdate}
	assert.Equal(t, both, previewChanges(t, e))

	changes, result := up(t, e)
	assert.Equal(t, both, changes)
	assert.NotEqual(t, before, result.Outputs["image"].Value)
	assertPods(t, newAPI(t, output(t, result, "kubeconfig")), result)
}

func badImage(t *testing.T, e *environment) {
	url := currentURL(t, e)
	missing := fmt.Sprintf("localhost:%v/ashapp-backend@sha256:%064d", e.config["cluster"]["registryPort"], 0)
	e.set(t, "image", map[string]any{"ref": missing})
	requests := startTraffic(url)
	started := time.Now()
	_, err := e.stack.Up(t.Context(), optup.ErrorProgressStreams(t.Output()), optup.SuppressProgress())
	elapsed := time.Since(started)
	sent, failed := requests.end()

	require.Error(t, err)
	assert.Less(t, elapsed, detection)
	assert.Regexp(t, regexp.MustCompile(`Pod ashapp-backend/ashapp-backend-[0-9a-z]+-[0-9a-z]+`), err.Error(), "the pod must be named")
	assert.Regexp(t, regexp.MustCompile(`ErrImagePull|ImagePullBackOff`), err.Error(), "the reason must be named")
	assertGreets(t, url, secondGreeting)
	assert.Zero(t, failed, "of %d requests meanwhile", sent)
}

func recovery(t *testing.T, e *environment) {
	e.set(t, "image", map[string]any{"ref": nil})
	changes, result := up(t, e)
	assert.Equal(t, apitype.OpUpdate, changes["deployment"])
	assert.NotContains(t, changes, "node")
	assertGreets(t, output(t, result, "url"), secondGreeting)
	assertPods(t, newAPI(t, output(t, result, "kubeconfig")), result)
}

func destroy(t *testing.T, e *environment) {
	_, err := e.stack.Destroy(t.Context(), optdestroy.ErrorProgressStreams(t.Output()))
	require.NoError(t, err)
	found, err := leftovers(t.Context())
	require.NoError(t, err)
	assert.Empty(t, found)
}

func destroyAgain(t *testing.T, e *environment) {
	result, err := e.stack.Destroy(t.Context(), optdestroy.ErrorProgressStreams(t.Output()))
	require.NoError(t, err)
	if result.Summary.ResourceChanges != nil {
		assert.Empty(t, *result.Summary.ResourceChanges)
	}
}

// up updates the stack and returns what changed, by name, and the result.
func up(t *testing.T, e *environment, options ...optup.Option) (map[string]apitype.OpType, auto.UpResult) {
	t.Helper()
	stream := make(chan events.EngineEvent)
	changes := collect(stream)
	result, err := e.stack.Up(t.Context(), append(options,
		optup.EventStreams(stream), optup.ProgressStreams(t.Output()), optup.ErrorProgressStreams(t.Output()), optup.SuppressProgress())...)
	require.NoError(t, err)
	return <-changes, result
}

func previewChanges(t *testing.T, e *environment) map[string]apitype.OpType {
	t.Helper()
	stream := make(chan events.EngineEvent)
	changes := collect(stream)
	_, err := e.stack.Preview(t.Context(),
		optpreview.EventStreams(stream), optpreview.ErrorProgressStreams(t.Output()), optpreview.SuppressProgress())
	require.NoError(t, err)
	return <-changes
}

// collect reads a stream to its end and then tells which resources are to change and how. The stack itself and the
// components change in name only, when what they hold is created or deleted.
func collect(stream <-chan events.EngineEvent) <-chan map[string]apitype.OpType {
	collected := make(chan map[string]apitype.OpType, 1)
	go func() {
		changes := map[string]apitype.OpType{}
		for event := range stream {
			if event.ResourcePreEvent == nil || event.ResourcePreEvent.Metadata.Op == apitype.OpSame {
				continue
			}
			metadata := event.ResourcePreEvent.Metadata
			changes[metadata.URN[strings.LastIndex(metadata.URN, "::")+2:]] = metadata.Op
		}
		maps.DeleteFunc(changes, func(name string, _ apitype.OpType) bool { return strings.HasPrefix(name, project+"-") })
		collected <- changes
	}()
	return collected
}

func current(t *testing.T, e *environment) auto.OutputMap {
	t.Helper()
	outputs, err := e.stack.Outputs(t.Context())
	require.NoError(t, err)
	return outputs
}

func currentURL(t *testing.T, e *environment) string {
	t.Helper()
	return current(t, e)["url"].Value.(string)
}

func output(t *testing.T, result auto.UpResult, name string) string {
	t.Helper()
	value, ok := result.Outputs[name].Value.(string)
	require.True(t, ok, "the stack must have an output %s", name)
	return value
}
