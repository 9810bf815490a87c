package verify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// service is the backend's Service with scheme and port, as the API server's proxy takes it.
const service = "http:" + settings.Name + ":80"

// way is how the backend is reached.
type way struct {
	client  *http.Client
	base    *url.URL
	headers http.Header
	timeout time.Duration // of each answer
}

// way is the one that the settings choose. A URL that was given leads from here.
func (q Question) way() (*way, error) {
	v := q.Settings.Verify
	w := &way{timeout: time.Duration(v.RequestTimeoutSeconds) * time.Second}
	if q.inCluster() {
		server := restClient(q.Client)
		if server == nil {
			return nil, errors.New("there is no connection to the cluster: verify.from must be here")
		}
		w.client = server.Client
		proxied := server.Get().Namespace(q.Settings.Backend.Namespace).Resource("services").Name(service).SubResource("proxy").URL()
		w.base = proxied.JoinPath(v.Path)
		return w, nil
	}
	transport, err := transport(v)
	if err != nil {
		return nil, err
	}
	w.client, w.headers = &http.Client{Transport: transport}, headers(v.Headers)
	base, err := url.Parse(q.address())
	if err != nil {
		return nil, fmt.Errorf("reading the URL at which the backend is asked: %w", err)
	}
	w.base = base.JoinPath(v.Path)
	return w, nil
}

// address is where the backend is asked from here.
func (q Question) address() string {
	if q.URL != "" {
		return q.URL
	}
	return q.Settings.URL()
}

func (q Question) inCluster() bool {
	return q.URL == "" && q.Settings.Verify.From == settings.InCluster
}

// transport opens a connection for every question, so that each can reach any pod.
func transport(v settings.Verify) (*http.Transport, error) {
	t := &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}
	switch v.Proxy {
	case "":
	case settings.NoProxy:
		t.Proxy = nil
	default:
		proxy, err := url.Parse(v.Proxy)
		if err != nil {
			return nil, fmt.Errorf("reading verify.proxy: %w", err)
		}
		t.Proxy = http.ProxyURL(proxy)
	}
	if v.CA != "" {
		trusted, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("reading the certificates that this machine trusts: %w", err)
		}
		trusted.AppendCertsFromPEM([]byte(v.CA)) // checked with the settings
		t.TLSClientConfig = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	}
	return t, nil
}

// headers are those in the lines of a setting, whose form is checked with the settings.
func headers(lines string) http.Header {
	found := http.Header{}
	for line := range strings.Lines(lines) {
		name, value, _ := strings.Cut(line, ":")
		found.Add(name, strings.TrimSpace(value))
	}
	return found
}

// request is a question at a path below the base.
func (w *way) request(ctx context.Context, path, accept string) *http.Request {
	request := (&http.Request{Method: http.MethodGet, URL: w.base.JoinPath(path), Header: http.Header{}}).WithContext(ctx)
	maps.Copy(request.Header, w.headers)
	if host := w.headers.Get("Host"); host != "" {
		request.Host = host // net/http sends no other
	}
	request.Header.Set("Accept", accept)
	return request
}

// restClient is the connection under a client; nil where there is none, as under one for tests.
func restClient(client kubernetes.Interface) *rest.RESTClient {
	if client == nil {
		return nil
	}
	found, _ := client.CoreV1().RESTClient().(*rest.RESTClient)
	return found
}
