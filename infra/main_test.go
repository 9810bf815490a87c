package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// outputs are the values of a stack's outputs and which of them are secret.
type outputs struct {
	values  map[string]any
	secrets []string
}

// record runs the whole program with the configuration of a stack file, changed by override (group -> JSON object).
func record(t *testing.T, stack string, override map[string]string, preview bool) (*recording.Recording, *outputs, error) {
	t.Helper()
	config, _, err := settings.ReadStackFile(filepath.Join("..", "Pulumi."+stack+".yaml"))
	require.NoError(t, err)
	for group, object := range override {
		config["ashapp-backend:"+group] = object
	}
	// Tests run in checkouts with changes that are not committed, and where there is no Git.
	config["ashapp-backend:image"] = strings.Replace(config["ashapp-backend:image"], `"tagCommit":true`, `"tagCommit":false`, 1)
	if config["ashapp-backend:image"] == "" {
		delete(config, "ashapp-backend:image")
	}
	got := &outputs{values: map[string]any{}}
	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		declared, err := deploy(ctx, pulumi.RunInfo{Project: "ashapp-backend", Stack: stack, Config: config, ConfigSecretKeys: []string{"ashapp-backend:secrets"}})
		return errors.Join(err, got.await(ctx, declared))
	}, preview)
	return recorded, got, err
}

// await waits for all outputs; what a preview does not know yet is "unknown".
func (o *outputs) await(ctx *pulumi.Context, declared pulumi.Map) error {
	for name, value := range declared {
		result, err := internals.UnsafeAwaitOutput(ctx.Context(), pulumi.ToOutput(value))
		if err != nil {
			return err
		}
		o.values[name] = result.Value
		if !result.Known {
			o.values[name] = "unknown"
		}
		if result.Secret {
			o.secrets = append(o.secrets, name)
		}
	}
	return nil
}

func TestLocalStacksProvideEverything(t *testing.T) {
	t.Parallel()

	for _, stack := range []string{"dev", "airgap"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()

			recorded, got, err := record(t, stack, nil, false)
			require.NoError(t, err)
			assert.Equal(t, []string{
				"backend", "cluster", "default-deny", "deployment", "disruption-budget", "image", "kubernetes", "local-registry-hosting",
				"namespace", "network", "network-policy", "node", "pki", "registry", "registry-data", "service", "service-account",
			}, slices.Sorted(maps.Keys(recorded.Types())))
			for _, resource := range []string{
				"namespace", "service-account", "default-deny", "network-policy", "disruption-budget", "deployment", "service",
			} {
				request := recorded.Resource(t, resource).Request
				assert.Contains(t, request.GetDeletedWith(), "pulumi:providers:kubernetes::kubernetes", resource)
				assert.Contains(t, request.GetProvider(), "pulumi:providers:kubernetes::kubernetes", resource)
			}
			image := recorded.Resource(t, "image")
			assert.Regexp(t, "^localhost:5001/ashapp-backend:build-[0-9a-f]{16}$", image.Text("imageName"))
			assert.Equal(t, ".bin/image/"+strings.ReplaceAll(image.Text("build.platform").(string), "/", "_"), image.Text("build.context"))
			assert.Contains(t, strings.Join(image.Request.GetDependencies(), " "), "docker:index/container:Container::registry")
			assert.Equal(t, "registry.test/backend@"+recording.Digest,
				recorded.Resource(t, "deployment").Text("spec.template.spec.containers[0].image"), "the Deployment must pin the digest")

			assert.Equal(t, "http://127.0.0.1:30080/", got.values["url"])
			assert.Equal(t, "registry.test/backend@"+recording.Digest, got.values["image"])
			assert.Equal(t, "ashapp-backend", got.values["namespace"])
			assert.Equal(t, []string{"kubeconfig"}, got.secrets)
		})
	}
}

func TestFirstPreviewKnowsNoDigest(t *testing.T) {
	t.Parallel()

	recorded, got, err := record(t, "dev", nil, true)
	require.NoError(t, err)
	assert.Equal(t, "unknown", recorded.Resource(t, "deployment").Text("spec.template.spec.containers[0].image"))
	assert.Equal(t, "unknown", got.values["image"])
	assert.Equal(t, "http://127.0.0.1:30080/", got.values["url"])
}

// onSomeCluster are settings of a cluster that exists, as far as its kubeconfig goes.
func onSomeCluster(t *testing.T) string {
	t.Helper()
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(kubeconfig, []byte(`{contexts: [{name: a, context: {cluster: b}}], clusters: [{name: b}]}`), 0o600))
	return `{"kind":"existing","context":"a","kubeconfigPath":"` + kubeconfig + `"}`
}

func TestProdRunsNoContainersOfItsOwn(t *testing.T) {
	t.Parallel()

	existing := onSomeCluster(t)
	for name, preview := range map[string]bool{"update": false, "preview": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			recorded, got, err := record(t, "prod", map[string]string{"cluster": existing}, preview)
			require.NoError(t, err)
			assert.Equal(t, map[string]string{
				"kubernetes":        "pulumi:providers:kubernetes",
				"kube-system":       "kubernetes:core/v1:Namespace",
				"cluster-identity":  "pulumi:index:Stash",
				"image":             "docker:index/image:Image",
				"backend":           "ashapp:backend:Backend",
				"namespace":         "kubernetes:core/v1:Namespace",
				"service-account":   "kubernetes:core/v1:ServiceAccount",
				"default-deny":      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
				"network-policy":    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
				"disruption-budget": "kubernetes:policy/v1:PodDisruptionBudget",
				"deployment":        "kubernetes:apps/v1:Deployment",
				"service":           "kubernetes:core/v1:Service",
			}, recorded.Types())
			assert.Regexp(t, "^docker.io/ashwanth01/ashapp-backend:build-[0-9a-f]{16}$", recorded.Resource(t, "image").Text("imageName"))
			assert.NotContains(t, got.values, "kubeconfig", "a kubeconfig that the stack does not hold is not handed on")
		})
	}
}

func TestBadConfigurationRegistersNothing(t *testing.T) {
	t.Parallel()

	recorded, _, err := record(t, "dev", map[string]string{"backend": `{"replicas":"many","colour":"red"}`}, true)
	require.ErrorContains(t, err, "backend.replicas")
	require.ErrorContains(t, err, "backend.colour")
	assert.Empty(t, recorded.Types())
}
