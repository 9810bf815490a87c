package drift

import (
	"testing"

	"github.com/stretchr/testify/assert"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type object = map[string]any

func TestChangesAreWhatApplyingWouldChange(t *testing.T) {
	t.Parallel()

	base := func(change func(spec object)) object {
		spec := object{"replicas": int64(2), "ports": []any{object{"port": int64(80)}}}
		change(spec)
		return object{"metadata": object{"name": "a", "resourceVersion": "1", "generation": int64(1)}, "spec": spec, "status": object{"ready": true}}
	}
	for name, test := range map[string]struct {
		live func(spec object)
		want []string
	}{
		"nothing":       {live: func(object) {}},
		"a number":      {live: func(spec object) { spec["replicas"] = int64(1) }, want: []string{".spec.replicas is 1 and must be 2"}},
		"a field less":  {live: func(spec object) { delete(spec, "replicas") }, want: []string{".spec.replicas is absent and must be 2"}},
		"in a list":     {live: func(spec object) { spec["ports"] = []any{object{"port": int64(81)}} }, want: []string{".spec.ports[0].port is 81 and must be 80"}},
		"a longer list": {live: func(spec object) { spec["ports"] = []any{} }, want: []string{".spec.ports is [] and must be [map[port:80]]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			live, applied := base(test.live), base(func(object) {})
			applied["metadata"].(object)["resourceVersion"], applied["status"] = "2", object{}
			assert.Equal(t, test.want, changes(live, applied))
		})
	}
}

func TestForeignFieldsAreThoseThatSomebodyElseHasWritten(t *testing.T) {
	t.Parallel()

	live := &unstructured.Unstructured{}
	entry := func(manager, subresource, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{Manager: manager, Subresource: subresource, FieldsV1: &metav1.FieldsV1{Raw: []byte(fields)}}
	}
	live.SetManagedFields([]metav1.ManagedFieldsEntry{
		entry("pulumi", "", `{"f:spec":{"f:replicas":{}}}`),
		entry("kubectl-label", "", `{"f:metadata":{"f:labels":{"f:team":{}}}}`),
		entry("kube-controller-manager", "status", `{"f:status":{"f:replicas":{}}}`),
		entry("kube-controller-manager", "", `{"f:metadata":{"f:annotations":{".":{},"f:deployment.kubernetes.io/revision":{}}},"f:status":{"f:replicas":{}}}`),
		entry("horizontal-pod-autoscaler", "scale", `{"f:spec":{"f:replicas":{}}}`),
	})
	assert.Equal(t, []string{".metadata.labels.team was set by kubectl-label"}, foreign(live, "pulumi"))
}
