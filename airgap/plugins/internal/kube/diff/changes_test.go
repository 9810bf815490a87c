package diff_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/diff"
)

type object = map[string]any

func TestCompare(t *testing.T) {
	t.Parallel()
	unknown := resource.Computed{Element: resource.NewProperty("")}
	for name, test := range map[string]struct {
		old, new object
		want     map[string]diff.Kind
	}{
		"equal trees":                {object{"a": object{"b": "c"}}, object{"a": object{"b": "c"}}, nil},
		"numbers of different types": {object{"a": int64(2)}, object{"a": float64(2)}, nil},
		"null is absent":             {object{}, object{"a": nil}, nil},
		"added subtree":              {object{}, object{"a": object{"b": 1}}, map[string]diff.Kind{"a": diff.Added}},
		"deleted value":              {object{"a": object{"b": 1}}, object{"a": object{}}, map[string]diff.Kind{"a.b": diff.Deleted}},
		"updated value":              {object{"a": "x"}, object{"a": "y"}, map[string]diff.Kind{"a": diff.Updated}},
		"another type":               {object{"a": object{}}, object{"a": []any{}}, map[string]diff.Kind{"a": diff.Updated}},
		"a map where a scalar was":   {object{"a": object{}}, object{"a": "x"}, map[string]diff.Kind{"a": diff.Updated}},
		"unknown instead of known":   {object{"a": "x"}, object{"a": unknown}, map[string]diff.Kind{"a": diff.Updated}},
		"unknown where nothing was":  {object{}, object{"a": unknown}, map[string]diff.Kind{"a": diff.Added}},
		"key with dots": {
			object{"labels": object{}}, object{"labels": object{"a.io/b": "c"}},
			map[string]diff.Kind{`labels["a.io/b"]`: diff.Added},
		},
		"element of a slice": {
			object{"c": []any{object{"i": 1}, object{"i": 2}}}, object{"c": []any{object{"i": 1}, object{"i": 3}}},
			map[string]diff.Kind{"c[1].i": diff.Updated},
		},
		"longer slice":  {object{"c": []any{"x"}}, object{"c": []any{"x", "y"}}, map[string]diff.Kind{"c[1]": diff.Added}},
		"shorter slice": {object{"c": []any{"x", "y"}}, object{"c": []any{"x"}}, map[string]diff.Kind{"c[1]": diff.Deleted}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]diff.Kind{}
			for _, change := range diff.Compare(test.old, test.new) {
				got[change.Path.String()] = change.Kind
			}
			if test.want == nil {
				test.want = map[string]diff.Kind{}
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestIgnoreDropsChangesBelowThePath(t *testing.T) {
	t.Parallel()
	changes := diff.Compare(object{"spec": object{"replicas": 1, "paused": false}},
		object{"spec": object{"replicas": 2, "paused": true}})
	kept, err := diff.Ignore(changes, []string{"spec.replicas"})
	require.NoError(t, err)
	require.Len(t, kept, 1)
	assert.Equal(t, "spec.paused", kept[0].Path.String())
}

func TestIgnoreRefusesAPathThatIsNone(t *testing.T) {
	t.Parallel()
	_, err := diff.Ignore(nil, []string{"spec[replicas"})
	assert.ErrorContains(t, err, `parsing the ignoreChanges path "spec[replicas"`)
}
