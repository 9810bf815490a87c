package backend_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/infra/internal/backend"
	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const ref = "registry.test/app@" + recording.Digest

func record(t *testing.T, s settings.Backend, preview bool) *recording.Recording {
	t.Helper()
	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		provider, err := kubernetes.NewProvider(ctx, "target", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		_, err = backend.New(ctx, "backend", backend.Args{
			Settings: s, Image: pulumi.String(ref), Options: []pulumi.ResourceOption{pulumi.Provider(provider)},
		})
		return err
	}, preview)
	require.NoError(t, err)
	return recorded
}

func TestBackendConsistsOf(t *testing.T) {
	t.Parallel()

	for name, preview := range map[string]bool{"update": false, "preview": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			recorded := record(t, settings.Default().Backend, preview)
			assert.Equal(t, map[string]string{
				"target":            "pulumi:providers:kubernetes",
				"backend":           "ashapp:backend:Backend",
				"namespace":         "kubernetes:core/v1:Namespace",
				"service-account":   "kubernetes:core/v1:ServiceAccount",
				"default-deny":      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
				"network-policy":    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
				"disruption-budget": "kubernetes:policy/v1:PodDisruptionBudget",
				"deployment":        "kubernetes:apps/v1:Deployment",
				"service":           "kubernetes:core/v1:Service",
			}, recorded.Types())
			inNamespace := []string{"service-account", "default-deny", "network-policy", "disruption-budget", "deployment", "service"}
			for _, child := range append(inNamespace, "namespace") {
				request := recorded.Resource(t, child).Request
				assert.Contains(t, request.GetParent(), "ashapp:backend:Backend::backend", child)
				assert.Contains(t, request.GetProvider(), "pulumi:providers:kubernetes::target", child)
			}
			for _, child := range inNamespace {
				assert.Equal(t, "ashapp-backend", recorded.Resource(t, child).Text("metadata.namespace"))
				assert.Condition(t, func() bool { return dependsOn(recorded.Resource(t, child), "Namespace::namespace") },
					"%s must wait for the Namespace", child)
			}
		})
	}
}

func dependsOn(registered recording.Resource, suffix string) bool {
	for _, urn := range registered.Request.GetDependencies() {
		if len(urn) >= len(suffix) && urn[len(urn)-len(suffix):] == suffix {
			return true
		}
	}
	return false
}

func TestDeploymentRollsWithoutAGap(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.Replicas, s.ProgressDeadlineSeconds = 3, 30
	deployment := record(t, s, false).Resource(t, "deployment")
	assert.Equal(t, 3.0, deployment.Text("spec.replicas"))
	assert.Equal(t, map[string]any{
		"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxUnavailable": 0.0, "maxSurge": "100%"},
	}, deployment.Text("spec.strategy"))
	assert.Equal(t, 30.0, deployment.Text("spec.progressDeadlineSeconds"))
	assert.Equal(t, "35", deployment.Text(`metadata.annotations["pulumi.com/timeoutSeconds"]`),
		"Pulumi must wait a little longer than the rollout may stand still")
	assert.Equal(t, contract.TerminationGracePeriod.Seconds(), deployment.Text("spec.template.spec.terminationGracePeriodSeconds"))
	assert.Equal(t, map[string]any{"preStop": map[string]any{"sleep": map[string]any{"seconds": contract.PreStopDelay.Seconds()}}},
		deployment.Text("spec.template.spec.containers[0].lifecycle"))
	assert.Greater(t, deployment.Text("spec.template.spec.terminationGracePeriodSeconds"),
		contract.PreStopDelay.Seconds()+contract.StopBudget.Seconds(), "the pod must not be killed while the backend still stops")
}

func TestContainerIsTheBackend(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.Greeting = "good morning"
	deployment := record(t, s, false).Resource(t, "deployment")
	container := func(path string) any { return deployment.Text("spec.template.spec.containers[0]." + path) }
	assert.Equal(t, ref, container("image"))
	assert.Equal(t, []any{
		map[string]any{"name": "GREETING", "value": "good morning"},
		map[string]any{"name": "GOMEMLIMIT", "value": s.GoMemoryLimit()},
	}, container("env"))
	assert.Equal(t, []any{map[string]any{"name": "http", "containerPort": float64(contract.Port)}}, container("ports"))
	assert.Equal(t, map[string]any{
		"requests": map[string]any{"cpu": "50m", "memory": "64Mi", "ephemeral-storage": "16Mi"},
		"limits":   map[string]any{"cpu": "500m", "memory": "64Mi", "ephemeral-storage": "256Mi"},
	}, container("resources"))
	for probe, path := range map[string]string{
		"startupProbe": contract.StartupPath, "readinessProbe": contract.ReadinessPath, "livenessProbe": contract.LivenessPath,
	} {
		assert.Equal(t, map[string]any{"path": path, "port": "http"}, container(probe+".httpGet"), probe)
	}
}

