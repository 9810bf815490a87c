package cluster_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const nodePort = 31080

func record(t *testing.T, s settings.Cluster, preview bool) (*recording.Recording, *cluster.Cluster) {
	t.Helper()
	var made *cluster.Cluster
	recorded, err := recording.Run(func(ctx *pulumi.Context) (err error) {
		made, err = cluster.New(ctx, s, nodePort)
		return err
	}, preview)
	require.NoError(t, err)
	return recorded, made
}

func trial() settings.Cluster {
	s := settings.Default().Cluster
	s.Name, s.APIPort, s.RegistryPort = "trial", 16443, 15001
	return s
}

func TestLocalClusterConsistsOf(t *testing.T) {
	t.Parallel()

	for name, preview := range map[string]bool{"update": false, "preview": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			recorded, made := record(t, trial(), preview)
			assert.Equal(t, map[string]string{
				"cluster":                "ashapp:cluster:Local",
				"kubernetes":             "pulumi:providers:kubernetes",
				"pki":                    "pulumi:index:Stash",
				"network":                "docker:index/network:Network",
				"registry-data":          "docker:index/volume:Volume",
				"registry":               "docker:index/container:Container",
				"node":                   "docker:index/container:Container",
				"local-registry-hosting": "kubernetes:core/v1:ConfigMap",
			}, recorded.Types())
			for _, resource := range slices.Sorted(maps.Keys(recorded.Types())) {
				if resource != "cluster" {
					assert.Contains(t, recorded.Resource(t, resource).Request.GetParent(), "ashapp:cluster:Local::cluster", resource)
				}
			}
			assert.Equal(t, "localhost:15001", made.Registry)
			assert.Len(t, made.RegistryReady, 1)
		})
	}
}

func TestLocalClusterIsReachedFromThisMachineOnly(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), false)
	publish := func(external, internal float64) map[string]any {
		return map[string]any{"ip": "127.0.0.1", "external": external, "internal": internal}
	}
	assert.Equal(t, []any{publish(16443, 6443), publish(nodePort, nodePort)}, recorded.Resource(t, "node").Text("ports"))
	assert.Equal(t, []any{publish(15001, 5000)}, recorded.Resource(t, "registry").Text("ports"))
}

func TestContainersAreNamedLabelledAndReplacedInPlace(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), false)
	for resource, name := range map[string]string{
		"node": "trial-node", "registry": "trial-registry", "registry-data": "trial-registry", "network": "trial",
	} {
		got := recorded.Resource(t, resource)
		assert.Equal(t, name, got.Text("name"))
		assert.Equal(t, []any{map[string]any{"label": settings.Label, "value": "trial"}}, got.Text("labels"), resource)
		assert.True(t, got.Request.GetDeleteBeforeReplace(), "%s has a fixed name, so two of it cannot exist", resource)
	}
	for _, container := range []string{"node", "registry"} {
		got := recorded.Resource(t, container)
		assert.Equal(t, true, got.Text("wait"), "%s must count as created only when it is healthy", container)
		assert.NotNil(t, got.Text("healthcheck.tests"), container)
		assert.Equal(t, []any{map[string]any{"name": "trial"}}, got.Text("networksAdvanced"), container)
		assert.Equal(t, "unless-stopped", got.Text("restart"), container)
	}
}

func TestLogsOfPodsAreBoundedAsThoseOfContainers(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), false)
	assert.Subset(t, recorded.Resource(t, "node").Text("command"),
		[]any{"--kubelet-arg=container-log-max-size=10Mi", "--kubelet-arg=container-log-max-files=3"})
}

func TestWhatTheEngineFillsInIsStatedOrIgnored(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), false)
	for _, container := range []string{"node", "registry"} {
		got := recorded.Resource(t, container)
		assert.Equal(t, "json-file", got.Text("logDriver"), container)
		assert.Equal(t, map[string]any{"max-size": "10m", "max-file": "3"}, got.Text("logOpts"), container)
		assert.Subset(t, got.Request.GetIgnoreChanges(), []string{"logDriver", "logOpts", "ulimits"}, container)
	}
	node := recorded.Resource(t, "node")
	assert.Equal(t, false, node.Text("init"))
	assert.Equal(t, "private", node.Text("cgroupnsMode"))
	assert.Equal(t, "host", node.Text("usernsMode"))
	assert.Subset(t, node.Request.GetIgnoreChanges(), []string{"securityOpts", "usernsMode"})
	assert.Equal(t, []string{"ipv6"}, recorded.Resource(t, "network").Request.GetIgnoreChanges())
}

