package diff_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/diff"
)

func TestPatternTouches(t *testing.T) {
	t.Parallel()
	at := func(value any, steps ...any) diff.Change {
		return diff.Change{Path: resource.PropertyPath(steps), Value: value}
	}
	for name, test := range map[string]struct {
		pattern diff.Pattern
		change  diff.Change
		want    bool
	}{
		"at the place":          {"spec.selector", at(object{}, "spec", "selector"), true},
		"below":                 {"spec.selector", at("web", "spec", "selector", "matchLabels", "app"), true},
		"above, with it":        {"spec.selector", at(object{"selector": object{}}, "spec"), true},
		"above, without it":     {"spec.selector", at(object{"replicas": 1}, "spec"), false},
		"beside":                {"spec.selector", at(2, "spec", "replicas"), false},
		"a name that begins so": {"spec.selector", at(2, "spec", "selectorPolicy"), false},
		"any element":           {"spec.containers[*].image", at("a:2", "spec", "containers", 1, "image"), true},
		"another field of one":  {"spec.containers[*].image", at("x", "spec", "containers", 1, "name"), false},
		"a whole new element": {
			"spec.containers[*].image", at(object{"image": "a:1"}, "spec", "containers", 1), true,
		},
		"all elements": {
			"spec.containers[*].image", at([]any{object{"image": "a:1"}}, "spec", "containers"), true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, test.pattern.Touches(test.change))
		})
	}
}

func TestReplacesFollowsTheKind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		version, kind string
		fields        object
		options       diff.Options
		old, new      object
		want          bool
	}{
		"name":                     {version: "v1", kind: "Service", old: meta("a", "n"), new: meta("b", "n"), want: true},
		"namespace":                {version: "v1", kind: "Service", old: meta("a", "n"), new: meta("a", "m"), want: true},
		"selector of a Deployment": {version: "apps/v1", kind: "Deployment", old: spec("selector", "a"), new: spec("selector", "b"), want: true},
		"replicas":                 {version: "apps/v1", kind: "Deployment", old: spec("replicas", 1), new: spec("replicas", 2)},
		"template of a Job":        {version: "batch/v1", kind: "Job", old: spec("template", "a"), new: spec("template", "b"), want: true},
		"clusterIP":                {version: "v1", kind: "Service", old: spec("clusterIP", "a"), new: spec("clusterIP", "b"), want: true},
		"type of a Service":        {version: "v1", kind: "Service", old: spec("type", "NodePort"), new: spec("type", "ClusterIP")},
		"storage class of a claim": {
			version: "v1", kind: "PersistentVolumeClaim", old: spec("storageClassName", "a"), new: spec("storageClassName", "b"), want: true,
		},
		"role of a binding": {
			version: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", old: object{"roleRef": "a"}, new: object{"roleRef": "b"}, want: true,
		},
		"source of a volume": {
			version: "v1", kind: "PersistentVolume", old: spec("hostPath", "a"), new: spec("hostPath", "b"), want: true,
		},
		"data of a ConfigMap":     {version: "v1", kind: "ConfigMap", old: object{"data": "a"}, new: object{"data": "b"}, want: true},
		"labels of a ConfigMap":   {version: "v1", kind: "ConfigMap", old: object{"labels": "a"}, new: object{"labels": "b"}},
		"data, mutable ConfigMap": {version: "v1", kind: "ConfigMap", options: diff.Options{ConfigMapMutable: true}, old: object{"data": "a"}, new: object{"data": "b"}},
		"data, immutable ConfigMap": {
			version: "v1", kind: "ConfigMap", fields: object{"immutable": true}, options: diff.Options{ConfigMapMutable: true},
			old: object{"data": "a"}, new: object{"data": "b"}, want: true,
		},
		"data of a Secret": {version: "v1", kind: "Secret", old: object{"data": "a"}, new: object{"data": "b"}, want: true},
		"data, mutable Secret": {
			version: "v1", kind: "Secret", options: diff.Options{SecretMutable: true}, old: object{"data": "a"}, new: object{"data": "b"},
		},
		"type, mutable Secret": {
			version: "v1", kind: "Secret", options: diff.Options{SecretMutable: true}, old: object{"type": "a"}, new: object{"type": "b"}, want: true,
		},
		"custom resource": {version: "example.com/v1", kind: "Deployment", old: spec("selector", "a"), new: spec("selector", "b")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := &unstructured.Unstructured{Object: object{"apiVersion": test.version, "kind": test.kind}}
			for field, value := range test.fields {
				subject.Object[field] = value
			}
			replaces := diff.Replaces(diff.Compare(test.old, test.new), diff.Immutable(subject, test.options))
			assert.Equal(t, test.want, len(replaces) > 0)
		})
	}
}

func meta(name, namespace string) object {
	return object{"metadata": object{"name": name, "namespace": namespace}}
}

func spec(field string, value any) object {
	return object{"spec": object{field: value}}
}
