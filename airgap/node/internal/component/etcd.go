package component

import "github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"

// Etcd is the database. It listens on loopback and knows its clients by certificate.
func Etcd(s Settings) supervise.Command {
	return supervise.Command{Name: "etcd", Path: "etcd", Args: []string{
		"--name=" + s.NodeName,
		"--data-dir=" + s.Files.Database(),
		"--listen-client-urls=" + etcdClients,
		"--advertise-client-urls=" + etcdClients,
		"--listen-peer-urls=" + etcdPeers,
		"--initial-advertise-peer-urls=" + etcdPeers,
		"--initial-cluster=" + s.NodeName + "=" + etcdPeers,
		"--client-cert-auth",
		"--trusted-ca-file=" + s.Files.TLS("etcd/server-ca.crt"),
		"--cert-file=" + s.Files.TLS("etcd/server-client.crt"),
		"--key-file=" + s.Files.TLS("etcd/server-client.key"),
		"--peer-client-cert-auth",
		"--peer-trusted-ca-file=" + s.Files.TLS("etcd/peer-ca.crt"),
		"--peer-cert-file=" + s.Files.TLS("etcd/peer-server-client.crt"),
		"--peer-key-file=" + s.Files.TLS("etcd/peer-server-client.key"),
		// A member without peers elects itself, but only once this time has passed after a restart.
		"--heartbeat-interval=100",
		"--election-timeout=500",
		// Its warnings are about every connection that the API server opens twice.
		"--log-level=error",
		"--logger=zap",
	}}
}
