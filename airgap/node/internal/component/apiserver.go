package component

import (
	"strconv"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/host"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// APIServer is the only component that other machines reach. Whoever has no certificate of client-ca and no token of a
// ServiceAccount is refused.
func APIServer(s Settings) supervise.Command {
	tls := s.Files.TLS
	return supervise.Command{Name: "kube-apiserver", Path: "kube-apiserver", Args: []string{
		"--advertise-address=" + s.NodeIP,
		"--secure-port=" + strconv.Itoa(s.APIPort),
		"--tls-cert-file=" + tls("serving-kube-apiserver.crt"),
		"--tls-private-key-file=" + tls("serving-kube-apiserver.key"),
		"--tls-min-version=VersionTLS12",
		"--client-ca-file=" + tls("client-ca.crt"),
		"--anonymous-auth=false",
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true",
		"--profiling=false",

		"--service-cluster-ip-range=" + host.ServiceCIDR,
		"--service-node-port-range=30000-32767",

		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + tls("service.key"),
		"--service-account-signing-key-file=" + tls("service.key"),

		"--etcd-servers=" + etcdClients,
		"--etcd-cafile=" + tls("etcd/server-ca.crt"),
		"--etcd-certfile=" + tls("etcd/client.crt"),
		"--etcd-keyfile=" + tls("etcd/client.key"),

		"--kubelet-certificate-authority=" + tls("server-ca.crt"),
		"--kubelet-client-certificate=" + tls("client-kube-apiserver.crt"),
		"--kubelet-client-key=" + tls("client-kube-apiserver.key"),
		"--kubelet-preferred-address-types=InternalIP,Hostname",

		"--proxy-client-cert-file=" + tls("client-auth-proxy.crt"),
		"--proxy-client-key-file=" + tls("client-auth-proxy.key"),
		"--requestheader-client-ca-file=" + tls("request-header-ca.crt"),
		"--requestheader-allowed-names=system:auth-proxy",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-username-headers=X-Remote-User",
	}}
}
