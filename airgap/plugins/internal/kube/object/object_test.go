package object_test

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
)

type fields = map[string]any

func of(version, kind string, content fields) *unstructured.Unstructured {
	made := &unstructured.Unstructured{Object: fields{"apiVersion": version, "kind": kind}}
	for key, value := range content {
		made.Object[key] = value
	}
	return made
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ inputs, want *unstructured.Unstructured }{
		"quantities become canonical": {
			of("v1", "LimitRange", fields{"spec": fields{"limits": []any{fields{"type": "Pod", "max": fields{"cpu": "0.2"}}}}}),
			of("v1", "LimitRange", fields{"spec": fields{"limits": []any{fields{"type": "Pod", "max": fields{"cpu": "200m"}}}}}),
		},
		"whole numbers become integers": {
			of("apps/v1", "Deployment", fields{"spec": fields{"replicas": 2.0}}),
			of("apps/v1", "Deployment", fields{"spec": fields{"replicas": int64(2)}}),
		},
		"stringData becomes data and wins": {
			of("v1", "Secret", fields{"data": fields{"a": "b2xk", "b": "Yg=="}, "stringData": fields{"a": "new"}}),
			of("v1", "Secret", fields{"data": fields{"a": "bmV3", "b": "Yg=="}}),
		},
		"what the server writes goes": {
			of("v1", "ConfigMap", fields{"metadata": fields{"name": "a", "uid": "u", "resourceVersion": "1"}}),
			of("v1", "ConfigMap", fields{"metadata": fields{"name": "a"}}),
		},
		"a wrong type stays for the server to explain": {
			of("apps/v1", "Deployment", fields{"spec": "x"}), of("apps/v1", "Deployment", fields{"spec": "x"}),
		},
		"custom resources stay": {
			of("example.com/v1", "Widget", fields{"spec": fields{"cpu": "0.2"}}),
			of("example.com/v1", "Widget", fields{"spec": fields{"cpu": "0.2"}}),
		},
		"unknowns stay": {
			of("apps/v1", "Deployment", fields{"spec": fields{"replicas": resource.Computed{}}}),
			of("apps/v1", "Deployment", fields{"spec": fields{"replicas": resource.Computed{}}}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want.Object, object.Normalize(test.inputs).Object)
		})
	}
}

func TestUnknownFieldsNamesThem(t *testing.T) {
	t.Parallel()
	err := object.UnknownFields(of("apps/v1", "Deployment", fields{"spec": fields{"replica": 2.0}}))
	require.ErrorContains(t, err, "spec.replica")
	require.NoError(t, object.UnknownFields(of("apps/v1", "Deployment", fields{"spec": fields{"replicas": 2.0}})))
	require.NoError(t, object.UnknownFields(of("example.com/v1", "Widget", fields{"spec": fields{"any": 2.0}})))
}

func TestPruneKeepsTheShape(t *testing.T) {
	t.Parallel()
	live := of("v1", "Service", fields{
		"spec":   fields{"clusterIP": "10.0.0.1", "ports": []any{fields{"port": int64(80), "protocol": "TCP"}, fields{"port": int64(81)}}},
		"status": fields{},
	})
	shape := of("v1", "Service", fields{"spec": fields{"ports": []any{fields{"port": 80.0}}, "type": "NodePort"}})
	want := of("v1", "Service", fields{"spec": fields{"ports": []any{fields{"port": int64(80)}}}})
	assert.Equal(t, want.Object, object.Prune(live, shape).Object)
}

func TestCheckpointSurvivesTheState(t *testing.T) {
	t.Parallel()
	before := object.Checkpoint{
		Inputs:            of("v1", "ConfigMap", fields{"data": fields{"a": "b"}}),
		Live:              of("v1", "ConfigMap", fields{"data": fields{"a": "b"}, "metadata": fields{"uid": "u"}}),
		FieldManager:      "pulumi-kubernetes-1",
		InitialAPIVersion: "v1",
	}
	assert.Equal(t, before, object.ParseCheckpoint(before.Properties(nil)))
}

func TestCheckpointMarksSecrets(t *testing.T) {
	t.Parallel()
	token := resource.MakeSecret(resource.NewProperty("t"))
	from := resource.PropertyMap{"spec": resource.NewProperty(resource.PropertyMap{
		"token": token, "list": resource.NewProperty([]resource.PropertyValue{token}), "open": resource.NewProperty("o"),
	})}
	live := of("example.com/v1", "Widget", fields{"spec": fields{"token": "t", "list": []any{"t"}, "open": "o"}})
	state := object.Checkpoint{Inputs: live, Live: live}.Properties(from)
	for _, part := range []resource.PropertyMap{state, state["__inputs"].ObjectValue()} {
		spec := part["spec"].ObjectValue()
		assert.True(t, spec["token"].IsSecret())
		assert.True(t, spec["list"].IsSecret())
		assert.False(t, spec["open"].IsSecret())
	}
	secret := object.Checkpoint{Inputs: of("v1", "Secret", nil), Live: of("v1", "Secret", fields{"data": fields{"a": "b"}})}
	assert.True(t, secret.Properties(nil)["data"].IsSecret(), "the data of a Secret is secret whatever it came from")
}

