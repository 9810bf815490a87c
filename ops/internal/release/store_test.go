package release

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	testing_ "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

func TestReleasesAreSecrets(t *testing.T) {
	t.Parallel()

	client := fake.NewClientset(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: project, Name: "other"}, Type: "Opaque"})
	s := store{client, project}
	for _, number := range []int{2, 10, 1} {
		require.NoError(t, s.put(t.Context(), Release{Number: number, State: NeedsPerson, Backend: map[string]string{"greeting": "x"}}))
	}
	secret, err := client.CoreV1().Secrets(project).Get(t.Context(), "ashapp-backend-release-10", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, corev1.SecretType("ashapp-backend/release.v1"), secret.Type)
	assert.Equal(t, map[string]string{
		"app.kubernetes.io/name": "ashapp-backend", "app.kubernetes.io/part-of": "ashapp",
		"ashapp-backend/release": "10", "ashapp-backend/state": "needs-a-person",
	}, secret.Labels)
	releases, err := s.list(t.Context())
	require.NoError(t, err)
	require.Len(t, releases, 3)
	assert.Equal(t, []int{1, 2, 10}, []int{releases[0].Number, releases[1].Number, releases[2].Number})
	assert.Equal(t, 11, next(releases))
	assert.Equal(t, 1, next(nil))
}

func TestSomebodyElseWritingAtTheSameTimeIsGotOver(t *testing.T) {
	t.Parallel()

	client, refused := fake.NewClientset(), 0
	client.PrependReactor("update", "secrets", func(testing_.Action) (bool, runtime.Object, error) {
		refused++
		return refused < 3, nil, apierrors.NewConflict(schema.GroupResource{Resource: "secrets"}, "x", nil)
	})
	require.NoError(t, store{client, project}.put(t.Context(), Release{Number: 1}))
	assert.Equal(t, 3, refused)
}

func TestReleaseThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()

	huge := Release{Number: 1, Cause: strings.Repeat("x", largest)}
	assert.ErrorContains(t, store{fake.NewClientset(), project}.put(t.Context(), huge), "and the most is 262144")
}

func TestUnreadableReleaseIsNamed(t *testing.T) {
	t.Parallel()

	client := fake.NewClientset(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: project, Name: "broken"}, Type: secretType, Data: map[string][]byte{secretKey: []byte("{")},
	})
	_, err := store{client, project}.list(t.Context())
	assert.ErrorContains(t, err, "Secret ashapp-backend/broken")
	assert.ErrorContains(t, err, "delete the Secret to do without it")
}

func TestOldReleasesArePruned(t *testing.T) {
	t.Parallel()

	s := store{fake.NewClientset(), project}
	var releases []Release
	for number := 1; number <= kept+5; number++ {
		release := Release{Number: number, State: Undone}
		if number == 3 {
			release.State = Verified
		}
		require.NoError(t, s.put(t.Context(), release))
		releases = append(releases, release)
	}
	require.NoError(t, s.prune(t.Context(), releases))
	left, err := s.list(t.Context())
	require.NoError(t, err)
	require.Len(t, left, kept+1)
	assert.Equal(t, []int{3, 6, kept + 5}, []int{left[0].Number, left[1].Number, left[kept].Number})
	require.NoError(t, s.prune(t.Context(), left[:kept]), "few enough")
}

func TestWhatIsWorthToAskOnceMore(t *testing.T) {
	t.Parallel()

	secrets := schema.GroupResource{Resource: "secrets"}
	for want, answers := range map[bool][]error{
		true: {
			apierrors.NewConflict(secrets, "x", nil), apierrors.NewAlreadyExists(secrets, "x"), apierrors.NewServerTimeout(secrets, "update", 1),
			apierrors.NewTooManyRequests("later", 1), apierrors.NewInternalError(errBroken),
		},
		false: {apierrors.NewNotFound(secrets, "x"), apierrors.NewForbidden(secrets, "x", nil), errBroken},
	} {
		for _, answer := range answers {
			assert.Equal(t, want, transient(answer), "%v", answer)
		}
	}
}
