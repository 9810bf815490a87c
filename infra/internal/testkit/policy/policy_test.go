package policy

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	integers "k8s.io/apimachinery/pkg/util/json"

	"github.com/ashwanth01/ashapp-backend/infra/internal/backend"
	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// render gives the manifests of the backend as settings have it, for nodes of one architecture.
func render(t *testing.T, s settings.Backend) []map[string]any {
	t.Helper()
	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		_, err := backend.New(ctx, "backend", backend.Args{
			Settings: s, Secrets: map[string]string{"token": "canary"}, Architecture: "arm64", Image: pulumi.String("localhost:5001/ashapp-backend@" + recording.Digest),
		})
		return err
	}, false)
	require.NoError(t, err)
	return recorded.Manifests(t, "ashapp:backend:Backend")
}

// everything switches on what is off by default.
func everything() settings.Backend {
	s := settings.Default().Backend
	s.MaxReplicas, s.MetricsNamespace, s.AppArmorProfile, s.MaxSurge, s.MinReadySeconds = 5, "monitoring", "RuntimeDefault", "1", 5
	s.ServiceType, s.DNSEgress = settings.ClusterIP, true
	s.Env = map[string]settings.Source{"TOKEN": {Secret: "token"}}
	s.Files = map[string]settings.Source{"/etc/app/config.yaml": {Value: "a: 1\n"}}
	s.TmpSize = "16Mi"
	s.Egress = []settings.Egress{{Peer: settings.Peer{Namespace: "databases"}, Port: 5432, Protocol: "TCP"}}
	s.IngressFrom = []settings.Peer{{Namespace: "ingress"}, {CIDR: "10.0.0.0/8"}}
	return s
}

// copied makes manifests that can be changed. Whole numbers become int64, as in the JSON of Kubernetes.
func copied(t *testing.T, manifests []map[string]any) []map[string]any {
	t.Helper()
	clones := make([]map[string]any, len(manifests))
	for i, manifest := range manifests {
		text, err := json.Marshal(manifest)
		require.NoError(t, err)
		require.NoError(t, integers.Unmarshal(text, &clones[i]))
	}
	return clones
}

func TestTheBackendBreaksNoRule(t *testing.T) {
	t.Parallel()

	for name, s := range map[string]settings.Backend{"default": settings.Default().Backend, "everything": everything()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			findings, err := Check(render(t, s), Waivers())
			require.NoError(t, err)
			assert.Empty(t, findings)
		})
	}
}

func TestFindingsAreInOrder(t *testing.T) {
	t.Parallel()

	manifests := render(t, settings.Default().Backend)
	first, err := Check(manifests, nil)
	require.NoError(t, err)
	require.Greater(t, len(first), 1, "the waived findings")
	for range 5 {
		again, err := Check(manifests, nil)
		require.NoError(t, err)
		assert.Equal(t, first, again)
	}
}

func TestFindingTellsWhatToDo(t *testing.T) {
	t.Parallel()

	findings, err := Check([]map[string]any{{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "keys", "namespace": "shop"},
	}}, nil)
	require.NoError(t, err)
	assert.Regexp(t, `^Pod shop/keys: known-kinds: no rule knows v1 Pod: write the rules first, `+
		`because what no rule looks at could be anything.* \(kube-linter/access-to-create-pods, .*\)$`, findings[0].String())
}

func TestUnreadableManifestIsAnError(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		manifest map[string]any
		object   string
	}{
		"no kind": {map[string]any{"apiVersion": "v1", "metadata": map[string]any{"name": "web", "namespace": "shop"}}, "shop/web"},
		"no name": {map[string]any{"apiVersion": "v1", "kind": "Service"}, "Service"},
		"a text for a number": {map[string]any{
			"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "web", "namespace": "shop"},
			"spec": map[string]any{"replicas": "two"},
		}, "Deployment shop/web"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := Check([]map[string]any{test.manifest}, nil)
			assert.ErrorContains(t, err, test.object)
		})
	}
}
