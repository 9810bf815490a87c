//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// options switches on what is off by default, sees it work, and switches it off again.
func options(t *testing.T, e *environment) {
	e.set(t, "backend", map[string]any{"metricsNamespace": "monitoring", "minReadySeconds": 1})
	changes, result := up(t, e)
	assert.Equal(t, map[string]apitype.OpType{"network-policy": apitype.OpUpdate, "deployment": apitype.OpUpdate}, changes)
	cluster, namespace := newAPI(t, output(t, result, "kubeconfig")), output(t, result, "namespace")
	assertPods(t, cluster, result)
	status, metrics := cluster.metrics(t, namespace)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(metrics), "build_info{")

	e.set(t, "backend", map[string]any{"maxReplicas": 3})
	changes, _ = up(t, e)
	assert.Equal(t, map[string]apitype.OpType{"autoscaler": apitype.OpCreate, "deployment": apitype.OpUpdate}, changes)
	var autoscaler struct {
		Spec struct{ MinReplicas, MaxReplicas int }
	}
	assert.Equal(t, 2, cluster.replicas(t, namespace), "no pod may be lost to the change of who chooses their number")
	_, content := cluster.request(t, http.MethodGet, "/apis/autoscaling/v2/namespaces/"+namespace+"/horizontalpodautoscalers/ashapp-backend", nil)
	require.NoError(t, json.Unmarshal(content, &autoscaler))
	assert.Equal(t, []int{2, 3}, []int{autoscaler.Spec.MinReplicas, autoscaler.Spec.MaxReplicas})

	stop := load(t, output(t, result, "url"))
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Equal(c, 3, cluster.replicas(t, namespace))
	}, scaling, time.Second, "the load must bring a third pod")
	stop()
	// A change meanwhile must leave what the autoscaler has chosen.
	e.set(t, "backend", map[string]any{"greeting": firstGreeting})
	up(t, e)
	assert.Equal(t, 3, cluster.replicas(t, namespace))
	e.set(t, "backend", map[string]any{"greeting": secondGreeting})

	e.set(t, "backend", map[string]any{"metricsNamespace": nil, "maxReplicas": nil, "minReadySeconds": nil})
	changes, result = up(t, e)
	assert.Equal(t, map[string]apitype.OpType{
		"autoscaler": apitype.OpDelete, "network-policy": apitype.OpUpdate, "deployment": apitype.OpUpdate,
	}, changes)
	assertPods(t, cluster, result)
	assert.Equal(t, 2, cluster.replicas(t, namespace), "the autoscaler had chosen 3")
	status, _ = cluster.metrics(t, namespace)
	assert.NotEqual(t, http.StatusOK, status, "the admin listener must be back on loopback")
}

// metrics asks one of the pods, which assertPods has found to be ready.
func (a api) metrics(t *testing.T, namespace string) (status int, content []byte) {
	t.Helper()
	pods := a.pods(t, namespace)
	require.NotEmpty(t, pods)
	return a.request(t, http.MethodGet, "/api/v1/namespaces/"+namespace+"/pods/"+pods[0].Metadata.Name+":9090/proxy/metrics", nil)
}

const deploymentPath = "/deployments/ashapp-backend"

// replicas is how many pods the Deployment asks for.
func (a api) replicas(t *testing.T, namespace string) int {
	t.Helper()
	_, content := a.request(t, http.MethodGet, "/apis/apps/v1/namespaces/"+namespace+deploymentPath, nil)
	var deployment struct{ Spec struct{ Replicas int } }
	require.NoError(t, json.Unmarshal(content, &deployment))
	return deployment.Spec.Replicas
}

// scaling is how soon load must have brought a pod. Metrics are read every 15 s, and the autoscaler looks every 15 s; those of a pod
// count once it has been ready for the time that they are about.
const scaling = 3 * time.Minute

// load asks a URL as fast as a few clients can, until stop is called.
func load(t *testing.T, url string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for ctx.Err() == nil {
				response, err := http.Get(url)
				if err != nil {
					continue // that it answers is not what this is about
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		})
	}
	return func() {
		cancel()
		clients.Wait()
	}
}
