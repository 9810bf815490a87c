package credentials

import (
	"fmt"
	"os"
	"path/filepath"

	clientcmd "k8s.io/client-go/tools/clientcmd/api/v1"
	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
)

// writeKubeconfigs writes one kubeconfig for each client of the API server, at the paths of k3s.
func writeKubeconfigs(files layout.Layout, server string) error {
	for path, client := range map[string]string{
		files.AdminKubeconfig():                   files.TLS("client-admin"),
		files.Credential("controller.kubeconfig"): files.TLS("client-controller"),
		files.Credential("scheduler.kubeconfig"):  files.TLS("client-scheduler"),
		files.Node("kubelet.kubeconfig"):          files.Node("client-kubelet"),
		files.Node("kubeproxy.kubeconfig"):        files.Node("client-kube-proxy"),
		files.Node("kuberouter.kubeconfig"):       files.Node("client-kube-router"),
		files.Node("metricsserver.kubeconfig"):    files.Node("client-metrics-server"),
	} {
		if err := writeKubeconfig(path, server, files.TLS("server-ca.crt"), client); err != nil {
			return fmt.Errorf("writing kubeconfig %s: %w", path, err)
		}
	}
	return nil
}

// writeKubeconfig writes a kubeconfig that holds everything it needs, so that it also works where it is copied to.
// client names the certificate and key files, without their extension.
func writeKubeconfig(path, server, authority, client string) error {
	contents := make([][]byte, 0, 3)
	for _, file := range []string{authority, client + ".crt", client + ".key"} {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		contents = append(contents, content)
	}
	const name = "default"
	config := clientcmd.Config{
		APIVersion:     "v1",
		Kind:           "Config",
		CurrentContext: name,
		Clusters: []clientcmd.NamedCluster{{Name: name, Cluster: clientcmd.Cluster{
			Server: server, CertificateAuthorityData: contents[0],
		}}},
		AuthInfos: []clientcmd.NamedAuthInfo{{Name: name, AuthInfo: clientcmd.AuthInfo{
			ClientCertificateData: contents[1], ClientKeyData: contents[2],
		}}},
		Contexts: []clientcmd.NamedContext{{Name: name, Context: clientcmd.Context{Cluster: name, AuthInfo: name}}},
	}
	encoded, err := yaml.Marshal(config)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, encoded, 0o600)
}
