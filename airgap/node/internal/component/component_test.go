package component

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	proxy "k8s.io/kube-proxy/config/v1alpha1"
	kubelet "k8s.io/kubelet/config/v1beta1"
	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
)

func settings(t *testing.T) Settings {
	t.Helper()
	return Settings{
		Files: layout.Layout{Root: t.TempDir()}, NodeName: "web-1", NodeIP: "192.0.2.7", APIPort: 6444,
		KubeletArgs: []string{"eviction-hard=imagefs.available<1%"},
	}
}

func TestDatabaseListensOnLoopbackAndKnowsItsClients(t *testing.T) {
	t.Parallel()
	args := Etcd(settings(t)).Args
	assert.Contains(t, args, "--client-cert-auth")
	assert.Contains(t, args, "--peer-client-cert-auth")
	for _, arg := range args {
		if _, value, _ := strings.Cut(arg, "="); strings.Contains(arg, "-urls=") {
			assert.True(t, strings.HasPrefix(value, "https://127.0.0.1:"), arg)
		}
	}
}

func TestAPIServerRefusesStrangers(t *testing.T) {
	t.Parallel()
	s := settings(t)
	args := APIServer(s).Args
	assert.Contains(t, args, "--anonymous-auth=false")
	assert.Contains(t, args, "--authorization-mode=Node,RBAC")
	assert.Contains(t, args, "--enable-admission-plugins=NodeRestriction")
	assert.Contains(t, args, "--client-ca-file="+s.Files.TLS("client-ca.crt"))
	assert.Contains(t, args, "--secure-port=6444")
	assert.Contains(t, args, "--advertise-address=192.0.2.7")
}

func TestControllersListenOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	assert.Contains(t, ControllerManager(settings(t)).Args, "--bind-address=127.0.0.1")
	assert.Contains(t, Scheduler(settings(t)).Args, "--bind-address=127.0.0.1")
	assert.Contains(t, MetricsServer(settings(t)).Args, "--bind-address=127.0.0.1")
}

func TestNoFlagIsGivenTwice(t *testing.T) {
	t.Parallel()
	s := settings(t)
	runKubelet, err := Kubelet(s)
	require.NoError(t, err)
	for _, command := range [][]string{Etcd(s).Args, APIServer(s).Args, ControllerManager(s).Args, Scheduler(s).Args, NetworkPolicies(s).Args, MetricsServer(s).Args, runKubelet.Args} {
		seen := map[string]bool{}
		for _, arg := range command {
			name, _, _ := strings.Cut(arg, "=")
			assert.False(t, seen[name], arg)
			seen[name] = true
		}
	}
}

func TestKubeletKnowsItsCallersAndTheUsersFlagsWin(t *testing.T) {
	t.Parallel()
	s := settings(t)
	command, err := Kubelet(s)
	require.NoError(t, err)
	assert.Equal(t, "--eviction-hard=imagefs.available<1%", command.Args[len(command.Args)-1])

	var config kubelet.KubeletConfiguration
	read(t, s.Files.Node("kubelet.yaml"), &config)
	assert.False(t, *config.Authentication.Anonymous.Enabled)
	assert.True(t, *config.Authentication.Webhook.Enabled)
	assert.Equal(t, kubelet.KubeletAuthorizationModeWebhook, config.Authorization.Mode)
	assert.Zero(t, config.ReadOnlyPort)
	assert.Equal(t, "192.0.2.7", config.Address)
	assert.Equal(t, "127.0.0.1", config.HealthzBindAddress)
	assert.Equal(t, []string{"10.43.0.10"}, config.ClusterDNS)
	assert.Equal(t, "cluster.local", config.ClusterDomain)
}

func TestProxyUsesNftablesAndLeavesTheMachineAlone(t *testing.T) {
	t.Parallel()
	s := settings(t)
	_, err := Proxy(s)
	require.NoError(t, err)
	var config proxy.KubeProxyConfiguration
	read(t, s.Files.Node("kube-proxy.yaml"), &config)
	assert.EqualValues(t, "nftables", config.Mode)
	assert.Zero(t, *config.Conntrack.MaxPerCore)
	assert.True(t, strings.HasPrefix(config.HealthzBindAddress, "127.0.0.1:"))
	assert.True(t, strings.HasPrefix(config.MetricsBindAddress, "127.0.0.1:"))
}

func TestContainerdKeepsItsDataOnTheVolume(t *testing.T) {
	t.Parallel()
	for _, able := range []bool{true, false} {
		s := settings(t)
		s.CanRaisePriority = able
		_, err := Containerd(s)
		require.NoError(t, err)
		content, err := os.ReadFile(s.Files.Node("containerd.toml"))
		require.NoError(t, err)
		assert.Contains(t, string(content), `root = "`+s.Files.Root+`/var/lib/rancher/k3s/agent/containerd"`)
		assert.Contains(t, string(content), `sandbox_image = "`+PauseImage+`"`)
		assert.Equal(t, able, strings.Contains(string(content), "restrict_oom_score_adj = false"))
		assert.NotContains(t, string(content), "%!")
	}
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, yaml.UnmarshalStrict(content, into))
}
