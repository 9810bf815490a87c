package credentials

import (
	"crypto/x509"
	"fmt"
	"slices"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/pki"
)

// Node is whom the certificates are for.
type Node struct {
	// Name is the name of the Node object.
	Name string
	// IP is the address at which the node's servers are reached.
	IP string
	// ServiceIP is the address of the Service kubernetes.default.
	ServiceIP string
	// Port is the port of the API server.
	Port int
}

// Write makes every certificate, key and kubeconfig. Authorities and the key that signs tokens are kept when they are
// there; everything else is issued anew, so that a new address or a near expiry needs only a restart.
func Write(files layout.Layout, node Node) error {
	signers, err := load(files)
	if err != nil {
		return err
	}
	if err := pki.EnsureKey(files.TLS("service.key")); err != nil {
		return err
	}
	for _, each := range leaves(files, node, signers) {
		if err := each.signer.Issue(each.leaf, each.path+".crt", each.path+".key"); err != nil {
			return err
		}
	}
	return writeKubeconfigs(files, fmt.Sprintf("https://127.0.0.1:%d", node.Port))
}

// issue is one certificate to make: path names both files, without their extension.
type issue struct {
	path   string
	signer *pki.Authority
	leaf   pki.Leaf
}

var (
	clientUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	serverUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	// etcd's own client checks and its peers present one certificate for both.
	bothUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
)

// leaves lists the certificates. User names and groups are those to which Kubernetes binds its default roles:
// https://kubernetes.io/docs/reference/access-authn-authz/rbac/#core-component-roles
func leaves(files layout.Layout, node Node, signers authorities) []issue {
	loopback := []string{"localhost", "127.0.0.1", "::1"}
	client := func(path, user, group string) issue {
		return issue{path, signers.client, pki.Leaf{CommonName: user, Organization: group, Usages: clientUsage}}
	}
	return []issue{
		{files.TLS("serving-kube-apiserver"), signers.server, pki.Leaf{
			CommonName: "kube-apiserver", Names: slices.Concat(loopback, apiServerNames(node)), Usages: serverUsage,
		}},
		client(files.TLS("client-admin"), "system:admin", "system:masters"),
		client(files.TLS("client-controller"), "system:kube-controller-manager", ""),
		client(files.TLS("client-scheduler"), "system:kube-scheduler", ""),
		client(files.TLS("client-kube-apiserver"), "kube-apiserver-kubelet-client", ""),
		client(files.Node("client-kube-proxy"), "system:kube-proxy", ""),
		client(files.Node("client-kube-router"), "system:kube-router", ""),
		client(files.Node("client-metrics-server"), "system:metrics-server", ""),
		client(files.Node("client-kubelet"), "system:node:"+node.Name, "system:nodes"),
		{files.Node("serving-kubelet"), signers.server, pki.Leaf{
			CommonName: node.Name, Names: slices.Concat(loopback, []string{node.Name, node.IP}), Usages: serverUsage,
		}},
		{files.Node("serving-metrics-server"), signers.server, pki.Leaf{
			CommonName: "metrics-server", Names: []string{"metrics-server.kube-system.svc"}, Usages: serverUsage,
		}},
		{files.TLS("client-auth-proxy"), signers.requestHeader, pki.Leaf{CommonName: "system:auth-proxy", Usages: clientUsage}},
		{files.TLS("etcd/server-client"), signers.etcdServer, pki.Leaf{CommonName: "etcd-server", Names: loopback, Usages: bothUsages}},
		{files.TLS("etcd/client"), signers.etcdServer, pki.Leaf{CommonName: "etcd-client", Usages: clientUsage}},
		{files.TLS("etcd/peer-server-client"), signers.etcdPeer, pki.Leaf{CommonName: "etcd-peer", Names: loopback, Usages: bothUsages}},
	}
}

// apiServerNames are how others call the API server: by the node, and as a Service from inside pods.
func apiServerNames(node Node) []string {
	return []string{
		node.Name, node.IP, node.ServiceIP,
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
	}
}
