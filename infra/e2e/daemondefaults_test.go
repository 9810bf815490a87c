//go:build e2e

package e2e

import (
	"crypto/rand"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// daemonDefaults are the settings of an engine that change what it makes of a container or a network that does not state it.
func daemonDefaults() map[string]daemonJSON {
	return map[string]daemonJSON{
		"log options":       {"log-opts": map[string]string{"max-size": "20m", "max-file": "5", "compress": "true", "labels": "team"}},
		"log driver":        {"log-driver": "local", "log-opts": map[string]string{"max-size": "20m"}},
		"ulimits":           {"default-ulimits": map[string]any{"nofile": map[string]any{"Name": "nofile", "Soft": 1024, "Hard": 4096}}},
		"shared memory":     {"default-shm-size": "128M"},
		"DNS":               {"dns": []string{"192.0.2.53"}, "dns-opts": []string{"ndots:2"}, "dns-search": []string{"example.test"}},
		"IPC":               {"default-ipc-mode": "shareable"},
		"cgroup namespaces": {"default-cgroupns-mode": "private"},
		"user namespaces":   {"userns-remap": "daemon"},
		"init process":      {"init": true},
		"runtime":           {"default-runtime": "other", "runtimes": map[string]any{"other": map[string]any{"path": "runc"}}},
		"MTU":               {"mtu": 1400},
		"address pools":     {"default-address-pools": []map[string]any{{"base": "10.199.0.0/16", "size": 24}}},
		"live restore":      {"live-restore": true},
		"new privileges":    {"no-new-privileges": true},
		"port address":      {"ip": "127.0.0.2"},
		"network options": {"default-network-opts": map[string]any{"bridge": map[string]string{
			"com.docker.network.driver.mtu": "1400", "com.docker.network.enable_ipv6": "true",
		}}},
	}
}

// TestDaemonDefaults has the program make its containers, network and volume on engines with such settings, one by one and all
// together, and wants it to find nothing to change afterwards, by what it has recorded and by what is there.
func TestDaemonDefaults(t *testing.T) {
	image := stayImage(t)
	cases := daemonDefaults()
	var all []daemonJSON
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		all = append(all, cases[name]) // "log options" comes after "log driver", whose own they replace
	}
	together := together(all...)
	together["log-driver"] = "json-file"
	cases["all together"] = together
	for name, config := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDaemon(t, config)
			d.docker(t, image, "import", "--change", `ENTRYPOINT ["/stay"]`, "-", "stay:test")
			stack := d.stack(t)
			created, _ := d.update(t, stack)
			require.Equal(t, map[apitype.OpType]int{apitype.OpCreate: 8, apitype.OpSame: 1}, created)
			unchanged := map[apitype.OpType]int{apitype.OpSame: 9}
			changes, printed := d.update(t, stack)
			assert.Equal(t, unchanged, changes, "the second up:\n%s", printed)
			_, err := stack.Refresh(t.Context(), optrefresh.ErrorProgressStreams(t.Output()), optrefresh.SuppressProgress())
			require.NoError(t, err)
			changes, printed = d.update(t, stack)
			assert.Equal(t, unchanged, changes, "up after a refresh:\n%s", printed)
			t.Logf("Docker %s with %v; not known to it: %q", d.version(t), config, d.unknown)
		})
	}
}

// stack is one with the program's cluster on the engine. Its containers run a program that does nothing, so there is no
// Kubernetes, and what would be put there is left out.
func (d daemon) stack(t *testing.T) auto.Stack {
	t.Helper()
	s := settings.Default().Cluster
	s.Name, s.NodeImage, s.RegistryImage, s.Privileged = clusterName, "stay:test", "stay:test", privileged(t)
	program := func(ctx *pulumi.Context) error {
		_, err := cluster.New(ctx, s, settings.Default().Backend.NodePort)
		return err
	}
	stack, err := auto.UpsertStackInlineSource(t.Context(), "daemon", "daemon", program, auto.EnvVars(map[string]string{
		"DOCKER_HOST": d.host, "PULUMI_BACKEND_URL": "file://" + t.TempDir(), "PULUMI_CONFIG_PASSPHRASE": rand.Text(),
		"PULUMI_SKIP_UPDATE_CHECK": "true",
	}))
	require.NoError(t, err)
	return stack
}

// update brings the stack up to date. It returns how many resources it has created, replaced and so on, and what it printed.
func (d daemon) update(t *testing.T, stack auto.Stack) (counts map[apitype.OpType]int, printed string) {
	t.Helper()
	result, err := stack.Up(t.Context(), optup.Exclude([]string{"**::local-registry-hosting"}), optup.Diff(), optup.SuppressProgress())
	require.NoError(t, err)
	counts = map[apitype.OpType]int{}
	for operation, count := range *result.Summary.ResourceChanges {
		counts[apitype.OpType(operation)] = count
	}
	return counts, result.StdOut
}

// privileged is what the stack under test says about its node.
func privileged(t *testing.T) bool {
	t.Helper()
	config, _, err := settings.ReadStackFile(filepath.Join(root, "Pulumi."+os.Getenv("ASHAPP_STACK")+".yaml"))
	require.NoError(t, err)
	s, err := settings.Load(project, config, nil)
	require.NoError(t, err)
	return s.Cluster.Privileged
}
