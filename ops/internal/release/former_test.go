package release

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	testing_ "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

var formerly = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// former puts releases of an earlier version on the cluster: two that were good, with a failed one in between.
func former(t *testing.T, p *engine) {
	t.Helper()
	file := func(greeting string) string {
		return "config:\n  ashapp-backend:backend:\n    replicas: 3\n  ashapp-backend:backend.greeting: " + greeting + "\n  ashapp-backend:image:\n    ref: x\n"
	}
	content, err := json.Marshal([]formerRelease{
		{Time: formerly, Image: image("7"), Commit: "c7", Outcome: "deployed", Config: file("seven")},
		{Time: formerly.Add(time.Hour), Outcome: "failed", Config: file("eight")},
		{Time: formerly.Add(2 * time.Hour), Image: image("9"), Outcome: "deployed", Config: file("nine")},
	})
	require.NoError(t, err)
	putFormer(t, p, string(content))
}

func putFormer(t *testing.T, p *engine, content string) {
	t.Helper()
	_, err := p.client.CoreV1().ConfigMaps(project).Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "ashapp-backend-releases"}, Data: map[string]string{"releases.json": content},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// formerIsThere tells whether the ConfigMap still is.
func formerIsThere(t *testing.T, p *engine) bool {
	t.Helper()
	_, err := p.client.CoreV1().ConfigMaps(project).Get(t.Context(), "ashapp-backend-releases", metav1.GetOptions{})
	if err != nil {
		require.True(t, apierrors.IsNotFound(err))
	}
	return err == nil
}

func TestReleasesOfAnEarlierVersionAreListed(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	former(t, p)
	releases, err := d.History(t.Context())
	require.NoError(t, err)
	require.Len(t, releases, 3)
	backend := settings.Default()
	backend.Backend.Replicas, backend.Backend.Greeting = 3, "seven"
	assert.Equal(t, Release{Number: 1, Time: formerly, State: Verified, Image: image("7"), Commit: "c7", Backend: backend.Values("backend")}, releases[0])
	assert.Equal(t, Release{Number: 2, Time: formerly.Add(time.Hour), State: Undone}, releases[1])
	assert.True(t, formerIsThere(t, p), "it changes nothing")
	kept, err := store{p.client, project}.list(t.Context())
	require.NoError(t, err)
	assert.Empty(t, kept)
}

func TestReleasesOfAnEarlierVersionAreGoneBackTo(t *testing.T) {
	t.Parallel()

	d, p, said := deployer(t)
	former(t, p)
	require.NoError(t, d.Deploy(t.Context()))
	assert.Contains(t, *said, "the releases of an earlier version are taken over: there are 3")
	assert.Equal(t, []string{"1 verified 7", "2 undone ", "3 verified 9", "4 verified 1"}, states(t, d))
	assert.False(t, formerIsThere(t, p), "the role view reads it, ciphertext and all")

	p.calls = nil
	require.NoError(t, d.Rollback(t.Context(), 0))
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{"update 9 nine", "update 7 seven"}, p.calls)
}

// A take-over that was stopped has written some of them, and goes on; after a release of today's their numbers are given away.
func TestReleasesOfAnEarlierVersionAreTakenOverOnce(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		written Release
		states  []string
		there   bool
	}{
		"stopped in the middle": {
			Release{Number: 1, Time: formerly, State: Verified, Image: image("7")}, []string{"1 verified 7", "2 undone ", "3 verified 9"}, false,
		},
		"another release with a number of theirs": {
			Release{Number: 1, Time: formerly.Add(time.Second), State: Verified, Image: image("5")}, []string{"1 verified 5"}, true,
		},
		"a release with a number after theirs": {
			Release{Number: 4, Time: formerly, State: Verified, Image: image("5")}, []string{"4 verified 5"}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d, p, _ := deployer(t)
			former(t, p)
			require.NoError(t, store{p.client, project}.put(t.Context(), test.written))
			assert.Equal(t, test.states, states(t, d))
			require.ErrorContains(t, d.Rollback(t.Context(), 100), "there is no release 100")
			assert.Equal(t, test.states, states(t, d))
			assert.Equal(t, test.there, formerIsThere(t, p))
		})
	}
}

func TestFormerReleasesWhoseSettingsCannotBeReadAreNotGoneBackTo(t *testing.T) {
	t.Parallel()

	for name, config := range map[string]string{
		"no YAML":            "config: [",
		"no group":           "config:\n  ashapp-backend:backend: 3\n",
		"encrypted":          "config:\n  ashapp-backend:backend:\n    greeting:\n      secure: abc\n",
		"encrypted by a key": "config:\n  ashapp-backend:backend.greeting:\n    secure: abc\n",
	} {
		got := formerRelease{Outcome: "deployed", Image: image("1"), Config: config}.release(1, project)
		assert.Equal(t, NeedsPerson, got.State, name)
		assert.Contains(t, got.Cause, "its settings cannot be read", name)
	}
	others := "config:\n  ashapp-backend:image:\n    registryPassword:\n      secure: abc\n  other:backend: 3\n  ashapp-backend:backendless.x: y\n"
	defaults := settings.Default()
	got := formerRelease{Outcome: "deployed", Config: others}.release(1, project)
	assert.Equal(t, []any{Verified, defaults.Values("backend")}, []any{got.State, got.Backend}, "what is encrypted is not the backend's")
}

func TestManyFormerReleasesArePruned(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	var many []formerRelease
	for i := range kept + 10 {
		many = append(many, formerRelease{Time: formerly.Add(time.Duration(i) * time.Hour), Outcome: "failed"})
	}
	content, err := json.Marshal(many)
	require.NoError(t, err)
	putFormer(t, p, string(content))
	require.NoError(t, d.Deploy(t.Context()))
	left, err := store{p.client, project}.list(t.Context())
	require.NoError(t, err)
	assert.Len(t, left, kept)
	assert.Equal(t, kept+11, left[kept-1].Number)
}

// Whatever of it cannot be done stops the release, and gives back what it holds.
func TestTakeOverThatFails(t *testing.T) {
	t.Parallel()

	for what, test := range map[string]struct{ verb, resource, fails string }{
		"reading":  {"get", "configmaps", "reading the releases of an earlier version in namespace ashapp-backend: it is broken"},
		"writing":  {"create", "secrets", "writing release 1"},
		"removing": {"delete", "configmaps", "removing the ConfigMap ashapp-backend/ashapp-backend-releases, which held them: it is broken"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()

			d, p, _ := deployer(t)
			former(t, p)
			broken := true
			p.client.(*fake.Clientset).PrependReactor(test.verb, test.resource, func(testing_.Action) (bool, runtime.Object, error) {
				return broken, nil, errBroken
			})
			require.ErrorContains(t, d.Deploy(t.Context()), test.fails)
			assert.Empty(t, p.calls)
			broken = false
			require.NoError(t, d.Deploy(t.Context()))
			assert.Equal(t, []string{"1 verified 7", "2 undone ", "3 verified 9", "4 verified 1"}, states(t, d))
		})
	}
	d, p, _ := deployer(t)
	p.client.(*fake.Clientset).PrependReactor("get", "configmaps", func(testing_.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: "configmaps"}, formerName, nil)
	})
	require.NoError(t, d.Deploy(t.Context()), "whoever may not read them has made none")
	d, p, _ = deployer(t)
	putFormer(t, p, "{")
	_, err := d.History(t.Context())
	require.ErrorContains(t, err, "ConfigMap ashapp-backend/ashapp-backend-releases: ")
	require.ErrorContains(t, err, "delete it to do without them")
}
