package settings_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/infra/internal/settings"
)

const project = "ashapp-backend"

func TestAnEmptyConfigurationIsTheDefault(t *testing.T) {
	t.Parallel()

	got, err := settings.Load(project, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, settings.Default(), got)
}

func TestConfigurationOverridesDefaults(t *testing.T) {
	t.Parallel()

	got, err := settings.Load(project, map[string]string{
		project + ":cluster": `{"kind":"existing","kubeconfig":"apiVersion: v1","context":"blue"}`,
		project + ":image":   `{"repository":"docker.io/name/app","platform":"linux/arm64"}`,
		project + ":backend": `{"replicas":"3","greeting":true,"nodePort":31000}`,
		"docker:host":        "unix:///run/docker.sock",
	}, []string{project + ":cluster"})
	require.NoError(t, err)

	want := settings.Default()
	want.Cluster.Kind, want.Cluster.Kubeconfig, want.Cluster.Context = settings.Existing, "apiVersion: v1", "blue"
	want.Image.Repository, want.Image.Platform = "docker.io/name/app", "linux/arm64"
	want.Backend.Replicas, want.Backend.Greeting, want.Backend.NodePort = 3, "true", 31000
	assert.Equal(t, want, got)
}

func TestBadConfiguration(t *testing.T) {
	t.Parallel()

	digest := "@sha256:" + strings.Repeat("a", 64)
	for name, test := range map[string]struct {
		cluster, image, backend string
		want                    []string // the lines after the first
	}{
		"unknown group key":        {backend: `{"replica":2}`, want: []string{"backend.replica: unknown key, backend has appArmorProfile, cpuLimit, cpuRequest, ephemeralStorageLimit, ephemeralStorageRequest, greeting, maxReplicas, maxSurge, memoryLimit, memoryRequest, metricsNamespace, minReadySeconds, namespace, nodePort, progressDeadlineSeconds, replicas, revisionHistoryLimit, targetCPUPercent"}},
		"group is a value":         {image: `"latest"`, want: []string{"image: must hold keys (platform, ref, repository, tag) and not a value of its own"}},
		"not a number":             {backend: `{"replicas":"two"}`, want: []string{`backend.replicas: "two": must be a whole number from 1 to 100`}},
		"too few":                  {backend: `{"replicas":0}`, want: []string{`backend.replicas: "0": must be a whole number from 1 to 100`}},
		"a fraction":               {backend: `{"replicas":1.5}`, want: []string{`backend.replicas: "1.5": must be a whole number from 1 to 100`}},
		"a list":                   {backend: `{"replicas":[2]}`, want: []string{"backend.replicas: [2]: must be a single value"}},
		"null":                     {backend: `{"greeting":null}`, want: []string{"backend.greeting: null: must be a single value"}},
		"node port out of range":   {backend: `{"nodePort":8080}`, want: []string{`backend.nodePort: "8080": must be a whole number from 30000 to 32767`}},
		"namespace is no label":    {backend: `{"namespace":"My_App"}`, want: []string{`backend.namespace: "My_App": must be a DNS label: at most 63 lower-case letters, digits and hyphens, a letter or digit at both ends`}},
		"empty greeting":           {backend: `{"greeting":""}`, want: []string{`backend.greeting: "": must be 1 to 1024 bytes long`}},
		"not a quantity":           {backend: `{"cpuLimit":"half"}`, want: []string{`backend.cpuLimit: "half": must be a Kubernetes quantity above zero, such as 50m or 64Mi`}},
		"zero memory":              {backend: `{"memoryRequest":"0"}`, want: []string{`backend.memoryRequest: "0": must be a Kubernetes quantity above zero, such as 50m or 64Mi`}},
		"request above limit":      {backend: `{"memoryRequest":"128Mi"}`, want: []string{`backend.memoryRequest: "128Mi": must not be above backend.memoryLimit, which is 64Mi`}},
		"storage above its limit":  {backend: `{"ephemeralStorageRequest":"1Gi"}`, want: []string{`backend.ephemeralStorageRequest: "1Gi": must not be above backend.ephemeralStorageLimit, which is 256Mi`}},
		"most below least":         {backend: `{"replicas":3,"maxReplicas":2}`, want: []string{"backend.maxReplicas: 2: must be 0 or not below backend.replicas, which is 3"}},
		"no CPU to aim at":         {backend: `{"targetCPUPercent":0}`, want: []string{`backend.targetCPUPercent: "0": must be a whole number from 1 to 1000`}},
		"no surge":                 {backend: `{"maxSurge":"0"}`, want: []string{`backend.maxSurge: "0": must be a number of pods or a percentage, 1 to 999, such as 1 or 25%`}},
		"surge of another form":    {backend: `{"maxSurge":"25 %"}`, want: []string{`backend.maxSurge: "25 %": must be a number of pods or a percentage, 1 to 999, such as 1 or 25%`}},
		"never ready in time":      {backend: `{"minReadySeconds":40}`, want: []string{"backend.minReadySeconds: 40: must be below backend.progressDeadlineSeconds, which is 40, or no rollout can succeed"}},
		"negative wait":            {backend: `{"minReadySeconds":-1}`, want: []string{`backend.minReadySeconds: "-1": must be a whole number from 0 to 600`}},
		"too much history":         {backend: `{"revisionHistoryLimit":51}`, want: []string{`backend.revisionHistoryLimit: "51": must be a whole number from 0 to 50`}},
		"unknown AppArmor profile": {backend: `{"appArmorProfile":"Unconfined"}`, want: []string{`backend.appArmorProfile: "Unconfined": must be RuntimeDefault`}},
		"metrics for no namespace": {backend: `{"metricsNamespace":"Monitoring"}`, want: []string{`backend.metricsNamespace: "Monitoring": must be a DNS label: at most 63 lower-case letters, digits and hyphens, a letter or digit at both ends`}},
		"not a boolean":            {cluster: `{"privileged":"yes"}`, want: []string{`cluster.privileged: "yes": must be true or false`}},
		"unknown kind":             {cluster: `{"kind":"remote"}`, want: []string{`cluster.kind: "remote": must be local or existing`}},
		"two ports alike":          {cluster: `{"apiPort":5001}`, want: []string{"cluster.registryPort: 5001: must differ from cluster.apiPort"}},
		"node image without tag":   {cluster: `{"nodeImage":"rancher/k3s"}`, want: []string{`cluster.nodeImage: "rancher/k3s": must be an image name with a tag or digest`}},
		"empty address":            {cluster: `{"address":""}`, want: []string{`cluster.address: "": must not be empty`}},
		"local with context":       {cluster: `{"context":"blue"}`, want: []string{"cluster.kubeconfig, cluster.kubeconfigPath, cluster.context: must be empty when cluster.kind is local"}},
		"existing without any":     {cluster: `{"kind":"existing"}`, image: `{"repository":"docker.io/a/b"}`, want: []string{"cluster.kubeconfig, cluster.kubeconfigPath, cluster.context: one must be set when cluster.kind is existing"}},
		"two kubeconfigs":          {cluster: `{"kind":"existing","kubeconfig":"x","kubeconfigPath":"y"}`, image: `{"ref":"a/b` + digest + `"}`, want: []string{"cluster.kubeconfig, cluster.kubeconfigPath: must not both be set", "cluster.kubeconfig: must be a secret, set it with: pulumi config set --secret --path cluster.kubeconfig"}},
		"existing, local path":     {cluster: `{"kind":"existing","context":"c"}`, want: []string{`image.repository: "ashapp-backend": must begin with a registry host, such as docker.io, when cluster.kind is existing`}},
		"local, registry host":     {image: `{"repository":"docker.io/a/b"}`, want: []string{`image.repository: "docker.io/a/b": must be a path without a registry host when cluster.kind is local, which has its own registry`}},
		"reference by tag":         {image: `{"ref":"docker.io/a/b:latest"}`, want: []string{`image.ref: "docker.io/a/b:latest": must be empty or name@sha256: followed by 64 hexadecimal digits`}},
		"bad tag":                  {image: `{"tag":"-x"}`, want: []string{`image.tag: "-x": must be an image tag: letters, digits, _ . - and at most 128 of them`}},
		"repository with tag":      {image: `{"repository":"app:1"}`, want: []string{`image.repository: "app:1": must be a repository without tag or digest, such as docker.io/name/app`}},
		"unsupported platform":     {image: `{"platform":"windows/amd64"}`, want: []string{`image.platform: "windows/amd64": must be linux/amd64 or linux/arm64`}},
		"every problem in one go":  {cluster: `{"name":"","apiPort":-1}`, backend: `{"replicas":"x","nope":1}`, want: []string{"backend.nope: unknown key, backend has appArmorProfile, cpuLimit, cpuRequest, ephemeralStorageLimit, ephemeralStorageRequest, greeting, maxReplicas, maxSurge, memoryLimit, memoryRequest, metricsNamespace, minReadySeconds, namespace, nodePort, progressDeadlineSeconds, replicas, revisionHistoryLimit, targetCPUPercent", `backend.replicas: "x": must be a whole number from 1 to 100`, `cluster.apiPort: "-1": must be a whole number from 1 to 65535`, `cluster.name: "": must be a DNS label: at most 63 lower-case letters, digits and hyphens, a letter or digit at both ends`}},
		"an object for one value":  {cluster: `{"name":{"first":"a"}}`, want: []string{`cluster.name: {"first":"a"}: must be a single value`}},
		"deadline without a limit": {backend: `{"progressDeadlineSeconds":86400}`, want: []string{`backend.progressDeadlineSeconds: "86400": must be a whole number from 5 to 3600`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			config := map[string]string{}
			for group, values := range map[string]string{"cluster": test.cluster, "image": test.image, "backend": test.backend} {
				if values != "" {
					config[project+":"+group] = values
				}
			}
			_, err := settings.Load(project, config, nil)
			require.Error(t, err)
			assert.Equal(t, test.want, strings.Split(err.Error(), "\n")[1:])
		})
	}
}