func TestPodIsConfined(t *testing.T) {
	t.Parallel()

	deployment := record(t, settings.Default().Backend, false).Resource(t, "deployment")
	pod := func(path string) any { return deployment.Text("spec.template.spec." + path) }
	assert.Equal(t, "ashapp-backend", pod("serviceAccountName"))
	assert.Equal(t, false, pod("automountServiceAccountToken"))
	assert.Equal(t, false, pod("enableServiceLinks"))
	assert.Equal(t, map[string]any{
		"runAsNonRoot": true, "runAsUser": 65532.0, "runAsGroup": 65532.0, "seccompProfile": map[string]any{"type": "RuntimeDefault"},
	}, pod("securityContext"))
	assert.Equal(t, map[string]any{
		"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
		"capabilities": map[string]any{"drop": []any{"ALL"}},
	}, pod("containers[0].securityContext"))
}

func TestPodRunsAsTheUserOfTheImage(t *testing.T) {
	t.Parallel()

	dockerfile, err := os.ReadFile(filepath.Join("..", "..", "..", "app", "Dockerfile"))
	require.NoError(t, err)
	pod := func(path string) any {
		return record(t, settings.Default().Backend, false).Resource(t, "deployment").Text("spec.template.spec.securityContext." + path)
	}
	assert.Contains(t, string(dockerfile), fmt.Sprintf("\nUSER %.0f:%.0f\n", pod("runAsUser"), pod("runAsGroup")))
}

func TestServiceReachesThePodsOnItsNodePort(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.NodePort = 31080
	recorded := record(t, s, false)
	service, deployment := recorded.Resource(t, "service"), recorded.Resource(t, "deployment")
	assert.Equal(t, "NodePort", service.Text("spec.type"))
	assert.Equal(t, []any{map[string]any{"name": "http", "port": 80.0, "targetPort": "http", "nodePort": 31080.0}},
		service.Text("spec.ports"))
	assert.True(t, service.Request.GetDeleteBeforeReplace(), "a node port cannot be held twice")
	assert.Equal(t, "true", service.Text(`metadata.annotations["pulumi.com/skipAwait"]`))

	selector := service.Text("spec.selector").(map[string]any)
	assert.Equal(t, deployment.Text("spec.selector.matchLabels"), selector)
	podLabels := deployment.Text("spec.template.metadata.labels").(map[string]any)
	for key, value := range selector {
		assert.Equal(t, value, podLabels[key], "the selector must match the pods")
	}
}

func TestClusterIPServiceHoldsNoNodePort(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.ServiceType = settings.ClusterIP
	service := record(t, s, false).Resource(t, "service")
	assert.Equal(t, "ClusterIP", service.Text("spec.type"))
	assert.Equal(t, []any{map[string]any{"name": "http", "port": 80.0, "targetPort": "http"}}, service.Text("spec.ports"))
}

func TestObjectsCarryTheRecommendedLabels(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.Namespace, s.MaxReplicas = "blue", 5
	recorded := record(t, s, false)
	for name, kind := range recorded.Types() {
		if !strings.HasPrefix(kind, "kubernetes:") {
			continue
		}
		labels := recorded.Resource(t, name).Text("metadata.labels").(map[string]any)
		for label, want := range map[string]string{
			"name": "ashapp-backend", "instance": "blue", "component": "backend", "part-of": "ashapp", "managed-by": "pulumi",
		} {
			assert.Equal(t, want, labels["app.kubernetes.io/"+label], "%s of %s", label, name)
		}
	}
	assert.Equal(t, "app.kubernetes.io/name=ashapp-backend", settings.Selector)
	assert.Equal(t, map[string]any{"app.kubernetes.io/name": "ashapp-backend"},
		recorded.Resource(t, "deployment").Text("spec.selector.matchLabels"), "a selector can never be changed")
}

// An update would otherwise fail on whatever field somebody else has set meanwhile.
func TestWhatTheStackStatesCounts(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.MaxReplicas = 5
	recorded, objects := record(t, s, false), 0
	for name, kind := range recorded.Types() {
		if strings.HasPrefix(kind, "kubernetes:") {
			assert.Equal(t, "true", recorded.Resource(t, name).Text(`metadata.annotations["pulumi.com/patchForce"]`), name)
			objects++
		}
	}
	assert.Equal(t, 8, objects)
}

func TestPodsRunWhereTheImageDoes(t *testing.T) {
	t.Parallel()

	for architecture, want := range map[string]any{
		"":      map[string]any{"kubernetes.io/os": "linux"},
		"arm64": map[string]any{"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"},
	} {
		recorded, err := recording.Run(func(ctx *pulumi.Context) error {
			_, err := backend.New(ctx, "backend", backend.Args{
				Settings: settings.Default().Backend, Image: pulumi.String(ref), Architecture: architecture,
			})
			return err
		}, false)
		require.NoError(t, err)
		assert.Equal(t, want, recorded.Resource(t, "deployment").Text("spec.template.spec.nodeSelector"))
	}
}

func TestUnknownImageStaysUnknownInAPreview(t *testing.T) {
	t.Parallel()

	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		pushed := pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return ref }).(pulumi.StringOutput)
		_, err := backend.New(ctx, "backend", backend.Args{Settings: settings.Default().Backend, Image: pushed})
		return err
	}, true)
	require.NoError(t, err)
	assert.Equal(t, "unknown", recorded.Resource(t, "deployment").Text("spec.template.spec.containers[0].image"))
}
