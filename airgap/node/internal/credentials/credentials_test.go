package credentials

import (
	"crypto/tls"
	"crypto/x509"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	clientcmd "k8s.io/client-go/tools/clientcmd/api/v1"
	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
)

var node = Node{Name: "web-1", IP: "192.0.2.7", ServiceIP: "10.43.0.1", Port: 6443}

func TestServingCertificateNamesEveryAddressOfTheAPIServer(t *testing.T) {
	t.Parallel()
	files := written(t)
	serving := certificate(t, files.TLS("serving-kube-apiserver"))
	for _, name := range []string{
		"127.0.0.1", "::1", "localhost", "web-1", "192.0.2.7", "10.43.0.1", "kubernetes.default.svc",
	} {
		_, err := serving.Verify(x509.VerifyOptions{Roots: pool(t, files.TLS("server-ca.crt")), DNSName: name})
		assert.NoError(t, err, name)
	}
}

func TestMetricsServerProvesItselfByTheNameOfItsService(t *testing.T) {
	t.Parallel()
	files := written(t)
	_, err := certificate(t, files.Node("serving-metrics-server")).Verify(x509.VerifyOptions{
		Roots: pool(t, files.TLS("server-ca.crt")), DNSName: "metrics-server.kube-system.svc",
	})
	require.NoError(t, err)
}

func TestClientsAreSignedByTheClientAuthorityOnly(t *testing.T) {
	t.Parallel()
	files := written(t)
	for path, want := range map[string]struct{ user, group string }{
		files.TLS("client-admin"):           {"system:admin", "system:masters"},
		files.TLS("client-controller"):      {"system:kube-controller-manager", ""},
		files.TLS("client-scheduler"):       {"system:kube-scheduler", ""},
		files.Node("client-kubelet"):        {"system:node:web-1", "system:nodes"},
		files.Node("client-kube-proxy"):     {"system:kube-proxy", ""},
		files.Node("client-kube-router"):    {"system:kube-router", ""},
		files.Node("client-metrics-server"): {"system:metrics-server", ""},
	} {
		client := certificate(t, path)
		assert.Equal(t, want.user, client.Subject.CommonName)
		assert.Equal(t, want.group, strings.Join(client.Subject.Organization, ","))
		usages := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		_, err := client.Verify(x509.VerifyOptions{Roots: pool(t, files.TLS("client-ca.crt")), KeyUsages: usages})
		require.NoError(t, err, path)
		_, err = client.Verify(x509.VerifyOptions{Roots: pool(t, files.TLS("server-ca.crt")), KeyUsages: usages})
		require.Error(t, err, path)
	}
}

func TestRestartKeepsAuthoritiesAndRenewsLeaves(t *testing.T) {
	t.Parallel()
	files := written(t)
	before := snapshot(t, files.Root)
	require.NoError(t, Write(files, node))
	after := snapshot(t, files.Root)
	for path := range before {
		name := filepath.Base(path)
		kept := strings.Contains(name, "-ca.") || name == "service.key"
		assert.Equal(t, kept, before[path] == after[path], path)
	}
}

func TestNothingIsReadableByOthers(t *testing.T) {
	t.Parallel()
	files := written(t)
	require.NoError(t, filepath.WalkDir(files.Root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), path)
		return err
	}))
}

func TestAdminKubeconfigStandsAlone(t *testing.T) {
	t.Parallel()
	files := written(t)
	content, err := os.ReadFile(files.AdminKubeconfig())
	require.NoError(t, err)
	var config clientcmd.Config
	require.NoError(t, yaml.UnmarshalStrict(content, &config))
	cluster, user := config.Clusters[0].Cluster, config.AuthInfos[0].AuthInfo
	assert.Equal(t, "https://127.0.0.1:6443", cluster.Server)
	assert.False(t, cluster.InsecureSkipTLSVerify)
	authority, err := os.ReadFile(files.TLS("server-ca.crt"))
	require.NoError(t, err)
	assert.Equal(t, authority, cluster.CertificateAuthorityData)
	_, err = tls.X509KeyPair(user.ClientCertificateData, user.ClientKeyData)
	require.NoError(t, err)
}

func written(t *testing.T) layout.Layout {
	t.Helper()
	files := layout.Layout{Root: t.TempDir()}
	require.NoError(t, Write(files, node))
	return files
}

func certificate(t *testing.T, path string) *x509.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(path+".crt", path+".key")
	require.NoError(t, err)
	return pair.Leaf
}

func pool(t *testing.T, path string) *x509.CertPool {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(content))
	return roots
}

func snapshot(t *testing.T, root string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		contents[path] = string(content)
		return err
	}))
	return contents
}