func TestGoMemoryLimitIsNineTenthsOfTheLimit(t *testing.T) {
	t.Parallel()

	for limit, want := range map[string]string{"64Mi": "60397974", "100M": "90000000", "1Gi": "966367638"} {
		assert.Equal(t, want, settings.Backend{MemoryLimit: limit}.GoMemoryLimit(), limit)
	}
}

func TestUnknownGroupIsRefused(t *testing.T) {
	t.Parallel()

	_, err := settings.Load(project, map[string]string{project + ":database": "{}"}, nil)
	assert.ErrorContains(t, err, "database: unknown key, the groups are backend, cluster, image")
}

// declaration is what Pulumi.yaml says of a key.
type declaration struct {
	Type, Description string
	Default           any
}

func declaredKeys(t *testing.T) map[string]declaration {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "Pulumi.yaml"))
	require.NoError(t, err)
	var file struct {
		Name   string
		Config map[string]declaration
	}
	require.NoError(t, yaml.Unmarshal(content, &file))
	assert.Equal(t, project, file.Name)
	return file.Config
}

// The command line applies the defaults in Pulumi.yaml, tests and other readers those in Default: they must be one.
func TestProjectFileDeclaresEveryKeyWithItsDefault(t *testing.T) {
	t.Parallel()

	declaredKeys := declaredKeys(t)
	nested := map[string]map[string]any{}
	for key, declared := range declaredKeys {
		group, name, found := strings.Cut(key, ".")
		require.True(t, found, "%s is in no group", key)
		assert.NotEmpty(t, declared.Description, "%s has no description", key)
		assert.Contains(t, []string{"string", "integer", "boolean"}, declared.Type, key)
		require.NotNil(t, declared.Default, "%s has no default, so every stack would have to set it", key)
		if nested[group] == nil {
			nested[group] = map[string]any{}
		}
		nested[group][name] = declared.Default
	}
	config := map[string]string{}
	for group, values := range nested {
		object, err := json.Marshal(values)
		require.NoError(t, err)
		config[project+":"+group] = string(object)
	}
	got, err := settings.Load(project, config, nil)
	require.NoError(t, err, "every declared key must be known, and its default valid")
	assert.Equal(t, settings.Default(), got)
	assert.ElementsMatch(t, settings.Keys(), slices.Collect(maps.Keys(declaredKeys)), "every known key must be declared")
}

