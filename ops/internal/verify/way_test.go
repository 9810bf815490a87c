package verify

import (
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

// backend answers as the real one does and keeps the requests.
type backend struct {
	mutex    sync.Mutex
	requests []*http.Request
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.requests = append(b.requests, r)
	if strings.HasSuffix(r.URL.Path, "/version") {
		write(w, http.StatusOK, "application/json", `{"commit":"abc"}`)
		return
	}
	write(w, http.StatusOK, "text/plain; charset=utf-8", "Hello\n")
}

func write(w http.ResponseWriter, status int, kind, text string) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// question asks at a URL for the greeting Hello and the commit abc.
func question(address string, change func(*settings.Verify)) Question {
	s := settings.Default()
	s.Backend.Greeting, s.Verify.TimeoutSeconds = "Hello", 0
	if change != nil {
		change(&s.Verify)
	}
	return Question{Settings: s, URL: address, Commit: "abc"}
}

// last is the request that was asked last.
func (b *backend) last() *http.Request { return b.requests[len(b.requests)-1] }

func TestTheBackendIsAskedForGreetingAndCommit(t *testing.T) {
	t.Parallel()

	b := &backend{}
	server := httptest.NewServer(b)
	defer server.Close()
	q := question(server.URL+"/below", func(v *settings.Verify) {
		v.Path, v.Headers = "/app", "Host: app.test\nX-Token:  a: b \nX-Token: c\n"
	})
	require.NoError(t, Backend(t.Context(), q))
	assert.Len(t, b.requests, 2*inARow)
	greeting, version := b.requests[0], b.last()
	assert.Equal(t, "/below/app", greeting.URL.Path)
	assert.Equal(t, "/below/app/version", version.URL.Path)
	assert.Equal(t, "text/plain", greeting.Header.Get("Accept"))
	assert.Equal(t, "application/json", version.Header.Get("Accept"))
	assert.Equal(t, "app.test", greeting.Host)
	assert.Equal(t, []string{"a: b", "c"}, version.Header["X-Token"])
	assert.NotEqual(t, greeting.RemoteAddr, version.RemoteAddr, "each can reach any pod")

	b.requests, q.Commit = nil, ""
	require.NoError(t, Backend(t.Context(), q))
	assert.Len(t, b.requests, inARow, "nobody wants to know the commit")

	b.requests, q.Settings.Verify.Enabled = nil, false
	require.NoError(t, Backend(t.Context(), q))
	assert.Empty(t, b.requests)
}

func TestTheURLOfTheSettingsIsAskedUnlessOneIsGiven(t *testing.T) {
	t.Parallel()

	server := httptest.NewServer(&backend{})
	defer server.Close()
	q := question("", func(v *settings.Verify) { v.Path = "/" })
	q.Settings.Backend.URL = server.URL
	require.NoError(t, Backend(t.Context(), q))
	q.URL = "http://127.0.0.1:1/"
	assert.ErrorContains(t, Backend(t.Context(), q), "connection refused")
}

func TestAnswersThatAreWrong(t *testing.T) {
	t.Parallel()

	const text, object = "text/plain; charset=utf-8", "application/json"
	for name, test := range map[string]struct {
		status     int
		kind, text string
		want       string
		wrong      bool
	}{
		"not ready":        {http.StatusBadGateway, text, "try later", `502 Bad Gateway: "try later"`, false},
		"another greeting": {http.StatusOK, text, "Hi\n", `it answers "Hi\n" and not "Hello\n"`, true},
		"more than it":     {http.StatusOK, text, "Hello\nand more\n", `it answers "Hello\nand more\n"`, true},
		"less than it":     {http.StatusOK, text, "Hello", `it answers "Hello"`, true},
		"as another type":  {http.StatusOK, "text/html", "Hello\n", `it answers with "text/html" and not with text/plain`, true},
		"of no type":       {http.StatusOK, "", "Hello\n", `it answers with "" and not with text/plain`, true},
		"without an end":   {http.StatusOK, text, "Hello\n" + strings.Repeat("x", 1<<20), `xxxx" and not "Hello\n"`, true},
		"another commit":   {http.StatusOK, object, `{"commit":"def"}`, "it was built from commit def and not abc", true},
		"no version":       {http.StatusOK, object, "never", `it answers "never": invalid`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if test.kind == object && r.URL.Path == "/" {
					(&backend{}).ServeHTTP(w, r)
					return
				}
				w.Header()["Content-Type"] = nil
				write(w, test.status, test.kind, test.text)
			}))
			defer server.Close()
			err := Backend(t.Context(), question(server.URL, nil))
			require.ErrorContains(t, err, test.want)
			wrong := (*wrongError)(nil)
			assert.Equal(t, test.wrong, assert.ErrorAs(new(testing.T), err, &wrong))
			assert.Less(t, len(err.Error()), 2*enough)
		})
	}
}

