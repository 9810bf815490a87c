package kubernetes_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// server answers every question with an object, and writes down the last one.
func server(t *testing.T, status int, answer string) (client *kubernetes.Clientset, asked *string) {
	t.Helper()
	asked = new(string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = r.Method + " " + r.URL.RequestURI()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(s.Close)
	client, err := kubernetes.NewForConfig(&rest.Config{Host: s.URL, QPS: 100, Burst: 100})
	require.NoError(t, err)
	return client, asked
}

func TestQuestionsOfEveryClient(t *testing.T) {
	t.Parallel()

	named, all := metav1.GetOptions{}, metav1.ListOptions{LabelSelector: "a=b"}
	for want, ask := range map[string]func(context.Context, *kubernetes.Clientset) (any, error){
		"GET /apis/apps/v1/namespaces/a/deployments/b": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.AppsV1().Deployments("a").Get(ctx, "b", named)
		},
		"GET /apis/apps/v1/namespaces/a/deployments?labelSelector=a%3Db": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.AppsV1().Deployments("a").List(ctx, all)
		},
		"GET /apis/apps/v1/namespaces/a/replicasets/b": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.AppsV1().ReplicaSets("a").Get(ctx, "b", named)
		},
		"GET /apis/apps/v1/namespaces/a/replicasets?labelSelector=a%3Db": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.AppsV1().ReplicaSets("a").List(ctx, all)
		},
		"GET /apis/coordination.k8s.io/v1/namespaces/a/leases/b": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoordinationV1().Leases("a").Get(ctx, "b", named)
		},
		"GET /apis/coordination.k8s.io/v1/namespaces/a/leases?labelSelector=a%3Db": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoordinationV1().Leases("a").List(ctx, all)
		},
		"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{}, metav1.CreateOptions{})
		},
		"GET /api/v1/namespaces/b": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Namespaces().Get(ctx, "b", named)
		},
		"GET /api/v1/namespaces?labelSelector=a%3Db": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Namespaces().List(ctx, all)
		},
		"GET /api/v1/namespaces/a/pods/b": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Pods("a").Get(ctx, "b", named)
		},
		"GET /api/v1/namespaces/a/pods?labelSelector=a%3Db": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Pods("a").List(ctx, all)
		},
		"GET /api/v1/namespaces/a/configmaps/b": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().ConfigMaps("a").Get(ctx, "b", named)
		},
		"GET /api/v1/namespaces/a/configmaps?labelSelector=a%3Db": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().ConfigMaps("a").List(ctx, all)
		},
		"GET /api/v1/namespaces/a/secrets/b": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Secrets("a").Get(ctx, "b", named)
		},
		"GET /api/v1/namespaces/a/secrets?labelSelector=a%3Db": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Secrets("a").List(ctx, all)
		},
		"PUT /api/v1/namespaces/a/secrets/b": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().Secrets("a").Update(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "b"}}, metav1.UpdateOptions{})
		},
		"GET /api/v1/namespaces/a/pods/b/log?previous=true&tailLines=7": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			lines := int64(7)
			stream, err := c.CoreV1().Pods("a").GetLogs("b", &corev1.PodLogOptions{Previous: true, TailLines: &lines}).Stream(ctx)
			if err != nil {
				return nil, err
			}
			defer stream.Close() //nolint:errcheck // it was read
			return io.ReadAll(stream)
		},
		"GET /healthz": func(ctx context.Context, c *kubernetes.Clientset) (any, error) {
			return c.CoreV1().RESTClient().Get().AbsPath("/healthz").DoRaw(ctx)
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()

			client, asked := server(t, http.StatusOK, `{"metadata":{"name":"b","resourceVersion":"7"}}`)
			answer, err := ask(t.Context(), client)
			require.NoError(t, err)
			assert.Equal(t, want, *asked)
			if _, raw := answer.([]byte); !raw {
				content, err := json.Marshal(answer)
				require.NoError(t, err)
				assert.Contains(t, string(content), `"resourceVersion":"7"`, "it is read as its kind")
			}
		})
	}
}

func TestServerVersion(t *testing.T) {
	t.Parallel()

	client, asked := server(t, http.StatusOK, `{"gitVersion":"v1.34.2"}`)
	found, err := client.Discovery().ServerVersion()
	require.NoError(t, err)
	assert.Equal(t, "v1.34.2", found.GitVersion)
	assert.Equal(t, "GET /version", *asked)

	client, _ = server(t, http.StatusOK, `not JSON`)
	_, err = client.Discovery().ServerVersion()
	require.ErrorContains(t, err, "reading the server's version")
	client, _ = server(t, http.StatusServiceUnavailable, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"ServiceUnavailable","code":503}`)
	_, err = client.Discovery().ServerVersion()
	assert.True(t, apierrors.IsServiceUnavailable(err), "%v", err)
}

// What a cluster refuses is understood as what it is, so that callers can tell.
func TestRefusalsKeepTheirReason(t *testing.T) {
	t.Parallel()

	client, _ := server(t, http.StatusNotFound, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`)
	_, err := client.CoreV1().Secrets("a").Get(t.Context(), "b", metav1.GetOptions{})
	require.True(t, apierrors.IsNotFound(err), "%v", err)
	_, err = kubernetes.NewForConfig(&rest.Config{Host: "http://a b"})
	assert.Error(t, err)
}

func TestWatchTellsOfObjectsOfItsKind(t *testing.T) {
	t.Parallel()

	client, asked := server(t, http.StatusOK, `{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"b"}}}`+"\n")
	events, err := client.CoreV1().Pods("a").Watch(t.Context(), metav1.ListOptions{LabelSelector: "a=b"})
	require.NoError(t, err)
	defer events.Stop()
	assert.Equal(t, "GET /api/v1/namespaces/a/pods?labelSelector=a%3Db&watch=true", *asked)
	event := <-events.ResultChan()
	pod, is := event.Object.(*corev1.Pod)
	require.True(t, is, "%T", event.Object)
	assert.Equal(t, "b", pod.Name)
}

func TestObjectsAreRemoved(t *testing.T) {
	t.Parallel()

	client, asked := server(t, http.StatusOK, `{"kind":"Status","apiVersion":"v1","status":"Success"}`)
	require.NoError(t, client.CoreV1().Secrets("a").Delete(t.Context(), "b", metav1.DeleteOptions{}))
	assert.Equal(t, "DELETE /api/v1/namespaces/a/secrets/b", *asked)
}
