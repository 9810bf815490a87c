package cluster_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
)

func TestConfirmRefusesAnotherCluster(t *testing.T) {
	t.Parallel()

	here := clusterfake.New("here", "v1.34.2")
	require.NoError(t, here.Confirm(t.Context(), "here"))
	assert.EqualError(t, here.Confirm(t.Context(), "there"), "this is another cluster: the stack was deployed to the one whose kube-system "+
		"has the UID there, and the kubeconfig leads to here: set cluster.context, or take the stack down there first")
}

func TestConfirmAsksNothingWhereNothingIsRecorded(t *testing.T) {
	t.Parallel()

	here := clusterfake.New("here", "v1.34.2")
	require.NoError(t, here.Confirm(t.Context(), ""))
	assert.Empty(t, here.Typed.Actions())
}

// failing makes the cluster answer every question with an error.
func failing(c *clusterfake.Cluster, err error) {
	c.Typed.PrependReactor("*", "*", func(clienttesting.Action) (bool, runtime.Object, error) { return true, nil, err })
}

func TestIdentityThatIsNotTold(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		answer error
		want   string
	}{
		"no right": {apierrors.NewForbidden(schema.GroupResource{Resource: "namespaces"}, "kube-system", nil), ": grant the right to get the Namespace kube-system"},
		"broken":   {errors.New("it is broken"), "asking the stack's cluster which it is: it is broken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			here := clusterfake.New("here", "v1.34.2")
			failing(here, test.answer)
			require.ErrorContains(t, here.Confirm(t.Context(), "here"), test.want)
			assert.NotContains(t, fmt.Sprint(here.Confirm(t.Context(), "here")), "another cluster")
		})
	}
}

func TestOldKubernetesIsRefused(t *testing.T) {
	t.Parallel()

	for version, want := range map[string]string{
		"v1.34.2":            "",
		"v1.30.0":            "",
		"v1.30.4-gke.100":    "",
		"v1.29.15":           "the stack's cluster has Kubernetes v1.29.15, and the backend needs 1.30 or later",
		"v1.29.0-eks-036c24": "the stack's cluster has Kubernetes v1.29.0-eks-036c24, and the backend needs 1.30 or later",
		"one":                "reading the version of the stack's cluster",
	} {
		err := clusterfake.New("here", version).CheckVersion()
		if want == "" {
			assert.NoError(t, err, version)
			continue
		}
		assert.ErrorContains(t, err, want, version)
	}
	silent := clusterfake.New("here", "v1.34.2")
	failing(silent, errors.New("it is broken"))
	assert.EqualError(t, silent.CheckVersion(), "asking the stack's cluster for its version: it is broken")
}

func TestAClusterThatStartsIsWaitedFor(t *testing.T) {
	t.Parallel()

	refused := os.NewSyscallError("connect", syscall.ECONNREFUSED)
	for name, test := range map[string]struct {
		answer error
		times  int
		want   string
		asked  int
	}{
		"answers":               {nil, 0, "", 1},
		"refuses connections":   {refused, 2, "", 3},
		"closes connections":    {os.NewSyscallError("read", syscall.ECONNRESET), 1, "", 2},
		"is not ready":          {apierrors.NewServiceUnavailable("starting"), 1, "", 2},
		"has not its roles yet": {apierrors.NewInternalError(errors.New("starting")), 1, "", 2},
		"knows us not":          {apierrors.NewUnauthorized("who?"), 1, "asking the stack's cluster whether it is there: who?", 1},
		"never answers":         {refused, 1000, "connection refused", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			starting, asked := clusterfake.New("here", "v1.34.2"), 0
			starting.Typed.PrependReactor("get", "version", func(clienttesting.Action) (bool, runtime.Object, error) {
				asked++
				if asked <= test.times {
					return true, nil, test.answer
				}
				return false, nil, nil
			})
			limit := time.Minute
			if test.asked == 0 {
				limit = time.Nanosecond
			}
			err := starting.AwaitAnswer(t.Context(), limit)
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
			}
			if test.asked > 0 {
				assert.Equal(t, test.asked, asked)
			}
		})
	}
}

// TestConnect asks a server by its kubeconfig.
func TestConnect(t *testing.T) {
	t.Parallel()

	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/api/v1/namespaces/kube-system" || r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusNotFound)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"kind": "Namespace", "apiVersion": "v1", "metadata": map[string]any{"uid": "here"}})
	}))
	t.Cleanup(server.Close)
	authority := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	reached, err := cluster.Connect(`{current-context: a, contexts: [{name: a, context: {cluster: b, user: c}}], clusters: [{name: b, cluster: {server: "` +
		server.URL + `", certificate-authority-data: ` + authority + `}}], users: [{name: c, user: {token: secret}}]}`)
	require.NoError(t, err)
	identity, err := reached.Identity(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "here", identity)

	for _, bad := range []string{"{", `{current-context: none}`} {
		_, err := cluster.Connect(bad)
		assert.ErrorContains(t, err, "reading the kubeconfig of the stack's cluster: ")
	}
}