func TestAnAnswerIsAwaitedForItsTime(t *testing.T) {
	t.Parallel()

	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer server.Close()
	defer close(stop)
	w, err := question(server.URL, func(v *settings.Verify) { v.RequestTimeoutSeconds = 7 }).way()
	require.NoError(t, err)
	assert.Equal(t, 7*time.Second, w.timeout)
	w.timeout = time.Millisecond
	assert.ErrorContains(t, w.greets(t.Context(), "Hello"), "context deadline exceeded")
}

// body is an answer that breaks off, or not, and must be closed.
type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error {
	b.closed = true
	return errors.New("it cannot be closed")
}

// RoundTrip implements http.RoundTripper: body is what is answered.
func (b *body) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/plain"}}, Body: b}, nil
}

func TestAnswersAreClosed(t *testing.T) {
	t.Parallel()

	w, err := question("http://app.test/", nil).way()
	require.NoError(t, err)
	whole := &body{Reader: strings.NewReader("Hello\n")}
	w.client = &http.Client{Transport: whole}
	require.NoError(t, w.greets(t.Context(), "Hello"))
	assert.True(t, whole.closed)

	broken := &body{Reader: iotest.ErrReader(errors.New("it breaks off"))}
	w.client = &http.Client{Transport: broken}
	require.EqualError(t, w.greets(t.Context(), "Hello"), "asking http://app.test/: it breaks off")
	require.EqualError(t, w.tells(t.Context(), "abc"), "asking http://app.test/version: it breaks off")
	assert.True(t, broken.closed)
}

func TestWaysThatLeadNowhere(t *testing.T) {
	t.Parallel()

	for want, q := range map[string]Question{
		"preparing to ask the backend: reading verify.proxy: ":                               question("http://app.test/", func(v *settings.Verify) { v.Proxy = "http://%" }),
		"preparing to ask the backend: reading the URL at which the backend is asked: parse": question("http://%", nil),
	} {
		require.ErrorContains(t, Backend(t.Context(), q), want)
		assert.ErrorContains(t, Answers(t.Context(), q), want)
	}
}

func TestTheCertificatesOfTheSettingsAreTrusted(t *testing.T) {
	t.Parallel()

	server := httptest.NewTLSServer(&backend{})
	defer server.Close()
	require.ErrorContains(t, Backend(t.Context(), question(server.URL, nil)), "certificate")
	content := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, Backend(t.Context(), question(server.URL, func(v *settings.Verify) { v.CA = string(content) })))
}

func TestProxy(t *testing.T) {
	t.Parallel()

	b := &backend{}
	proxy := httptest.NewServer(b)
	defer proxy.Close()
	const elsewhere = "http://app.invalid/"
	require.NoError(t, Backend(t.Context(), question(elsewhere, func(v *settings.Verify) { v.Proxy = proxy.URL })))
	assert.Equal(t, "app.invalid", b.last().Host)
	_, err := transport(settings.Verify{Proxy: "http://%"})
	require.ErrorContains(t, err, "verify.proxy")
	none, err := transport(settings.Verify{Proxy: settings.NoProxy})
	require.NoError(t, err)
	assert.Nil(t, none.Proxy)
}

// Not parallel: it sets the environment, which net/http reads once.
func TestProxyOfTheEnvironment(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	assert.ErrorContains(t, Backend(t.Context(), question("http://app.invalid/", nil)), "proxyconnect tcp: dial tcp 127.0.0.1:1")
}

func client(t *testing.T, server string) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(&rest.Config{Host: server, BearerToken: "token"})
	require.NoError(t, err)
	return client
}

func TestTheClusterIsAskedThroughItsAPIServer(t *testing.T) {
	t.Parallel()

	b := &backend{}
	server := httptest.NewServer(b)
	defer server.Close()
	q := question("", func(v *settings.Verify) { v.From, v.Headers = settings.InCluster, "Authorization: mine" })
	q.Settings.Backend.Namespace = "elsewhere"
	q.Client = client(t, server.URL)
	require.NoError(t, Backend(t.Context(), q))
	assert.Equal(t, "/api/v1/namespaces/elsewhere/services/http:ashapp-backend:80/proxy/version", b.last().URL.Path)
	assert.Equal(t, "Bearer token", b.last().Header.Get("Authorization"), "the API server must know who asks")
	assert.Equal(t, "text/plain", b.requests[0].Header.Get("Accept"))

	for _, none := range []kubernetes.Interface{nil, fake.NewClientset()} {
		q.Client = none
		assert.ErrorContains(t, Backend(t.Context(), q), "there is no connection to the cluster")
	}
}
