package cluster

import (
	"encoding/json"
	"fmt"
)

// The part of a kubeconfig (v1 Config of kubectl) that is needed to reach one cluster as one user. Byte slices are base64
// in JSON, as the format wants.
type (
	kubeconfigFile struct {
		APIVersion     string         `json:"apiVersion"`
		Kind           string         `json:"kind"`
		Clusters       []namedCluster `json:"clusters"`
		Users          []namedUser    `json:"users"`
		Contexts       []namedContext `json:"contexts"`
		CurrentContext string         `json:"current-context"`
	}
	namedCluster struct {
		Name    string `json:"name"`
		Cluster struct {
			Server               string `json:"server"`
			CertificateAuthority []byte `json:"certificate-authority-data"`
		} `json:"cluster"`
	}
	namedUser struct {
		Name string `json:"name"`
		User struct {
			ClientCertificate []byte `json:"client-certificate-data"`
			ClientKey         []byte `json:"client-key-data"`
		} `json:"user"`
	}
	namedContext struct {
		Name    string `json:"name"`
		Context struct {
			Cluster string `json:"cluster"`
			User    string `json:"user"`
		} `json:"context"`
	}
)

// adminKubeconfig is the kubeconfig of a local cluster's administrator, as JSON, which is YAML too. The server is verified
// against the cluster's own authority.
func adminKubeconfig(a authorities, name string, apiPort int) (string, error) {
	file := kubeconfigFile{
		APIVersion: "v1", Kind: "Config", CurrentContext: name,
		Clusters: []namedCluster{{Name: name}}, Users: []namedUser{{Name: name}}, Contexts: []namedContext{{Name: name}},
	}
	file.Clusters[0].Cluster.Server = fmt.Sprintf("https://%s:%d", loopback, apiPort)
	file.Clusters[0].Cluster.CertificateAuthority = []byte(a.Server.Certificate)
	file.Users[0].User.ClientCertificate = []byte(a.Admin.Certificate)
	file.Users[0].User.ClientKey = []byte(a.Admin.Key)
	file.Contexts[0].Context.Cluster, file.Contexts[0].Context.User = name, name
	content, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return "", fmt.Errorf("encoding the kubeconfig: %w", err)
	}
	return string(content), nil
}
