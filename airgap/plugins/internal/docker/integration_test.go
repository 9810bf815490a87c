//go:build integration

package docker

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/buildcontext"
)

// registryImage is what the air-gapped build makes; nothing can be pulled there.
const registryImage = "ashapp-backend-airgap/registry:2.8.2"

// realEngine returns a provider on this machine's Docker Engine.
func realEngine(t *testing.T) (*Provider, client.APIClient) {
	t.Helper()
	engine, err := Connect(t.Context(), "")
	require.NoError(t, err, "integration tests need a Docker Engine")
	provider := New(func(context.Context, string) (client.APIClient, error) { return engine, nil }, &lines{})
	_, err = provider.Configure(t.Context(), &pulumirpc.ConfigureRequest{})
	require.NoError(t, err)
	return provider, engine
}

// unique makes a name that no other run uses.
func unique(t *testing.T) string {
	t.Helper()
	name, err := resource.NewUniqueHex("ashapp-plugin-test-", 8, 0)
	require.NoError(t, err)
	return name
}

// A specimen is a resource that a test has made.
type specimen struct {
	urn, id       string
	inputs, state *structpb.Struct
}

// made creates a resource and deletes it when the test ends.
func made(t *testing.T, provider *Provider, urn string, inputs properties) specimen {
	t.Helper()
	wire := checked(t, provider, urn, inputs)
	created, err := provider.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Properties: wire})
	require.NoError(t, err)
	made := specimen{urn, created.GetId(), wire, created.GetProperties()}
	t.Cleanup(func() { deleted(t, provider, made) })
	return made
}

// deleted may be called twice.
func deleted(t *testing.T, provider *Provider, what specimen) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	_, err := provider.Delete(ctx, &pulumirpc.DeleteRequest{Urn: what.urn, Id: what.id, Properties: what.state})
	assert.NoError(t, err)
}

// probeContext is a build context with the program of testdata/probe.
func probeContext(t *testing.T) string {
	t.Helper()
	folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY probe /probe\nENTRYPOINT [\"/probe\"]\n"})
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, "probe"), "./testdata/probe")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	output, err := build.CombinedOutput()
	require.NoErrorf(t, err, "%s", output)
	return folder
}

func probeBuild(t *testing.T) map[string]any {
	t.Helper()
	folder := probeContext(t)
	return map[string]any{"context": folder, "dockerfile": folder + "/Dockerfile", "platform": "linux/" + runtime.GOARCH}
}

// probeImage is built but not pushed.
func probeImage(t *testing.T, engine client.APIClient) string {
	t.Helper()
	inputs := imageInputs{ImageName: unique(t) + ":1", Build: buildInputs{Platform: "linux/" + runtime.GOARCH}}
	folder := probeContext(t)
	source, err := buildcontext.Read(folder, folder+"/Dockerfile")
	require.NoError(t, err)
	probe := images{session: session{engine: engine, status: &lines{}}, imageInputs: inputs}
	require.NoError(t, probe.build(t.Context(), source))
	t.Cleanup(func() {
		_, err := engine.ImageRemove(context.WithoutCancel(t.Context()), inputs.ImageName, image.RemoveOptions{Force: true})
		assert.NoError(t, err)
	})
	return inputs.ImageName
}

func probeInputs(name, image string) properties {
	return properties{
		"name": name, "image": image, "wait": true, "waitTimeout": 30,
		"healthcheck": map[string]any{"tests": []any{"CMD", "/probe", "health"}, "interval": "100ms", "timeout": "5s", "retries": 3},
		"uploads":     []any{map[string]any{"file": "/k/key", "content": "the uploaded key material", "permissions": "0600"}},
		"ports":       []any{map[string]any{"internal": 5000, "ip": "127.0.0.1"}},
	}
}

