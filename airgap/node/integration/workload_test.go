//go:build integration

package integration

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/pki"
)

// workload runs the registry's image as an HTTP server behind a NodePort: an image that is there anyway.
const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.test:5001/web:1
          readinessProbe: {httpGet: {path: /v2/, port: 5000}, periodSeconds: 1}
          resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 500m, memory: 64Mi}}
          securityContext:
            {runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 5000, nodePort: 30080}]}
`

func TestNode(t *testing.T) {
	c := startCluster(t)

	t.Run("is a Kubernetes of the version that its tag says", func(t *testing.T) {
		assert.Contains(t, c.kubectl(t, "version"), "Server Version: "+strings.SplitN(nodeImage, ":", 2)[1])
	})
	t.Run("is named after its host and runs the uploaded authority", func(t *testing.T) {
		assert.Equal(t, "node/web-1", c.kubectl(t, "get", "nodes", "--output=name"))
	})
	t.Run("lets an administrator in whose certificate was made elsewhere", func(t *testing.T) {
		admin, err := tls.LoadX509KeyPair(c.path("admin.crt"), c.path("admin.key"))
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, c.status(t, admin))
	})
	t.Run("refuses anonymous callers", func(t *testing.T) {
		assert.Equal(t, http.StatusUnauthorized, c.status(t))
	})
	t.Run("refuses a certificate of another authority", func(t *testing.T) {
		folder := t.TempDir()
		path := func(name string) string { return filepath.Join(folder, name) }
		stranger, err := pki.LoadOrCreate(path("ca.crt"), path("ca.key"), "test-client-ca")
		require.NoError(t, err)
		require.NoError(t, stranger.Issue(pki.Leaf{
			CommonName: "test-admin", Organization: "system:masters", Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}, path("leaf.crt"), path("leaf.key")))
		pair, err := tls.LoadX509KeyPair(path("leaf.crt"), path("leaf.key"))
		require.NoError(t, err)
		assert.Equal(t, http.StatusUnauthorized, c.status(t, pair))
	})
	t.Run("keeps the administrator's kubeconfig to root", func(t *testing.T) {
		assert.Equal(t, "600", docker(t, "exec", c.name+"-node", "stat", "--format=%a", "/etc/rancher/k3s/k3s.yaml"))
	})

	c.push(t, "web:1")
	c.apply(t, workload)
	t.Run("runs pods of a mirrored image and serves them on a NodePort", func(t *testing.T) {
		c.kubectl(t, "rollout", "status", "deployment/web", "--timeout=90s")
		c.answers(t)
	})
	t.Run("shows logs and opens shells", func(t *testing.T) {
		assert.Contains(t, c.kubectl(t, "logs", "deployment/web"), "listening on")
		assert.Contains(t, c.kubectl(t, "exec", "deployment/web", "--", "id"), "uid=65532")
	})
	t.Run("reaches Services from pods by their names", func(t *testing.T) { c.reachesService(t, "default", "deployment/web", "web") })
	t.Run("tells how much CPU the node and its pods use", c.testMetrics)
	t.Run("enforces network policies", c.testPolicies)
	t.Run("comes back with its pods and policies after a stop, under another address", func(t *testing.T) {
		docker(t, "stop", c.name+"-node")
		assert.Equal(t, "0", docker(t, "inspect", "--format", "{{.State.ExitCode}}", c.name+"-node"))
		docker(t, "run", "--detach", "--name", c.name+"-other", "--network", c.name, registryImage)
		dockerCleanup(t, "rm", "--force", "--volumes", c.name+"-other")
		c.start(t)
		c.answers(t)
		c.testPoliciesAfterRestart(t)
		c.reachesService(t, "strangers", "visitor", "web.default")
		c.testMetrics(t)
	})
}

// reachesService waits until a pod gets the workload's answer by the name of its Service: after a start of the node, the DNS server is
// a pod that starts with the others.
func (c *cluster) reachesService(t *testing.T, namespace, pod, service string) {
	t.Helper()
	c.eventually(t, namespace, pod, service, "{}")
}

// testMetrics waits until the metrics server has read the kubelet twice.
func (c *cluster) testMetrics(t *testing.T) {
	assert.EventuallyWithT(t, func(collect *assert.CollectT) {
		for _, path := range []string{"nodes/web-1", "namespaces/default/pods"} {
			output, err := exec.CommandContext(t.Context(), "docker", "exec", c.name+"-node", "kubectl", "get", "--raw",
				"/apis/metrics.k8s.io/v1beta1/"+path).CombinedOutput()
			assert.NoError(collect, err, "%s", output)
			assert.Regexp(collect, `"cpu":"[0-9]+n"`, string(output))
		}
	}, time.Minute, time.Second)
}

// status asks the API server with the given client certificates. The server must always prove itself against server-ca.
func (c *cluster) status(t *testing.T, certificates ...tls.Certificate) int {
	t.Helper()
	authority, err := os.ReadFile(c.path("server-ca.crt"))
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(authority))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: certificates, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	return get(t, &http.Client{Transport: transport}, fmt.Sprintf("https://%s/api", c.api))
}

func get(t *testing.T, client *http.Client, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := client.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// answers waits until the workload answers: kube-proxy learns of ready pods a moment after the Deployment does.
func (c *cluster) answers(t *testing.T) {
	t.Helper()
	assert.EventuallyWithT(t, func(t *assert.CollectT) { assert.NoError(t, c.ask()) }, time.Minute, 100*time.Millisecond)
}

// ask asks the workload through its node port, on a connection of its own: what is established stays so, whatever is closed.
func (c *cluster) ask() error {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 2 * time.Second}
	response, err := client.Get("http://" + c.nodePort + "/v2/")
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	return errors.Join(err, response.Body.Close())
}

// push pushes the registry's image under another name into the registry.
func (c *cluster) push(t *testing.T, name string) {
	t.Helper()
	reference := c.registry + "/" + name
	docker(t, "tag", registryImage, reference)
	dockerCleanup(t, "image", "rm", reference)
	docker(t, "push", reference)
}

func (c *cluster) apply(t *testing.T, manifest string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "docker", "exec", "--interactive", c.name+"-node", "kubectl", "apply", "--filename=-")
	command.Stdin = strings.NewReader(manifest)
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
}
