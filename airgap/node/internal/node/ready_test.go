package node

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/component"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/credentials"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
)

// apiServer serves handler as the API server does: with the node's certificate, for certified clients only.
func apiServer(t *testing.T, handler http.HandlerFunc) component.Settings {
	t.Helper()
	files := layout.Layout{Root: t.TempDir()}
	require.NoError(t, credentials.Write(files, credentials.Node{Name: "web-1", IP: "192.0.2.7", ServiceIP: "10.43.0.1", Port: 6443}))
	serving, err := tls.LoadX509KeyPair(files.TLS("serving-kube-apiserver.crt"), files.TLS("serving-kube-apiserver.key"))
	require.NoError(t, err)
	authority, err := os.ReadFile(files.TLS("client-ca.crt"))
	require.NoError(t, err)
	clients := x509.NewCertPool()
	require.True(t, clients.AppendCertsFromPEM(authority))
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{
		Certificates: []tls.Certificate{serving}, ClientCAs: clients, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12,
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return component.Settings{Files: files, APIPort: server.Listener.Addr().(*net.TCPAddr).Port}
}

func TestAwaitReturnsOnceTheAPIServerIsReady(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	settings := apiServer(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/readyz", r.URL.Path)
		assert.Equal(t, []string{"system:masters"}, r.TLS.PeerCertificates[0].Subject.Organization)
		if asked.Add(1) < 3 {
			http.Error(w, "[-]poststarthook/rbac/bootstrap-roles failed", http.StatusInternalServerError)
		}
	})
	require.NoError(t, awaitAPIServer(t.Context(), settings))
	assert.EqualValues(t, 3, asked.Load())
}

func TestAwaitThatEndsSaysWhatWasSeenLast(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	var asked atomic.Int32
	settings := apiServer(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "[-]etcd failed", http.StatusInternalServerError)
		if asked.Add(1) == 2 {
			cancel(errors.New("timed out after a while"))
		}
	})
	err := awaitAPIServer(ctx, settings)
	require.ErrorContains(t, err, "waiting until kube-apiserver is ready: timed out after a while")
	assert.ErrorContains(t, err, "[-]etcd failed")
}