func TestNodeGetsItsAuthoritiesAsSecrets(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), false)
	node := recorded.Resource(t, "node")
	uploads := node.Text("uploads").([]any)
	var files []string
	for _, upload := range uploads {
		files = append(files, upload.(map[string]any)["file"].(string))
	}
	const tls = "/var/lib/rancher/k3s/server/tls/"
	assert.Equal(t, []string{
		tls + "server-ca.crt", tls + "server-ca.key", tls + "client-ca.crt", tls + "client-ca.key",
		"/etc/rancher/k3s/registries.yaml",
	}, files)
	for i, file := range files[:4] {
		upload := uploads[i].(map[string]any)
		assert.Equal(t, "0600", upload["permissions"], file)
		assert.Contains(t, upload["content"], "-----BEGIN", file)
	}
	assert.True(t, node.Input("uploads").ContainsSecrets(), "keys must be secrets")
	assert.JSONEq(t, `{"mirrors": {
		"localhost:15001": {"endpoint": ["http://trial-registry:5000"]},
		"trial-registry:5000": {"endpoint": ["http://trial-registry:5000"]}
	}}`, uploads[4].(map[string]any)["content"].(string))
}

func TestNodePrivileges(t *testing.T) {
	t.Parallel()

	all := trial()
	recorded, _ := record(t, all, false)
	assert.Equal(t, true, recorded.Resource(t, "node").Text("privileged"))
	assert.Nil(t, recorded.Resource(t, "node").Text("capabilities"))

	fewer := trial()
	fewer.Privileged = false
	recorded, _ = record(t, fewer, false)
	assert.Nil(t, recorded.Resource(t, "node").Text("privileged"))
	assert.Equal(t, map[string]any{"adds": []any{"ALL"}, "drops": []any{"CAP_SYS_RESOURCE"}},
		recorded.Resource(t, "node").Text("capabilities"))
	assert.Nil(t, recorded.Resource(t, "registry").Text("capabilities"), "only the node needs any")
}

func TestPKIIsKeptAndSecret(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), false)
	pki := recorded.Resource(t, "pki")
	assert.True(t, pki.Input("input").IsSecret())
	assert.Equal(t, []string{"input"}, pki.Request.GetIgnoreChanges(), "fresh certificates must not show as an update")

	provider := recorded.Resource(t, "kubernetes")
	assert.True(t, provider.Input("kubeconfig").IsSecret())
	assert.Equal(t, "node-id", provider.Text("clusterIdentifier"),
		"another node is another cluster, and nothing else is")
}

func TestWhatIsOnTheNodeGoesWithIt(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), false)
	config := recorded.Resource(t, "local-registry-hosting")
	assert.Contains(t, config.Request.GetDeletedWith(), "pulumi:providers:kubernetes::kubernetes",
		"the engine counts the node itself as deleted only when the stack is destroyed")
	assert.Contains(t, config.Request.GetProvider(), "pulumi:providers:kubernetes::kubernetes")
	assert.Equal(t, "kube-public", config.Text("metadata.namespace"))
	assert.Equal(t, "true", config.Text(`metadata.annotations["pulumi.com/patchForce"]`), "the name may have been there before")
	assert.Equal(t, "host: \"localhost:15001\"\n", config.Text(`data["localRegistryHosting.v1"]`))
}

func TestPreviewDoesNotKnowTheClusterYet(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), true)
	provider := recorded.Resource(t, "kubernetes")
	assert.Equal(t, "unknown", provider.Text("clusterIdentifier"))
}

// An autoscaler needs metrics-server, and every client of a Service in the cluster needs its DNS.
func TestNodeKeepsWhatPodsNeed(t *testing.T) {
	t.Parallel()

	recorded, _ := record(t, trial(), false)
	assert.Contains(t, recorded.Resource(t, "node").Text("command"), "--disable=traefik,servicelb,local-storage")
}
