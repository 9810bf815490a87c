package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	testing_ "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
)

// onCluster is a stack as hold sees it.
type onCluster struct {
	cluster *cluster.Cluster
	objects []cluster.Object
	err     error // of the cluster
	unread  error // of the objects
}

func (o onCluster) Cluster(context.Context) (*cluster.Cluster, error) { return o.cluster, o.err }
func (o onCluster) Objects(context.Context) ([]cluster.Object, error) { return o.objects, o.unread }

// leases tells who holds what is in a namespace: the first holder; empty where nobody does.
func leases(t *testing.T, c *clusterfake.Cluster, namespace string) string {
	t.Helper()
	found, err := c.Typed.CoordinationV1().Leases(namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	if len(found.Items) == 0 {
		return ""
	}
	return *found.Items[0].Spec.HolderIdentity
}

func TestStackIsHeldWhereTheBackendIsNow(t *testing.T) {
	t.Parallel()

	backend := []cluster.Object{
		{Manifest: clusterfake.Object("v1", "Service", "elsewhere", "x")}, {Manifest: clusterfake.Object("apps/v1", "Deployment", "now", "x")},
		{Manifest: clusterfake.Object("v1", "Service", "elsewhere", "y")},
	}
	for want, objects := range map[string][]cluster.Object{"now": backend, "planned": nil} {
		c := clusterfake.New("here", "v1.34.2")
		giveBack, err := hold(t.Context(), held{operator: onCluster{cluster: c.Cluster, objects: objects}, namespace: "planned", patience: time.Minute})
		require.NoError(t, err)
		assert.Contains(t, leases(t, c, want), "process ")
		_, err = hold(t.Context(), held{operator: onCluster{cluster: c.Cluster, objects: objects}, namespace: "planned", patience: time.Minute})
		locked := &lock.HeldError{}
		require.ErrorAs(t, err, &locked, "a second one is told who holds it")
		giveBack()
		assert.Empty(t, leases(t, c, want))
	}
}

// On an existing cluster whatever cannot be asked stops the command; a local one may be broken, and up and down are there to mend it.
func TestHoldWithoutAnAnswer(t *testing.T) {
	t.Parallel()

	silent := clusterfake.New("here", "v1.34.2")
	silent.Typed.PrependReactor("get", "leases", func(testing_.Action) (bool, runtime.Object, error) { return true, nil, errors.New("refused") })
	for name, test := range map[string]struct {
		operator        onCluster
		existing, local string // the error
	}{
		"no cluster yet":        {onCluster{}, "", ""},
		"unreachable":           {onCluster{err: errors.New("no such host")}, "no such host", ""},
		"the cluster is silent": {onCluster{cluster: silent.Cluster}, "refused", ""},
		"the state is broken":   {onCluster{cluster: silent.Cluster, unread: errors.New("no JSON")}, "no JSON", "no JSON"},
	} {
		for local, want := range map[bool]string{false: test.existing, true: test.local} {
			giveBack, err := hold(t.Context(), held{operator: test.operator, local: local, namespace: "x", patience: time.Minute})
			if want != "" {
				require.ErrorContains(t, err, want, name)
				continue
			}
			require.NoError(t, err, name)
			giveBack()
		}
	}
}

// Somebody else's hold counts on a local cluster, too.
func TestHoldOfSomebodyElse(t *testing.T) {
	t.Parallel()

	c := clusterfake.New("here", "v1.34.2")
	who, now, seconds := "ann@laptop, process 7", metav1.NewMicroTime(time.Now()), int32(20)
	_, err := c.Typed.CoordinationV1().Leases("x").Create(t.Context(), &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: "ashapp-backend-release"},
		Spec:       coordinationv1.LeaseSpec{HolderIdentity: &who, AcquireTime: &now, RenewTime: &now, LeaseDurationSeconds: &seconds},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	for _, local := range []bool{true, false} {
		_, err := hold(t.Context(), held{operator: onCluster{cluster: c.Cluster}, local: local, namespace: "x", patience: time.Minute})
		require.ErrorContains(t, err, "another command is changing the stack: ann@laptop, process 7, since 20")
	}
}

// A node that was paused takes connections and answers nothing.
func TestQuestionsOfHoldAreBounded(t *testing.T) {
	t.Parallel()

	asked := make(chan struct{}, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	c, err := cluster.Connect("apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: b}}]\n" +
		"clusters: [{name: b, cluster: {server: " + server.URL + "}}]\n")
	require.NoError(t, err)
	_, err = hold(t.Context(), held{operator: onCluster{cluster: c}, namespace: "x", patience: 10 * time.Millisecond})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.NotEmpty(t, asked)
}
