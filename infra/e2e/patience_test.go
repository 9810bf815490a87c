//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/resource"
)

// namespace is the backend's.
const backendNamespace = "ashapp-backend"

// TestPatience is the story of releases that Kubernetes has trouble with and gets over, and of one that it does not.
func TestPatience(t *testing.T) {
	e := newCheckout(t)
	e.set(t, "backend", map[string]any{"progressDeadlineSeconds": 60})
	url := fmt.Sprintf("http://127.0.0.1:%v/", e.config["backend"]["nodePort"])
	printed, err := e.make(t, "deploy")
	require.NoError(t, err, printed)
	cluster := newAPI(t, e.kubeconfig(t))
	e.withoutRoom(t, cluster, url)
	e.withoutRegistry(t, cluster, url)
	e.withQuota(t, cluster, url)
}

// withoutRoom: for 22 s another pod holds the CPU that the new ones want.
func (e *environment) withoutRoom(t *testing.T, cluster api, url string) {
	t.Helper()
	const hogs = "/apis/apps/v1/namespaces/default/deployments"
	cluster.create(t, hogs, hog(cluster.freeCPU(t)-100))
	e.whileDeploying(t, map[string]any{"greeting": "there is room", "cpuRequest": "200m"}, func() {
		cluster.awaitPods(t, "Unschedulable")
		time.Sleep(22 * time.Second) // the trial is that nothing happens for so long
		cluster.remove(t, hogs+"/hog")
	})
	assertGreets(t, url, "there is room")
}

// withoutRegistry: the node cannot reach the registry, to which the image was pushed, until its first pull has failed.
func (e *environment) withoutRegistry(t *testing.T, cluster api, url string) {
	t.Helper()
	node, registry := clusterName+"-node", clusterName+"-registry"
	found, err := exec.CommandContext(t.Context(), "docker", "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", registry).Output()
	require.NoError(t, err)
	address := strings.TrimSpace(string(found))
	e.release(t, "pulled at last", `println("pulled at last")`)
	docker(t, "exec", node, "ip", "route", "add", "unreachable", address)
	e.whileDeploying(t, map[string]any{"greeting": "there is a registry"}, func() {
		cluster.awaitPods(t, "ErrImagePull")
		docker(t, "exec", node, "ip", "route", "del", "unreachable", address)
	})
	assertGreets(t, url, "there is a registry")
}

// withQuota: with room for one pod more the rollout goes on pod by pod, with room for none it fails and names the quota.
func (e *environment) withQuota(t *testing.T, cluster api, url string) {
	t.Helper()
	const quotas = "/api/v1/namespaces/" + backendNamespace + "/resourcequotas"
	for _, test := range []struct {
		limit string
		fails bool
	}{{"3", false}, {"2", true}} {
		limit, fails := test.limit, test.fails
		cluster.create(t, quotas, object{"metadata": object{"name": "few"}, "spec": object{"hard": object{"pods": limit}}})
		// What the release before has replaced counts until it has drained.
		require.Eventually(t, func() bool {
			var quota struct {
				Status struct{ Used map[string]string }
			}
			cluster.read(t, quotas+"/few", &quota)
			return quota.Status.Used["pods"] == "2"
		}, time.Minute, 200*time.Millisecond)
		e.set(t, "backend", map[string]any{"greeting": "quota " + limit})
		if fails {
			e.set(t, "backend", map[string]any{"rolloutPatienceSeconds": 15})
		}
		printed, code := e.ashapp(t, "deploy")
		cluster.remove(t, quotas+"/few")
		if fails {
			assert.Equal(t, exitUndone, code, printed)
			assert.Contains(t, printed, "exceeded quota: few")
			assert.Contains(t, printed, "no progress for the time in backend.rolloutPatienceSeconds")
			assertGreets(t, url, "quota 3")
		} else {
			assert.Equal(t, exitDone, code, printed)
			assertGreets(t, url, "quota "+limit)
		}
	}
}

// whileDeploying deploys other settings of the backend, does something meanwhile, and wants the deployment to succeed with no request
// unanswered.
func (e *environment) whileDeploying(t *testing.T, backend map[string]any, do func()) {
	t.Helper()
	e.set(t, "backend", backend)
	requests := startTraffic(fmt.Sprintf("http://127.0.0.1:%v/", e.config["backend"]["nodePort"]))
	command, started := e.command(t.Context(), "deploy"), time.Now()
	var printed strings.Builder
	command.Stdout, command.Stderr = &printed, &printed
	require.NoError(t, command.Start())
	do()
	require.NoError(t, command.Wait(), "%s", &printed)
	t.Logf("deployed in %.1f s", time.Since(started).Seconds())
	sent, failed := requests.end()
	assert.Zero(t, failed, "of %d requests meanwhile", sent)
}

// hog is a Deployment whose one pod holds so many thousandths of a CPU of the node. It need not even start for that.
func hog(milliCPU int64) object {
	labels := object{"app": "hog"}
	container := object{
		"name": "hog", "image": "localhost/hog:none", "imagePullPolicy": "Never",
		"resources": object{"requests": object{"cpu": fmt.Sprintf("%dm", milliCPU)}},
	}
	return object{
		"metadata": object{"name": "hog"},
		"spec": object{
			"selector": object{"matchLabels": labels},
			"template": object{
				"metadata": object{"labels": labels},
				"spec":     object{"nodeName": clusterName + "-node", "containers": []any{container}},
			},
		},
	}
}

// freeCPU is how many thousandths of a CPU no pod has asked for yet.
func (a api) freeCPU(t *testing.T) int64 {
	t.Helper()
	var nodes struct {
		Items []struct {
			Status struct{ Allocatable map[string]resource.Quantity }
		}
	}
	a.read(t, "/api/v1/nodes", &nodes)
	require.Len(t, nodes.Items, 1)
	var pods struct {
		Items []struct {
			Spec struct {
				Containers []struct {
					Resources struct{ Requests map[string]resource.Quantity }
				}
			}
		}
	}
	a.read(t, "/api/v1/pods", &pods)
	cpu := nodes.Items[0].Status.Allocatable["cpu"]
	free := cpu.MilliValue()
	for _, pod := range pods.Items {
		for _, container := range pod.Spec.Containers {
			cpu := container.Resources.Requests["cpu"]
			free -= cpu.MilliValue()
		}
	}
	return free
}

// awaitPods waits until a pod of the backend gives a reason.
func (a api) awaitPods(t *testing.T, reason string) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		var pods json.RawMessage
		a.read(t, "/api/v1/namespaces/"+backendNamespace+"/pods", &pods)
		assert.Contains(c, string(pods), `"reason":"`+reason+`"`)
	}, time.Minute, 100*time.Millisecond)
}

func (a api) read(t *testing.T, path string, into any) {
	t.Helper()
	status, answer := a.request(t, http.MethodGet, path, nil)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	require.NoError(t, json.Unmarshal(answer, into))
}

func (a api) create(t *testing.T, path string, made object) {
	t.Helper()
	status, answer := a.request(t, http.MethodPost, path, made)
	require.Equal(t, http.StatusCreated, status, "%s", answer)
}

func (a api) remove(t *testing.T, path string) {
	t.Helper()
	status, answer := a.request(t, http.MethodDelete, path, nil)
	require.Equal(t, http.StatusOK, status, "%s", answer)
}
