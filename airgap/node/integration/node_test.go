//go:build integration

package integration

import (
	"archive/tar"
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/pki"
)

// The images under test, as airgap/build names them.
const (
	nodeImage     = "ashapp-backend-airgap/node:v1.34.2"
	registryImage = "ashapp-backend-airgap/registry:2.8.2"
)

// health is the check that the deployment gives the k3s image.
const health = `kubectl get --raw /readyz >/dev/null && kubectl get node "$(hostname)" ` +
	`-o jsonpath='{.status.conditions[?(@.type=="Ready")].status}' | grep -q True`

// cluster is a running node with a registry. Everything that it consists of in Docker is called name or name-something.
type cluster struct {
	name     string
	folder   string // Holds server-ca, client-ca and admin: .crt and .key of each.
	api      string // host:port
	nodePort string // host:port
	registry string // host:port
}

func startCluster(t *testing.T) cluster {
	t.Helper()
	c := cluster{name: "nodeit-" + strings.ToLower(rand.Text()[:8]), folder: t.TempDir()}
	c.makeCertificates(t)

	docker(t, "network", "create", c.name)
	dockerCleanup(t, "network", "rm", c.name)
	docker(t, "create", "--name", c.name+"-registry", "--network", c.name, "--publish", "127.0.0.1::5000",
		"--health-cmd", "wget -q -O /dev/null http://127.0.0.1:5000/v2/", "--health-interval", "1s", registryImage)
	dockerCleanup(t, "rm", "--force", "--volumes", c.name+"-registry")
	startHealthy(t, c.name+"-registry")
	c.registry = published(t, c.name+"-registry", "5000/tcp")

	docker(t, "create", "--name", c.name+"-node", "--hostname", "web-1", "--network", c.name, "--cgroupns", "private",
		"--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE",
		"--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined", "--security-opt", "systempaths=unconfined",
		"--tmpfs", "/run", "--tmpfs", "/var/run", "--tmpfs", "/tmp", "--device", "/dev/kmsg",
		"--publish", "127.0.0.1::6443", "--publish", "127.0.0.1::30080", "--health-cmd", health, "--health-interval", "1s",
		nodeImage, "server", "--disable=traefik,servicelb,local-storage",
		"--kubelet-arg=eviction-hard=imagefs.available<1%,nodefs.available<1%")
	dockerCleanup(t, "rm", "--force", "--volumes", c.name+"-node")
	c.upload(t)
	c.start(t)
	return c
}

// start starts the node. Docker chooses its ports anew each time.
func (c *cluster) start(t *testing.T) {
	t.Helper()
	startHealthy(t, c.name+"-node")
	c.api = published(t, c.name+"-node", "6443/tcp")
	c.nodePort = published(t, c.name+"-node", "30080/tcp")
}

// kubectl runs kubectl in the node, as its health check does.
func (c *cluster) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	return docker(t, append([]string{"exec", c.name + "-node", "kubectl"}, args...)...)
}

func (c *cluster) path(name string) string { return filepath.Join(c.folder, name) }

func (c *cluster) makeCertificates(t *testing.T) {
	t.Helper()
	_, err := pki.LoadOrCreate(c.path("server-ca.crt"), c.path("server-ca.key"), "test-server-ca")
	require.NoError(t, err)
	clients, err := pki.LoadOrCreate(c.path("client-ca.crt"), c.path("client-ca.key"), "test-client-ca")
	require.NoError(t, err)
	require.NoError(t, clients.Issue(pki.Leaf{
		CommonName: "test-admin", Organization: "system:masters", Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, c.path("admin.crt"), c.path("admin.key")))
}

// upload copies authorities and mirrors into the node before it is started, as the deployment does.
func (c *cluster) upload(t *testing.T) {
	t.Helper()
	var archive bytes.Buffer
	files := tar.NewWriter(&archive)
	add := func(name string, content []byte) {
		require.NoError(t, files.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content))}))
		_, err := files.Write(content)
		require.NoError(t, err)
	}
	for _, name := range []string{"server-ca.crt", "server-ca.key", "client-ca.crt", "client-ca.key"} {
		content, err := os.ReadFile(c.path(name))
		require.NoError(t, err)
		add("var/lib/rancher/k3s/server/tls/"+name, content)
	}
	add("etc/rancher/k3s/registries.yaml",
		fmt.Appendf(nil, "mirrors:\n  \"registry.test:5001\":\n    endpoint: [\"http://%s-registry:5000\"]\n", c.name))
	require.NoError(t, files.Close())
	command := exec.CommandContext(t.Context(), "docker", "cp", "-", c.name+"-node:/")
	command.Stdin = &archive
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
}