func TestLifeOfAContainer(t *testing.T) {
	t.Parallel()
	provider, engine := realEngine(t)
	name := unique(t)
	network := made(t, provider, networkURN, properties{"name": name, "labels": []any{map[string]any{"label": "a", "value": "b"}}})
	volume := made(t, provider, volumeURN, properties{"name": name})
	inputs := probeInputs(name, probeImage(t, engine))
	inputs["networksAdvanced"] = []any{map[string]any{"name": name, "aliases": []any{"probe"}}}
	inputs["volumes"] = []any{map[string]any{"volumeName": name, "containerPath": "/data"}}
	inputs["capabilities"] = map[string]any{"drops": []any{"ALL"}, "adds": []any{"NET_BIND_SERVICE"}}
	inputs["tmpfs"], inputs["readOnly"], inputs["hostname"] = map[string]any{"/run": ""}, false, "probe"
	web := made(t, provider, containerURN, inputs)
	assert.Equal(t, "the uploaded key material", get(t, web.state))

	for _, thing := range []specimen{network, volume, web} {
		requireUnchangedByRefresh(t, provider, thing)
	}
	inputs["restart"] = "always"
	news := checked(t, provider, containerURN, inputs)
	_, err := provider.Update(t.Context(), &pulumirpc.UpdateRequest{Urn: containerURN, Id: web.id, Olds: web.state, News: news})
	require.NoError(t, err)
	inspected, err := engine.ContainerInspect(t.Context(), web.id)
	require.NoError(t, err)
	assert.Equal(t, "always", string(inspected.HostConfig.RestartPolicy.Name))

	deleted(t, provider, web)
	_, err = engine.ContainerInspect(t.Context(), web.id)
	assert.True(t, errdefs.IsNotFound(err))
}

// get asks the container through its published port, which Docker has chosen.
func get(t *testing.T, state *structpb.Struct) string {
	t.Helper()
	ports, ok := state.AsMap()["ports"].([]any)
	require.True(t, ok)
	port, ok := ports[0].(map[string]any)
	require.True(t, ok)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://127.0.0.1:%v/", port["external"]), nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return string(body)
}

func requireUnchangedByRefresh(t *testing.T, provider *Provider, thing specimen) {
	t.Helper()
	read, err := provider.Read(t.Context(), &pulumirpc.ReadRequest{Urn: thing.urn, Id: thing.id, Inputs: thing.inputs, Properties: thing.state})
	require.NoError(t, err)
	diff, err := provider.Diff(t.Context(), &pulumirpc.DiffRequest{
		Urn: thing.urn, Id: thing.id, Olds: read.GetProperties(), News: thing.inputs,
		IgnoreChanges: []string{"logOpts", "ulimits"}, // what an engine's own configuration fills in
	})
	require.NoError(t, err)
	var differing []string
	for _, name := range diff.GetDiffs() {
		if name != "capabilities" { // Docker writes CAP_ before them, as recorded of the official plugin
			differing = append(differing, name)
		}
	}
	assert.Emptyf(t, differing, "a refresh of %s finds a difference", thing.urn)
}

func TestAnImageIsPushedToARealRegistry(t *testing.T) {
	t.Parallel()
	provider, engine := realEngine(t)
	if _, err := engine.ImageInspect(t.Context(), registryImage); errdefs.IsNotFound(err) {
		t.Skipf("there is no image %s: build the air-gapped node first", registryImage)
	}
	registry := made(t, provider, containerURN, properties{
		"name": unique(t), "image": registryImage, "ports": []any{map[string]any{"internal": 5000, "ip": "127.0.0.1"}},
	})
	port := registry.state.AsMap()["ports"].([]any)[0].(map[string]any)["external"]
	name := fmt.Sprintf("localhost:%v/%s:1", port, unique(t))
	pushed := made(t, provider, imageURN, properties{"imageName": name, "build": probeBuild(t)})
	digest := pushed.state.AsMap()["repoDigest"].(string)
	assert.Regexp(t, `^localhost:\d+/[a-z0-9-]+@sha256:[0-9a-f]{64}$`, digest)
	_, err := engine.ImageRemove(t.Context(), name, image.RemoveOptions{Force: true})
	require.NoError(t, err)
	require.NoError(t, session{engine: engine, status: &lines{}}.ensureImage(t.Context(), digest), "the digest pulls from the registry")
	_, err = engine.ImageRemove(t.Context(), digest, image.RemoveOptions{Force: true})
	require.NoError(t, err)
}
