//go:build e2e

package e2e

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// api reads objects from the cluster with the stack's kubeconfig, so that the kubeconfig is proved as well.
type api struct {
	server string
	client *http.Client
}

func newAPI(t *testing.T, kubeconfig string) api {
	t.Helper()
	var file struct {
		Clusters []struct {
			Cluster struct {
				Server    string
				Authority []byte `json:"certificate-authority-data"`
			}
		}
		Users []struct {
			User struct {
				Certificate []byte `json:"client-certificate-data"`
				Key         []byte `json:"client-key-data"`
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(kubeconfig), &file))
	require.Len(t, file.Clusters, 1)
	require.Len(t, file.Users, 1)
	pair, err := tls.X509KeyPair(file.Users[0].User.Certificate, file.Users[0].User.Key)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(file.Clusters[0].Cluster.Authority))
	transport := &http.Transport{TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return api{server: file.Clusters[0].Cluster.Server, client: &http.Client{Transport: transport, Timeout: 10 * time.Second}}
}

// pod is what the tests look at.
type pod struct {
	Metadata struct{ Name string }
	Spec     struct{ Containers []struct{ Image string } }
	Status   struct {
		Conditions        []struct{ Type, Status string }
		PodIP             string
		ContainerStatuses []struct{ ImageID string }
	}
}

func (p pod) ready() bool {
	for _, condition := range p.Status.Conditions {
		if condition.Type == "Ready" {
			return condition.Status == "True"
		}
	}
	return false
}

// pods lists those of a namespace that are not about to go.
func (a api) pods(t *testing.T, namespace string) (living []pod) {
	t.Helper()
	response, err := a.client.Get(a.server + "/api/v1/namespaces/" + namespace + "/pods")
	require.NoError(t, err)
	defer func() { assert.NoError(t, response.Body.Close()) }()
	require.Equal(t, http.StatusOK, response.StatusCode)
	var list struct{ Items []json.RawMessage }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&list))
	for _, item := range list.Items {
		var going struct {
			Metadata struct{ DeletionTimestamp string }
		}
		require.NoError(t, json.Unmarshal(item, &going))
		if going.Metadata.DeletionTimestamp != "" {
			continue
		}
		var p pod
		require.NoError(t, json.Unmarshal(item, &p))
		living = append(living, p)
	}
	return living
}

// refusesStrangers makes sure that neither a client without a certificate nor one that trusts other authorities gets in.
func (a api) refusesStrangers(t *testing.T) {
	t.Helper()
	stranger, err := (&http.Client{Timeout: 10 * time.Second}).Get(a.server)
	if err == nil {
		_ = stranger.Body.Close() // and the test fails
	}
	require.ErrorAs(t, err, new(*tls.CertificateVerificationError), "the server's certificate is that of the cluster's own authority")

	anonymous := a.client.Transport.(*http.Transport).Clone()
	anonymous.TLSClientConfig.Certificates = nil
	defer anonymous.CloseIdleConnections()
	response, err := (&http.Client{Transport: anonymous, Timeout: 10 * time.Second}).Get(a.server + "/api/v1/nodes")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Contains(t, []int{http.StatusUnauthorized, http.StatusForbidden}, response.StatusCode)
}

// assertGreets waits until a URL greets so. There is no event to wait for: the node's proxy tells nobody what it has set up,
// and for a moment after a rollout it still leads some connections to pods that are about to end.
func assertGreets(t *testing.T, url, greeting string) {
	t.Helper()
	fresh := &http.Transport{DisableKeepAlives: true} // a kept connection stays with its pod
	client := &http.Client{Transport: fresh, Timeout: 5 * time.Second}
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		response, err := client.Get(url)
		require.NoError(c, err)
		content, err := io.ReadAll(response.Body)
		require.NoError(c, errors.Join(err, response.Body.Close()))
		assert.Equal(c, http.StatusOK, response.StatusCode)
		assert.Equal(c, greeting, strings.TrimSpace(string(content)))
	}, 10*time.Second, 100*time.Millisecond)
}

// traffic asks a URL over and over, one request after the other on kept connections, and counts.
type traffic struct {
	sent, failed atomic.Int64
	stop, done   chan struct{}
}

func startTraffic(url string) *traffic {
	tr := &traffic{stop: make(chan struct{}), done: make(chan struct{})}
	client := &http.Client{Timeout: 5 * time.Second}
	pause := time.NewTicker(5 * time.Millisecond)
	go func() {
		defer close(tr.done)
		defer pause.Stop()
		for {
			select {
			case <-tr.stop:
				return
			case <-pause.C:
			}
			tr.sent.Add(1)
			response, err := client.Get(url)
			if err != nil {
				tr.failed.Add(1)
				continue
			}
			if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
				tr.failed.Add(1)
			}
			_ = response.Body.Close() // read to its end
		}
	}()
	return tr
}

// end stops and returns how many requests there were and how many of them failed.
func (tr *traffic) end() (sent, failed int64) {
	close(tr.stop)
	<-tr.done
	return tr.sent.Load(), tr.failed.Load()
}
