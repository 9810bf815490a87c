package docker

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

const someDigest = "sha256:85f45bbec3f50c4c7bcc640bb0a415639e24ad7ff575826210f2eee09491c33b"

// contextFolder makes a build context.
func contextFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return folder
}

func TestCheckOfAnImage(t *testing.T) {
	t.Parallel()
	folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\n"})
	build := func(changes properties) properties {
		inputs := properties{"context": folder, "dockerfile": folder + "/Dockerfile", "platform": "linux/amd64"}
		maps.Copy(inputs, changes)
		return properties{"imageName": "localhost:1/a", "build": map[string]any(inputs)}
	}
	named := func(name string, skipPush bool) properties {
		inputs := build(nil)
		inputs["imageName"], inputs["skipPush"] = name, skipPush
		return inputs
	}
	tests := map[string]struct {
		inputs  properties
		failure string
	}{
		"what the program gives": {build(nil), ""},
		"arguments":              {build(properties{"args": map[string]any{"A": "1"}}), ""},
		"no registry, pushed":    {named("a:1", false), `imageName "a:1"`},
		"not pushed":             {named("localhost:1/a", true), "skipPush can only be false"},
		"no Dockerfile":          {build(properties{"dockerfile": folder + "/nowhere"}), "build.context cannot be used: there is no Dockerfile"},
		"Dockerfile elsewhere":   {build(properties{"dockerfile": "Dockerfile"}), "paths are relative to the program"},
		"a cache":                {build(properties{"cacheFrom": map[string]any{}}), "build.cacheFrom is not known to the docker plugin for closed machines"},
		"no build":               {properties{"imageName": "localhost:1/a"}, "build is required"},
		"no name":                {properties{"build": map[string]any{"context": folder, "dockerfile": folder + "/Dockerfile", "platform": "p"}}, "imageName is required"},
		"a build in a preview":   {properties{"imageName": "localhost:1/a", "buildOnPreview": true, "build": build(nil)["build"]}, "buildOnPreview can only be false"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := New(nil, nil).Check(t.Context(), &pulumirpc.CheckRequest{Urn: imageURN, News: test.inputs.wire(t)})
			require.NoError(t, err)
			if test.failure != "" {
				require.NotEmpty(t, response.GetFailures())
				assert.Contains(t, response.GetFailures()[0].GetReason(), test.failure)
				return
			}
			require.Empty(t, response.GetFailures())
			build := response.GetInputs().AsMap()["build"]
			assert.Equal(t, folder+"/Dockerfile", build.(map[string]any)["dockerfile"])
			assert.Len(t, build.(map[string]any)["contextDigest"], 64)
		})
	}
}

func imageInputsOf(t *testing.T, provider *Provider, changes properties) *pulumirpc.CreateRequest {
	t.Helper()
	folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\n"})
	inputs := properties{
		"imageName": "docker.io/user/web:1",
		"build":     map[string]any{"context": folder, "dockerfile": folder + "/Dockerfile", "platform": "linux/amd64"},
		"registry":  map[string]any{"server": "docker.io", "username": "user", "password": "p"},
	}
	for name, value := range changes {
		inputs[name] = value
	}
	return &pulumirpc.CreateRequest{Urn: imageURN, Properties: checked(t, provider, imageURN, inputs)}
}

func TestAnImageIsPinnedByTheDigestOfTheRegistry(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	engine.digest = someDigest
	provider, shown := configured(t, engine)
	created, err := provider.Create(t.Context(), imageInputsOf(t, provider, nil))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"Starting Docker build", "Built image with ID sha256:1", "Pushing Image to the registry", "Pushed image with digest " + someDigest,
	}, shown.shown)
	assert.Equal(t, []string{"build docker.io/user/web:1", "push docker.io/user/web:1"}, engine.calls)
	assert.Equal(t, "docker.io/user/web:1", created.GetId())
	assert.Equal(t, "docker.io/user/web@"+someDigest, created.GetProperties().AsMap()["repoDigest"])
	state, err := plugin.Decode(created.GetProperties())
	require.NoError(t, err)
	assert.True(t, state[inputsKey].IsSecret(), "the inputs hold a password")
}

func TestAPreviewBuildsNothing(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	provider, _ := configured(t, engine)
	request := imageInputsOf(t, provider, nil)
	created, err := provider.Create(t.Context(), &pulumirpc.CreateRequest{Urn: imageURN, Properties: request.GetProperties(), Preview: true})
	require.NoError(t, err)
	assert.Equal(t, request.GetProperties(), created.GetProperties())
	updated, err := provider.Update(t.Context(), &pulumirpc.UpdateRequest{Urn: imageURN, News: request.GetProperties(), Preview: true})
	require.NoError(t, err)
	assert.Equal(t, request.GetProperties(), updated.GetProperties())
	assert.Empty(t, engine.calls)
}

func TestARefusedPushSaysWhatToDo(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	engine.pushError = "denied: requested access to the resource is denied"
	provider, _ := configured(t, engine)
	_, err := provider.Create(t.Context(), imageInputsOf(t, provider, nil))
	require.ErrorContains(t, err, "pushing image docker.io/user/web:1: the registry refuses these credentials")
	require.ErrorContains(t, err, "docker login")
}

func TestImageChanges(t *testing.T) {
	t.Parallel()
	registry := func(server, password string) map[string]any {
		return map[string]any{"server": server, "password": password}
	}
	olds := properties{"imageName": "a", "registry": registry("s", "1"), "build": map[string]any{"contextDigest": "1"}}
	tests := map[string]struct {
		news     properties
		expected []string
	}{
		"nothing":        {olds, nil},
		"the context":    {properties{"imageName": "a", "registry": registry("s", "1"), "build": map[string]any{"contextDigest": "2"}}, []string{"build"}},
		"a password":     {properties{"imageName": "a", "registry": registry("s", "2"), "build": map[string]any{"contextDigest": "1"}}, nil},
		"the registry":   {properties{"imageName": "a", "registry": registry("t", "1"), "build": map[string]any{"contextDigest": "1"}}, []string{"registry"}},
		"one more input": {properties{"imageName": "a", "registry": registry("s", "1"), "build": map[string]any{"contextDigest": "1"}, "skipPush": true}, []string{"skipPush"}},
		"one input less": {properties{"imageName": "a", "build": map[string]any{"contextDigest": "1"}}, []string{"registry"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := New(nil, nil).Diff(t.Context(), &pulumirpc.DiffRequest{
				Urn: imageURN, Olds: properties{inputsKey: map[string]any(olds)}.wire(t), News: test.news.wire(t),
			})
			require.NoError(t, err)
			var found []string
			for path := range response.GetDetailedDiff() {
				found = append(found, path)
			}
			assert.Equal(t, test.expected, found)
			assert.Equal(t, test.expected != nil, response.GetChanges() == pulumirpc.DiffResponse_DIFF_SOME)
		})
	}
}
