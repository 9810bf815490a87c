package drift_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clienttesting "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/drift"
)

// deployment is one with an image.
func deployment(image string) *unstructured.Unstructured {
	object := clusterfake.Object("apps/v1", "Deployment", "a", "b")
	object.Object["spec"] = map[string]any{"image": image}
	return object
}

func recorded() []cluster.Object {
	return []cluster.Object{{URN: "urn:b", Manifest: deployment("good"), Manager: "pulumi-1"}}
}

// labelled is a Deployment to which somebody has added a label.
func labelled(image string) *unstructured.Unstructured {
	object := deployment(image)
	object.SetManagedFields([]metav1.ManagedFieldsEntry{{
		Manager: "kubectl-label", FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:metadata":{"f:labels":{"f:team":{}}}}`)},
	}})
	return object
}

func TestFindAsksForADryRun(t *testing.T) {
	t.Parallel()

	c, force := clusterfake.New("here", "v1.34.2", deployment("good")), true
	var asked clusterfake.Patch
	c.OnPatch = func(patch clusterfake.Patch) (*unstructured.Unstructured, error) {
		asked = patch
		return deployment("good"), nil
	}
	report, err := drift.Find(t.Context(), c.Cluster, recorded(), drift.Ignored{})
	require.NoError(t, err)
	assert.Equal(t, drift.Report{Differences: []drift.Difference{}, Warnings: []string{}}, report)
	assert.Equal(t, "b", asked.Name)
	assert.Equal(t, types.ApplyPatchType, asked.Type)
	assert.JSONEq(t, `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"b","namespace":"a"},"spec":{"image":"good"}}`, asked.Body)
	assert.Equal(t, metav1.PatchOptions{DryRun: []string{"All"}, Force: &force, FieldManager: "pulumi-1"}, asked.Options)
}

func TestFindTellsWhatIsDifferent(t *testing.T) {
	t.Parallel()

	foreign := drift.Difference{Object: "Deployment a/b", Message: ".metadata.labels.team was set by kubectl-label", URN: "urn:b", Foreign: true}
	for name, test := range map[string]struct {
		live    *unstructured.Unstructured
		refusal error
		want    []drift.Difference
		warns   string
	}{
		"gone":              {want: []drift.Difference{{Object: "Deployment a/b", Message: "it is not there", URN: "urn:b"}}},
		"another image":     {live: deployment("bad"), want: []drift.Difference{{Object: "Deployment a/b", Message: ".spec.image is bad and must be good", URN: "urn:b"}}},
		"something besides": {live: labelled("good"), want: []drift.Difference{foreign}},
		"a webhook without dry run": {
			live: labelled("bad"), refusal: apierrors.NewBadRequest(`admission webhook "x" does not support dry run`), want: []drift.Difference{foreign},
			warns: `Deployment a/b: only what somebody else has added is known, since the cluster refuses to apply it as a dry run: admission webhook "x" does not support dry run`,
		},
		"no right to change": {
			live: deployment("bad"), refusal: apierrors.NewForbidden(schema.GroupResource{Resource: "deployments"}, "b", nil), want: []drift.Difference{},
			warns: "Deployment a/b: only what somebody else has added is known",
		},
		"what is not possible beside what is there": {
			live: labelled("bad"), refusal: apierrors.NewInternalError(errors.New("duplicate nodePort")), want: []drift.Difference{
				{Object: "Deployment a/b", Message: "it can no longer be applied as it is: Internal error occurred: duplicate nodePort", URN: "urn:b"}, foreign,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c := clusterfake.New("here", "v1.34.2")
			if test.live != nil {
				c = clusterfake.New("here", "v1.34.2", test.live)
			}
			c.OnPatch = func(clusterfake.Patch) (*unstructured.Unstructured, error) {
				applied := test.live.DeepCopy()
				applied.Object["spec"] = map[string]any{"image": "good"}
				return applied, test.refusal
			}
			report, err := drift.Find(t.Context(), c.Cluster, recorded(), drift.Ignored{})
			require.NoError(t, err)
			assert.Equal(t, test.want, report.Differences)
			if test.warns == "" {
				assert.Empty(t, report.Warnings)
				return
			}
			require.Len(t, report.Warnings, 1)
			assert.Contains(t, report.Warnings[0], test.warns)
		})
	}
}

func TestFindCannotTell(t *testing.T) {
	t.Parallel()

	broken := errors.New("it is broken")
	unknown := []cluster.Object{{Manifest: clusterfake.Object("example.com/v1", "Other", "", "x")}}
	c := clusterfake.New("here", "v1.34.2", deployment("good"))
	_, err := drift.Find(t.Context(), c.Cluster, unknown, drift.Ignored{})
	require.ErrorContains(t, err, "looking for the API of Other x: ")

	c.OnPatch = func(clusterfake.Patch) (*unstructured.Unstructured, error) { return nil, broken }
	_, err = drift.Find(t.Context(), c.Cluster, recorded(), drift.Ignored{})
	require.EqualError(t, err, "comparing Deployment a/b: applying it as a dry run: it is broken")

	c.Dynamic.PrependReactor("get", "deployments", func(clienttesting.Action) (bool, runtime.Object, error) { return true, nil, broken })
	_, err = drift.Find(t.Context(), c.Cluster, recorded(), drift.Ignored{})
	assert.EqualError(t, err, "comparing Deployment a/b: it is broken")
}

func TestReportIsForScriptsAsWell(t *testing.T) {
	t.Parallel()

	text, err := json.Marshal(drift.Report{
		Differences: []drift.Difference{{Object: "Service a/b", Message: "it is not there", URN: "urn:b", Foreign: true}}, Warnings: []string{"w"},
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"differences":[{"object":"Service a/b","message":"it is not there","urn":"urn:b","foreign":true}],"warnings":["w"]}`, string(text))
	assert.Equal(t, "Service a/b: it is not there", drift.Difference{Object: "Service a/b", Message: "it is not there"}.String())
}
