package cluster_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
)

func TestBlocked(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"nothing":       {nil, false},
		"not possible":  {apierrors.NewInternalError(errors.New("duplicate nodePort")), true},
		"not valid":     {apierrors.NewInvalid(schema.GroupKind{Kind: "Service"}, "b", nil), true},
		"no right":      {apierrors.NewForbidden(schema.GroupResource{}, "b", nil), false},
		"no dry run":    {apierrors.NewBadRequest("no dry run"), false},
		"not there now": {apierrors.NewServiceUnavailable("starting"), false},
		"no connection": {errors.New("connection refused"), false},
	} {
		assert.Equal(t, test.want, cluster.Blocked(test.err), name)
	}
}

// managed is a Service of the stack's whose port somebody has changed, and labelled.
func managed(operation metav1.ManagedFieldsOperationType) *unstructured.Unstructured {
	object := service()
	object.SetResourceVersion("7")
	entry := func(manager, subresource string, operation metav1.ManagedFieldsOperationType, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{Manager: manager, Subresource: subresource, Operation: operation, FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte(fields)}}
	}
	object.SetManagedFields([]metav1.ManagedFieldsEntry{
		entry("somebody", "", "Update", `{"f:metadata":{"f:labels":{"f:team":{}}},"f:spec":{"f:ports":{"k:{\"port\":81}":{".":{},"f:port":{}}}}}`),
		entry("pulumi-1", "", operation, `{"f:spec":{"f:type":{}}}`),
		entry("controller", "status", "Update", `{"f:spec":{"f:other":{}}}`),
	})
	return object
}

func TestAdoptTakesOverTheSpecification(t *testing.T) {
	t.Parallel()

	c := clusterfake.New("here", "v1.34.2", managed("Apply"))
	var patches []clusterfake.Patch
	c.OnPatch = func(patch clusterfake.Patch) (*unstructured.Unstructured, error) {
		patches = append(patches, patch)
		if patch.Type == types.ApplyPatchType {
			return nil, apierrors.NewInternalError(errors.New("duplicate nodePort"))
		}
		return service(), nil
	}
	objects := recorded(service())
	objects[0].Manager = "pulumi-1"
	require.NoError(t, c.Adopt(t.Context(), objects))
	require.Len(t, patches, 2)
	assert.Equal(t, []string{"All"}, patches[0].Options.DryRun)
	assert.Equal(t, types.JSONPatchType, patches[1].Type)
	assert.Equal(t, "b", patches[1].Name)
	assert.Empty(t, patches[1].Options.DryRun)

	var sent []struct {
		Op, Path string
		Value    any
	}
	require.NoError(t, json.Unmarshal([]byte(patches[1].Body), &sent))
	require.Len(t, sent, 2)
	assert.Equal(t, []string{"replace", "/metadata/managedFields", "replace", "/metadata/resourceVersion"}, []string{sent[0].Op, sent[0].Path, sent[1].Op, sent[1].Path})
	assert.Equal(t, "7", sent[1].Value)
	var fields []string
	for _, entry := range sent[0].Value.([]any) {
		text, err := json.Marshal(entry.(map[string]any)["fieldsV1"])
		require.NoError(t, err)
		fields = append(fields, string(text))
	}
	require.Len(t, fields, 3)
	assert.JSONEq(t, `{"f:metadata":{"f:labels":{"f:team":{}}}}`, fields[0], "a label is theirs")
	assert.JSONEq(t, `{"f:spec":{"f:type":{},"f:ports":{"k:{\"port\":81}":{".":{},"f:port":{}}}}}`, fields[1])
	assert.JSONEq(t, `{"f:spec":{"f:other":{}}}`, fields[2], "a subresource is a controller's")
}

func TestAdoptLeavesTheRestAlone(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		live   *unstructured.Unstructured
		answer error
	}{
		"applicable":          {managed("Apply"), nil},
		"refused":             {managed("Apply"), apierrors.NewForbidden(schema.GroupResource{}, "b", nil)},
		"never applied by us": {managed("Update"), apierrors.NewInternalError(errors.New("duplicate nodePort"))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c, applied := clusterfake.New("here", "v1.34.2", test.live), 0
			c.OnPatch = func(patch clusterfake.Patch) (*unstructured.Unstructured, error) {
				assert.Equal(t, types.ApplyPatchType, patch.Type, "nothing may change")
				applied++
				return service(), test.answer
			}
			objects := recorded(service())
			objects[0].Manager = "pulumi-1"
			require.NoError(t, c.Adopt(t.Context(), objects))
			assert.Equal(t, 1, applied)
		})
	}
}

func TestAdoptSaysWhatItCannotTakeOver(t *testing.T) {
	t.Parallel()

	unreadable := managed("Apply")
	fields := unreadable.GetManagedFields()
	fields[0].FieldsV1.Raw = []byte(`{"unknown":{}}`)
	unreadable.SetManagedFields(fields)
	for name, test := range map[string]struct {
		live []*unstructured.Unstructured
		want string
	}{
		"it is not there":     {nil, `"b" not found`},
		"who manages it":      {[]*unstructured.Unstructured{unreadable}, "reading what somebody manages: "},
		"it changes just now": {[]*unstructured.Unstructured{managed("Apply")}, "it has changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c := clusterfake.New("here", "v1.34.2", test.live...)
			c.OnPatch = func(patch clusterfake.Patch) (*unstructured.Unstructured, error) {
				if patch.Type == types.ApplyPatchType {
					return nil, apierrors.NewInternalError(errors.New("duplicate nodePort"))
				}
				return nil, apierrors.NewConflict(schema.GroupResource{Resource: "services"}, "b", errors.New("it has changed"))
			}
			objects := recorded(service())
			objects[0].Manager = "pulumi-1"
			err := c.Adopt(t.Context(), objects)
			require.ErrorContains(t, err, "taking over what others have set in Service a/b: ")
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// What is broken otherwise, the update says.
func TestAdoptLeavesAnUnknownKindAlone(t *testing.T) {
	t.Parallel()

	c := clusterfake.New("here", "v1.34.2")
	require.NoError(t, c.Adopt(t.Context(), recorded(clusterfake.Object("v1", "Unknown", "a", "b"))))
}
