package doctor_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/version"
	discovery "k8s.io/client-go/discovery/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

// cluster is one of a version where a user may do what allowed says. It counts the questions.
func cluster(kubernetesVersion string, allowed func(authorizationv1.ResourceAttributes) bool) *fake.Clientset {
	client := fake.NewClientset()
	client.Discovery().(*discovery.FakeDiscovery).FakedServerVersion = &version.Info{GitVersion: kubernetesVersion}
	client.PrependReactor("create", "selfsubjectaccessreviews", func(action clienttesting.Action) (bool, runtime.Object, error) {
		review := action.(clienttesting.CreateAction).GetObject().(*authorizationv1.SelfSubjectAccessReview)
		review.Status.Allowed = allowed(*review.Spec.ResourceAttributes)
		return true, review, nil
	})
	return client
}

func everything(authorizationv1.ResourceAttributes) bool { return true }

// diagnosis is what the doctor prints about a cluster.
func diagnosis(t *testing.T, client kubernetes.Interface, problem error) (printed string, err error) {
	t.Helper()
	backend := settings.Default().Backend
	backend.Namespace, backend.MaxReplicas = "blue", 4
	c := &doctor.Cluster{Backend: backend, Connect: func(context.Context) (kubernetes.Interface, error) { return client, problem }}
	var out bytes.Buffer
	err = doctor.Run(t.Context(), &out, c.Checks())
	return out.String(), err
}

func TestClusterThatHasEverything(t *testing.T) {
	t.Parallel()

	for _, fit := range []string{"v1.30.0", "v1.34.2+k3s1", "v1.33.1-gke.100", "v2.0.0"} {
		printed, err := diagnosis(t, cluster(fit, everything), nil)
		require.NoError(t, err)
		assert.Equal(t, "ok    cluster     its API server answers\nok    version     Kubernetes "+fit+"\n"+
			"ok    rights      all that is needed, for 14 kinds of objects in namespace blue\n", printed)
	}
}

func TestClusterThatIsTooOld(t *testing.T) {
	t.Parallel()

	printed, err := diagnosis(t, cluster("v1.29.14", everything), nil)
	require.ErrorContains(t, err, "1 of 3")
	assert.Contains(t, printed, "FAIL  version     the cluster runs Kubernetes v1.29.14, and the pods need 1.30 or later: upgrade it\nok    rights")

	printed, err = diagnosis(t, cluster("main", everything), nil)
	require.Error(t, err)
	assert.Contains(t, printed, `FAIL  version     the API server says that it is version "main"`)
}

func TestClusterThatCannotBeReached(t *testing.T) {
	t.Parallel()

	const rest = "--    version     the cluster does not answer\n--    rights      the cluster does not answer\n"
	printed, err := diagnosis(t, nil, nil)
	require.NoError(t, err, "a local one is made by up")
	assert.Equal(t, "--    cluster     it is not there yet: ashapp up makes it\n"+rest, printed)

	printed, err = diagnosis(t, nil, errors.New("context \"prod\" does not exist"))
	require.ErrorContains(t, err, "1 of 3")
	assert.Equal(t, "FAIL  cluster     context \"prod\" does not exist\n"+rest, printed)

	down := cluster("v1.34.2", everything)
	down.PrependReactor("get", "version", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("connection refused")
	})
	printed, err = diagnosis(t, down, nil)
	require.ErrorContains(t, err, "1 of 3")
	assert.Equal(t, "FAIL  cluster     its API server does not answer: connection refused: see whether it runs, and whether the kubeconfig is "+
		"the right one\n"+rest, printed)
}
