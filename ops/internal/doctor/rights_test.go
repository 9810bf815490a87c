package doctor_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	clienttesting "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
)

func TestRightsThatAreMissingAreNamed(t *testing.T) {
	t.Parallel()

	printed, err := diagnosis(t, cluster("v1.34.2", func(asked authorizationv1.ResourceAttributes) bool {
		switch asked.Resource {
		case "networkpolicies":
			return asked.Verb == "get"
		case "pods":
			return asked.Subresource == ""
		}
		return true
	}), nil)
	require.ErrorContains(t, err, "1 of 3")
	assert.Contains(t, printed, "FAIL  rights      the kubeconfig's user may not: create, patch, delete networkpolicies.networking.k8s.io; get pods/log "+
		"(namespace blue): have the cluster's administrator allow it\n")
}

func TestRightsAreAskedForTheBackendsNamespace(t *testing.T) {
	t.Parallel()

	asked := map[authorizationv1.ResourceAttributes]bool{}
	_, err := diagnosis(t, cluster("v1.34.2", func(attributes authorizationv1.ResourceAttributes) bool {
		asked[attributes] = true
		return true
	}), nil)
	require.NoError(t, err)
	for _, want := range []authorizationv1.ResourceAttributes{
		{Verb: "create", Resource: "namespaces"},
		{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "blue"},
		{Verb: "watch", Group: "apps", Resource: "deployments", Namespace: "blue"},
		{Verb: "watch", Resource: "pods", Namespace: "blue"},
		{Verb: "list", Resource: "persistentvolumeclaims", Namespace: "blue"},
		{Verb: "get", Resource: "pods", Subresource: "log", Namespace: "blue"},
		{Verb: "update", Resource: "secrets", Namespace: "blue"},
		{Verb: "update", Group: "coordination.k8s.io", Resource: "leases", Namespace: "blue"},
		{Verb: "patch", Group: "autoscaling", Resource: "horizontalpodautoscalers", Namespace: "blue"},
	} {
		assert.True(t, asked[want], "%+v", want)
	}
	assert.Len(t, asked, 52)
}

func TestQuestionThatIsNotAnswered(t *testing.T) {
	t.Parallel()

	client := cluster("v1.34.2", everything)
	client.PrependReactor("create", "selfsubjectaccessreviews", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("timeout")
	})
	printed, err := diagnosis(t, client, nil)
	require.Error(t, err)
	assert.Contains(t, printed, "FAIL  rights      asking whether the user may get namespaces: timeout\n")
}

// A kind that the program makes and the doctor does not know of would be a surprise in the middle of an update.
func TestEveryKindOfTheProgramIsAskedFor(t *testing.T) {
	t.Parallel()

	patched := map[string]bool{}
	_, err := diagnosis(t, cluster("v1.34.2", func(asked authorizationv1.ResourceAttributes) bool {
		if asked.Verb == "patch" {
			patched[asked.Resource] = true
		}
		return true
	}), nil)
	require.NoError(t, err)
	kinds := map[string]bool{}
	for _, kind := range clusterfake.KindsOfTheProgram(t, "backend") {
		resource, _ := meta.UnsafeGuessKindToResource(kind)
		kinds[resource.Resource] = true
	}
	assert.Contains(t, kinds, "deployments")
	assert.Equal(t, kinds, patched)
}
