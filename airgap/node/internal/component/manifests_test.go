package component

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/host"
)

// object is of any kind.
type object struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		ClusterIP string
		CABundle  []byte
		Service   struct{ Port int }
		Template  struct {
			Spec struct{ Containers []struct{ Image string } }
		}
	}
}

// applied are the objects that are applied with a cluster's settings, by kind and name.
func applied(t *testing.T, s Settings) map[string]object {
	t.Helper()
	require.NoError(t, os.CopyFS(s.Files.Share("manifests"), os.DirFS("../../image/manifests")))
	require.NoError(t, writeFile(s.Files.TLS("server-ca.crt"), []byte("authority of servers")))
	command, err := ApplyManifests(s)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"--kubeconfig=" + s.Files.AdminKubeconfig(), "apply", "--server-side", "--force-conflicts", "--validate=false",
		"--filename=" + s.Files.Run("manifests"),
	}, command.Args)

	objects := map[string]object{}
	paths, err := filepath.Glob(filepath.Join(s.Files.Run("manifests"), "*.yaml"))
	require.NoError(t, err)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		for part := range strings.SplitSeq(string(content), "\n---\n") {
			var one object
			require.NoError(t, yaml.Unmarshal([]byte(part), &one), path)
			objects[one.Kind+" "+one.Metadata.Name] = one
		}
	}
	return objects
}

func TestManifestsAgreeWithTheComponents(t *testing.T) {
	t.Parallel()
	s := settings(t)
	objects := applied(t, s)
	assert.Equal(t, host.DNSIP, objects["Service kube-dns"].Spec.ClusterIP)
	require.Len(t, objects["Deployment coredns"].Spec.Template.Spec.Containers, 1)
	assert.Equal(t, PauseImage, objects["Deployment coredns"].Spec.Template.Spec.Containers[0].Image)
	metrics := objects["APIService v1beta1.metrics.k8s.io"].Spec
	assert.Equal(t, "authority of servers", string(metrics.CABundle))
	assert.Equal(t, 4443, metrics.Service.Port)
	assert.Contains(t, MetricsServer(s).Args, "--secure-port=4443")
}

func TestDisabledAddonsAreNotApplied(t *testing.T) {
	t.Parallel()
	for addon, absent := range map[string]string{"coredns": "Deployment coredns", "metrics-server": "APIService v1beta1.metrics.k8s.io"} {
		s := settings(t)
		s.Disabled = []string{"traefik", addon}
		objects := applied(t, s)
		assert.NotContains(t, objects, absent)
		assert.Contains(t, objects, "ClusterRole kube-router")
		assert.False(t, s.Has(addon))
	}
	assert.True(t, settings(t).Has("coredns"))
}

func TestManifestsNeedTheAuthority(t *testing.T) {
	t.Parallel()
	_, err := ApplyManifests(settings(t))
	require.ErrorIs(t, err, os.ErrNotExist)
}