func TestExtensionFieldsOfSchemasAreRenamedBothWays(t *testing.T) {
	t.Parallel()
	properties := resource.PropertyMap{"x_kubernetes_list_map_keys": resource.NewProperty("k")}
	made := object.FromProperties(properties)
	assert.Equal(t, fields{"x-kubernetes-list-map-keys": "k"}, made.Object)
	assert.Equal(t, properties, object.ToProperties(made))
}

func TestAutoname(t *testing.T) {
	t.Parallel()
	seeded := &pulumirpc.CheckRequest{RandomSeed: []byte("seed")}
	first, second := of("v1", "ConfigMap", nil), of("v1", "ConfigMap", nil)
	require.NoError(t, object.Autoname(first, "web", seeded))
	require.NoError(t, object.Autoname(second, "web", seeded))
	assert.Regexp(t, "^web-[0-9a-f]{8}$", first.GetName())
	assert.Equal(t, first.GetName(), second.GetName(), "one seed, one name")
	assert.True(t, object.IsAutonamed(first))

	given := of("v1", "ConfigMap", fields{"metadata": fields{"name": "mine"}})
	require.NoError(t, object.Autoname(given, "web", seeded))
	assert.Equal(t, "mine", given.GetName())
	assert.False(t, object.IsAutonamed(given))

	proposed := of("v1", "ConfigMap", nil)
	require.NoError(t, object.Autoname(proposed, "web", &pulumirpc.CheckRequest{
		Autonaming: &pulumirpc.CheckRequest_AutonamingOptions{ProposedName: "prefix-web"},
	}))
	assert.Equal(t, "prefix-web", proposed.GetName())

	require.ErrorIs(t, object.Autoname(of("v1", "ConfigMap", nil), "web", &pulumirpc.CheckRequest{
		Autonaming: &pulumirpc.CheckRequest_AutonamingOptions{Mode: pulumirpc.CheckRequest_AutonamingOptions_DISABLE},
	}), object.ErrNoName)
}

func TestAnUnknownNameIsAName(t *testing.T) {
	t.Parallel()
	assert.True(t, object.IsNamed(of("v1", "ConfigMap", fields{"metadata": fields{"name": resource.Computed{}}})))
	assert.True(t, object.HasNamespace(of("v1", "ConfigMap", fields{"metadata": fields{"namespace": resource.Computed{}}})))
	assert.False(t, object.HasNamespace(of("v1", "ConfigMap", nil)))
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	annotated := func(value string) *unstructured.Unstructured {
		return of("v1", "Pod", fields{"metadata": fields{"annotations": fields{"pulumi.com/timeoutSeconds": value}}})
	}
	for name, test := range map[string]struct {
		custom float64
		inputs *unstructured.Unstructured
		want   time.Duration
	}{
		"default":                    {0, of("v1", "Pod", nil), 10 * time.Minute},
		"annotation":                 {0, annotated("20"), 20 * time.Second},
		"custom timeout goes before": {1.5, annotated("20"), 1500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := object.Timeout(test.custom, test.inputs)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
	_, err := object.Timeout(0, annotated("soon"))
	require.ErrorContains(t, err, `pulumi.com/timeoutSeconds is "soon"`)
}

func TestPropagation(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]metav1.DeletionPropagation{
		"": metav1.DeletePropagationForeground, "orphan": metav1.DeletePropagationOrphan,
		"Background": metav1.DeletePropagationBackground,
	} {
		inputs := of("v1", "Pod", fields{"metadata": fields{"annotations": fields{"pulumi.com/deletionPropagationPolicy": value}}})
		assert.Equal(t, want, object.Propagation(inputs), value)
	}
}

func TestKindAndNamespaced(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]struct {
		kind              string
		namespaced, known bool
	}{
		"kubernetes:core/v1:Namespace":                                {"/v1, Kind=Namespace", false, true},
		"kubernetes:apps/v1:Deployment":                               {"apps/v1, Kind=Deployment", true, true},
		"kubernetes:rbac.authorization.k8s.io/v1:ClusterRole":         {"rbac.authorization.k8s.io/v1, Kind=ClusterRole", false, true},
		"kubernetes:rbac.authorization.k8s.io/v1:Role":                {"rbac.authorization.k8s.io/v1, Kind=Role", true, true},
		"kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": {"apiextensions.k8s.io/v1, Kind=CustomResourceDefinition", false, true},
		"kubernetes:example.com/v1:Widget":                            {"example.com/v1, Kind=Widget", false, false},
	} {
		kind, err := object.Kind(resource.URN("urn:pulumi:s::p::" + token + "::n"))
		require.NoError(t, err)
		assert.Equal(t, want.kind, kind.String())
		namespaced, known := object.Namespaced(kind)
		assert.Equal(t, want.namespaced, namespaced, token)
		assert.Equal(t, want.known, known, token)
	}
	_, err := object.Kind("urn:pulumi:s::p::docker:index:Image::n")
	require.Error(t, err)
}

func TestIDAndParseID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"probe/web", "probe"} {
		namespace, name := object.ParseID(id)
		made := of("v1", "Pod", nil)
		made.SetNamespace(namespace)
		made.SetName(name)
		assert.Equal(t, id, object.ID(made))
	}
}
