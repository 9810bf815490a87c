// Package credentials writes the certificates and kubeconfigs by which the node's components know each other. Who
// signs what is as in k3s: servers and clients have authorities of their own, so that no server certificate can be
// used to log in. (kubeadm, whose phases could do this, assumes one authority for both.)
package credentials

import (
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/pki"
)

// authorities are the node's certificate authorities, by what they sign.
type authorities struct {
	server        *pki.Authority
	client        *pki.Authority
	requestHeader *pki.Authority
	etcdServer    *pki.Authority
	etcdPeer      *pki.Authority
}

// load reads the authorities that were uploaded and makes the others.
func load(files layout.Layout) (authorities, error) {
	var loaded authorities
	for _, each := range []struct {
		authority **pki.Authority
		name      string
	}{
		{&loaded.server, "server-ca"},
		{&loaded.client, "client-ca"},
		{&loaded.requestHeader, "request-header-ca"},
		{&loaded.etcdServer, "etcd/server-ca"},
		{&loaded.etcdPeer, "etcd/peer-ca"},
	} {
		authority, err := pki.LoadOrCreate(files.TLS(each.name+".crt"), files.TLS(each.name+".key"), "airgap-"+each.name)
		if err != nil {
			return authorities{}, err
		}
		*each.authority = authority
	}
	return loaded, nil
}