func TestStackFilesAreValid(t *testing.T) {
	t.Parallel()

	for stack, kind := range map[string]string{"dev": settings.Local, "airgap": settings.Local, "prod": settings.Existing} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()

			config, err := settings.ReadStackFile(filepath.Join("..", "..", "..", "Pulumi."+stack+".yaml"))
			require.NoError(t, err)
			got, err := settings.Load(project, config, nil)
			require.NoError(t, err)
			assert.Equal(t, kind, got.Cluster.Kind)
		})
	}
}

func TestReadStackFileNamesTheFile(t *testing.T) {
	t.Parallel()

	missing := filepath.Join(t.TempDir(), "Pulumi.none.yaml")
	_, err := settings.ReadStackFile(missing)
	require.ErrorContains(t, err, missing)

	broken := filepath.Join(t.TempDir(), "Pulumi.broken.yaml")
	require.NoError(t, os.WriteFile(broken, []byte("config: ["), 0o600))
	_, err = settings.ReadStackFile(broken)
	assert.ErrorContains(t, err, broken)
}

func TestReadmeListsEveryKeyWithItsDefault(t *testing.T) {
	t.Parallel()

	content, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	require.NoError(t, err)
	for key, declared := range declaredKeys(t) {
		value := ""
		if declared.Default != "" {
			value = fmt.Sprintf("`%v`", declared.Default)
		}
		row := fmt.Sprintf("| `%s` | %s | %s |", key, value, declared.Description)
		assert.True(t, strings.Contains(string(content), row), "README.md has no row %s", row)
	}
}
