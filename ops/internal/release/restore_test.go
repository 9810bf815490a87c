package release

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// The program has changed together with the image: the old image must not run under the new manifests.
func TestChangedProgramIsGoneBackFromByTheObjectsAsTheyWere(t *testing.T) {
	t.Parallel()

	d, p, said := deployer(t)
	deployed(t, d, p, "1")
	p.built, p.program, p.fails[image("2")] = image("2"), "new", errBroken
	assert.Equal(t, Undone, StateOf(d.Deploy(t.Context())))
	assert.Equal(t, []string{
		"preview", "update 2", "refresh urn:deployment", "apply urn:namespace ", "apply urn:deployment ", "remove urn:added",
		"refresh urn:namespace urn:added urn:deployment",
	}, p.calls)
	assert.Contains(t, *said, "the program renders added, deployment otherwise than when release 1, sha256:"+
		image("1")[len(image("1"))-64:]+", commit c1 was deployed: restoring the objects as they were")
	assert.Equal(t, []string{"1 verified 1", "2 undone "}, states(t, d))
}

func TestObjectsThatCannotBeRestoredNeedAPerson(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	p.built, p.program, p.fails[image("2")], p.fails[image("1")] = image("2"), "new", errBroken, errBroken
	err := d.Deploy(t.Context())
	assert.Equal(t, NeedsPerson, StateOf(err))
	assert.ErrorContains(t, err, "restoring deployment: it is broken")
}

func TestManifestsAreComparedWithoutSecretsAndOrder(t *testing.T) {
	t.Parallel()

	were := map[string]pulumi.Object{
		"a": {Inputs: json.RawMessage(`{"x": 1, "y": [{"4dabf18193072939515e22adb298388d": "1b47", "ciphertext": "abc"}]}`)},
		"b": {Inputs: json.RawMessage(`{"x": 1}`)}, "gone": {Inputs: json.RawMessage(`{}`)},
	}
	planned := map[string]json.RawMessage{
		"a": json.RawMessage(`{"y": ["[secret]"], "x": 1}`), "b": json.RawMessage(`{"x": 2}`), "new": json.RawMessage(`{}`),
	}
	assert.Equal(t, []string{"b", "gone", "new"}, otherwise(were, planned))
	assert.Empty(t, otherwise(nil, planned), "of an old record nothing is known")
	require.True(t, equal(were, were))
	require.False(t, equal(were, map[string]pulumi.Object{"a": were["a"]}))
}
