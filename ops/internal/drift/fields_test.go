package drift

import (
	"testing"

	"github.com/stretchr/testify/assert"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

type object = map[string]any

func TestChangesAreWhatApplyingWouldChange(t *testing.T) {
	t.Parallel()

	base := func(change func(spec object)) object {
		spec := object{"replicas": int64(2), "ports": []any{object{"port": int64(80)}}, "strategy": object{"type": "RollingUpdate"}}
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
		"an object is gone": {
			live: func(spec object) { delete(spec, "strategy") },
			want: []string{".spec.strategy.type is absent and must be RollingUpdate"},
		},
		"an object less": {
			live: func(spec object) { spec["selector"] = object{"app": "a", "tier": object{}} },
			want: []string{".spec.selector.app is a and must be absent"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			live, applied := base(test.live), base(func(object) {})
			applied["metadata"].(object)["resourceVersion"], applied["status"] = "2", object{}
			applied["metadata"].(object)["generation"], applied["metadata"].(object)["managedFields"] = int64(2), []any{object{}}
			assert.Equal(t, test.want, changes(live, applied, Ignored{}))
		})
	}
}

func entry(manager, subresource, fields string) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{Manager: manager, Subresource: subresource, FieldsV1: &metav1.FieldsV1{Raw: []byte(fields)}}
}

func TestForeignFieldsAreThoseThatSomebodyElseHasWritten(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		entry metav1.ManagedFieldsEntry
		want  []string
	}{
		"the stack":            {entry: entry("pulumi", "", `{"f:spec":{"f:replicas":{}}}`)},
		"a person's label":     {entry("kubectl-label", "", `{"f:metadata":{"f:labels":{"f:team":{}}}}`), []string{".metadata.labels.team was set by kubectl-label"}},
		"a status":             {entry: entry("kube-controller-manager", "status", `{"f:status":{"f:replicas":{}}}`)},
		"a status in itself":   {entry: entry("some-controller", "", `{"f:status":{"f:replicas":{}}}`)},
		"a spec's status":      {entry("person", "", `{"f:spec":{"f:status":{}}}`), []string{".spec.status was set by person"}},
		"an autoscaler":        {entry: entry("kube-controller-manager", "scale", `{"f:spec":{"f:replicas":{}}}`)},
		"the mere labels":      {entry: entry("person", "", `{"f:metadata":{"f:labels":{},"f:annotations":{}}}`)},
		"labels that are none": {entry("person", "", `{"f:spec":{"f:labels":{}}}`), []string{".spec.labels was set by person"}},
		"nothing":              {entry: metav1.ManagedFieldsEntry{Manager: "person"}},
		"not to be read":       {entry("person", "", `{"unknown":{}}`), []string{"what person has set cannot be read: "}},
		"a container":          {entry("person", "", `{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{"f:image":{}}}}}`), []string{`.spec.containers[name="a"].image was set by person`}},
		"a finalizer":          {entry("person", "", `{"f:metadata":{"f:finalizers":{"v:\"mine\"":{}}}}`), []string{`.metadata.finalizers[="mine"] was set by person`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			live := &unstructured.Unstructured{}
			live.SetManagedFields([]metav1.ManagedFieldsEntry{entry("pulumi", "", `{"f:spec":{"f:a":{}}}`), test.entry})
			found := foreign(live, "pulumi", Ignored{})
			assert.Len(t, found, len(test.want))
			for i, want := range test.want {
				assert.Contains(t, found[i], want)
			}
		})
	}
}

// What clusters note on the objects of others, by the defaults of the settings.
func TestIgnored(t *testing.T) {
	t.Parallel()

	defaults := settings.Default().Cluster
	ignored := Ignored{Keys: settings.List(defaults.IgnoredKeys), Managers: settings.List(defaults.IgnoredManagers)}
	for name, test := range map[string]struct {
		entry metav1.ManagedFieldsEntry
		want  bool // it is ignored
	}{
		"a restart by hand":      {entry("kubectl-rollout", "", `{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{"f:kubectl.kubernetes.io/restartedAt":{}}}}}}`), true},
		"a revision":             {entry("anybody", "", `{"f:metadata":{"f:annotations":{"f:deployment.kubernetes.io/revision":{}}}}`), true},
		"a project of Rancher":   {entry("rancher", "", `{"f:metadata":{"f:annotations":{"f:field.cattle.io/projectId":{},"f:cattle.io/status":{}}}}`), true},
		"a finalizer of Rancher": {entry("rancher", "", `{"f:metadata":{"f:finalizers":{"v:\"controller.cattle.io/namespace-auth\"":{}}}}`), true},
		"Google's load balancer": {entry("glbc", "", `{"f:metadata":{"f:annotations":{"f:cloud.google.com/neg-status":{}}}}`), true},
		"Autopilot":              {entry("warden", "", `{"f:metadata":{"f:annotations":{"f:autopilot.gke.io/resource-adjustment":{}}}}`), true},
		"a mesh":                 {entry("person", "", `{"f:metadata":{"f:labels":{"f:istio.io/rev":{}},"f:annotations":{"f:linkerd.io/inject":{},"f:sidecar.istio.io/inject":{},"f:config.linkerd.io/x":{}}}}`), true},
		"OpenShift":              {entry("openshift", "", `{"f:metadata":{"f:annotations":{"f:openshift.io/sa.scc.mcs":{},"f:security.openshift.io/x":{}}}}`), true},
		"a controller":           {entry("kube-controller-manager", "", `{"f:spec":{"f:replicas":{}}}`), true},
		"a person":               {entry("kubectl-edit", "", `{"f:metadata":{"f:annotations":{"f:example.com/note":{}}}}`), false},
		"what looks like it":     {entry("kubectl-edit", "", `{"f:metadata":{"f:annotations":{"f:cattle.io.example.com/x":{}}}}`), false},
		"a field of the name":    {entry("kubectl-edit", "", `{"f:spec":{"f:labels":{"f:cattle.io/x":{}}}}`), false},
		"neither of the two":     {entry("kubectl-edit", "", `{"f:metadata":{"f:other":{"f:cattle.io/x":{}}}}`), false},
		"a label in a list":      {entry("kubectl-edit", "", `{"f:metadata":{"k:{\"name\":\"a\"}":{"f:labels":{"f:cattle.io/x":{}}}}}`), false},
		"a field of the spec":    {entry("kubectl-edit", "", `{"f:spec":{"f:cattle.io/x":{}}}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			live := &unstructured.Unstructured{}
			live.SetManagedFields([]metav1.ManagedFieldsEntry{test.entry})
			assert.Equal(t, test.want, len(foreign(live, "pulumi", ignored)) == 0)
			assert.NotEmpty(t, foreign(live, "pulumi", Ignored{}))
		})
	}
}

func TestIgnoredKeysAreNoChangesEither(t *testing.T) {
	t.Parallel()

	live := object{"metadata": object{"annotations": object{"cattle.io/status": "x", "mine": "y"}}}
	applied := object{"metadata": object{}}
	assert.Equal(t, []string{".metadata.annotations.mine is y and must be absent"}, changes(live, applied, Ignored{Keys: []string{"cattle.io/*"}}))
	assert.Empty(t, changes(object{"labels": object{"a": "b"}}, object{"labels": object{"a": "b"}}, Ignored{}))
}
