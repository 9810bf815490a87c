package cluster_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// secret is a Secret as the state of a stack has it.
func secret(content any) *unstructured.Unstructured {
	object := clusterfake.Object("v1", "Secret", "a", "b")
	object.Object["stringData"] = content
	return object
}

// What is encrypted in the state would reach the cluster as its ciphertext.
func TestSecretsOfTheStateAreNeverApplied(t *testing.T) {
	t.Parallel()

	ciphertext := map[string]any{pulumi.SecretMark: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
	for name, content := range map[string]any{
		"all": ciphertext, "one of them": map[string]any{"token": ciphertext}, "one of a list": []any{"a", map[string]any{"b": ciphertext}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			manifest, err := json.Marshal(secret(content))
			require.NoError(t, err)
			c := clusterfake.New("here", "v1.34.2", clusterfake.Object("v1", "Secret", "a", "b"))
			c.OnPatch = func(clusterfake.Patch) (*unstructured.Unstructured, error) {
				t.Error("it was applied")
				return nil, nil
			}
			require.NoError(t, c.Apply(t.Context(), manifest, "pulumi-1"), "it is there, and never changes")
			object := cluster.Object{URN: "urn:b", Manifest: secret(content), Manager: "pulumi-1"}
			live, err := c.DryRun(t.Context(), object)
			require.NoError(t, err)
			assert.Equal(t, "b", live.GetName())
			require.NoError(t, c.Adopt(t.Context(), []cluster.Object{object}))

			err = clusterfake.New("here", "v1.34.2").Apply(t.Context(), manifest, "pulumi-1")
			assert.EqualError(t, err, "Secret a/b is not on the cluster any more, and its content is encrypted: set the secrets that it held "+
				"(pulumi config set --secret --path secrets.NAME) and deploy with them")
		})
	}
}

func TestManifestsWithoutSecretsAreApplied(t *testing.T) {
	t.Parallel()

	manifest, err := json.Marshal(secret(map[string]any{"token": "plain", "list": []any{"a"}}))
	require.NoError(t, err)
	c, applied := clusterfake.New("here", "v1.34.2", clusterfake.Object("v1", "Secret", "a", "b")), 0
	c.OnPatch = func(clusterfake.Patch) (*unstructured.Unstructured, error) {
		applied++
		return clusterfake.Object("v1", "Secret", "a", "b"), nil
	}
	require.NoError(t, c.Apply(t.Context(), manifest, "pulumi-1"))
	assert.Equal(t, 1, applied)
}
