package server

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestRoutes(t *testing.T) {
	t.Parallel()

	const text, document, problem = "text/plain; charset=utf-8", "application/json", "application/problem+json"
	for name, test := range map[string]struct {
		method, path, accept string
		draining             bool
		status               int
		contentType, body    string
	}{
		"greets as text":                {path: "/", status: 200, contentType: text, body: "good morning\n"},
		"greets a browser as text":      {path: "/", accept: "text/html,*/*;q=0.8", status: 200, contentType: text, body: "good morning\n"},
		"greets as JSON when asked to":  {path: "/", accept: "application/json", status: 200, contentType: document, body: `{"message":"good morning","version":"v1.2.3","hostname":"host"}` + "\n"},
		"still greets while draining":   {path: "/", draining: true, status: 200, contentType: text, body: "good morning\n"},
		"tells its version":             {path: contract.VersionPath, status: 200, contentType: document, body: `{"version":"v1.2.3","commit":"abc","modified":false,"go_version":"go1.26"}` + "\n"},
		"is live":                       {path: contract.LivenessPath, status: 200, contentType: text, body: "ok\n"},
		"has started":                   {path: contract.StartupPath, status: 200, contentType: text, body: "ok\n"},
		"is ready":                      {path: contract.ReadinessPath, status: 200, contentType: text, body: "ok\n"},
		"stays live while draining":     {path: contract.LivenessPath, draining: true, status: 200, contentType: text, body: "ok\n"},
		"is not ready while draining":   {path: contract.ReadinessPath, draining: true, status: 503, contentType: problem, body: "draining"},
		"knows no other path":           {path: "/elsewhere", status: 404, contentType: problem, body: `"title":"Not Found","status":404,"detail":"there is nothing at this path"`},
		"does not redirect":             {path: "//livez", status: 404, contentType: problem, body: `"status":404`},
		"does not complete":             {path: "/livez/", status: 404, contentType: problem, body: `"status":404`},
		"greets where no path is given": {path: "", status: 200, contentType: text, body: "good morning\n"},
		"does not climb":                {path: "/../", status: 404, contentType: problem, body: `"status":404`},
		"takes no other method":         {method: "POST", path: "/", status: 405, contentType: problem, body: `"detail":"this path answers GET, HEAD only"`},
		"takes no unknown method":       {method: "BREW", path: contract.LivenessPath, status: 405, contentType: problem, body: `"status":405`},
		"has no options":                {method: "OPTIONS", path: "*", status: 404, contentType: problem, body: `"status":404`},
		"has no metrics":                {path: contract.MetricsPath, status: 404, contentType: problem, body: `"status":404`},
		"has no profiles":               {path: "/debug/pprof/", status: 404, contentType: problem, body: `"status":404`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			backend := newFixture(t)
			if test.draining {
				backend.state.drain()
			}
			method := test.method
			if method == "" {
				method = http.MethodGet
			}
			header := http.Header{}
			if test.accept != "" {
				header.Set("Accept", test.accept)
			}
			response := backend.ask(method, test.path, header)

			if response.Code != test.status || !strings.Contains(response.Body.String(), test.body) {
				t.Errorf("got %d %q, want %d %q", response.Code, response.Body, test.status, test.body)
			}
			if got := response.Header().Get("Content-Type"); got != test.contentType {
				t.Errorf("got Content-Type %q, want %q", got, test.contentType)
			}
			if closing := response.Header().Get("Connection") == "close"; closing != test.draining {
				t.Errorf("Connection: close is %v while draining is %v", closing, test.draining)
			}
			if varies := response.Header().Get("Vary") == "Accept"; varies != strings.Contains(test.body, "good morning") {
				t.Errorf("Vary is %q", response.Header().Get("Vary"))
			}
			probe := test.path == contract.LivenessPath || test.path == contract.ReadinessPath || test.path == contract.StartupPath
			if uncached := response.Header().Get("Cache-Control") == "no-store"; uncached != (probe || test.status >= 400) {
				t.Errorf("Cache-Control is %q with status %d", response.Header().Get("Cache-Control"), response.Code)
			}
			if allow := response.Header().Get("Allow"); (allow == "GET, HEAD") != (test.status == http.StatusMethodNotAllowed) {
				t.Errorf("got Allow %q with status %d", allow, response.Code)
			}
		})
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	server := httptest.NewServer(backend.public.Handler)
	defer server.Close()
	for _, path := range []string{"/", contract.VersionPath, contract.LivenessPath, "/elsewhere"} {
		head, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		get, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if head.StatusCode != get.StatusCode || head.ContentLength != get.ContentLength ||
			head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("%s: HEAD gives %d, %d bytes of %s; GET %d, %d of %s", path,
				head.StatusCode, head.ContentLength, head.Header.Get("Content-Type"),
				get.StatusCode, get.ContentLength, get.Header.Get("Content-Type"))
		}
		_, _ = head.Body.Close(), get.Body.Close()
	}
	for _, line := range backend.requests(t) {
		if line["method"] == http.MethodHead && line["bytes"] != 0.0 {
			t.Errorf("the log says that HEAD has sent %v bytes", line["bytes"])
		}
	}
}

// net/http would answer OPTIONS * by itself, and nobody would learn of it.
func TestOptionsOfTheServerAreARequestLikeOthers(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture := newFixture(t)
		backend := fixture.start(t.Context())
		client := backend.connect(t)
		_, _ = io.WriteString(client.connection, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
		response, err := http.ReadResponse(client.reader, nil) //nolint:bodyclose // the connection is closed
		if err != nil || response.StatusCode != http.StatusNotFound {
			t.Errorf("got %v, %v, want 404", response, err)
		}
		_ = client.connection.Close()
		backend.stopNow(t)
		if lines := fixture.requests(t); len(lines) != 1 || lines[0]["path"] != "*" {
			t.Errorf("got the log %v", lines)
		}
	})
}

// Whatever is asked for, in whatever state: an error is a problem document whose status is that of the response, and
// everything else is none.
func TestStatusEqualsBody(t *testing.T) {
	t.Parallel()

	const tries = 5000
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "BREW"}
	paths := []string{
		"/", contract.VersionPath, contract.LivenessPath, contract.ReadinessPath, contract.StartupPath, contract.MetricsPath,
		"/fails", "/livez/", "//", "/../", "/%2e%2e/", "/a b", "/ü", "*",
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	ready, draining := newFixture(t), newFixture(t)
	draining.state.drain()
	for _, backend := range []*fixture{ready, draining} {
		routes := backend.public.Handler
		failing := backend.telemetry.observing(backend.state, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no") }))
		backend.public.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/fails" {
				failing.ServeHTTP(w, r)
				return
			}
			routes.ServeHTTP(w, r)
		})
	}
	statuses := map[int]bool{}
	for range tries {
		request := httptest.NewRequest(methods[random.IntN(len(methods))], "/", nil)
		request.URL.Path = paths[random.IntN(len(paths))]
		request.Header.Set("Accept", []string{"", "application/json", "text/plain", "image/png"}[random.IntN(4)])
		request.ContentLength = max(0, random.Int64N(4*maxBodyBytes)-2*maxBodyBytes)
		response := httptest.NewRecorder()
		[]*fixture{ready, draining}[random.IntN(2)].public.Handler.ServeHTTP(response, request)

		statuses[response.Code] = true
		if response.Code < http.StatusBadRequest {
			if response.Header().Get("Content-Type") == "application/problem+json" {
				t.Fatalf("seed %d: %s %s: %d is a problem", seed, request.Method, request.URL.Path, response.Code)
			}
			continue
		}
		var body problem
		if err := json.Unmarshal(response.Body.Bytes(), &body); err != nil {
			t.Fatalf("seed %d: %s %s: %d with %q: %v", seed, request.Method, request.URL.Path, response.Code, response.Body, err)
		}
		if body.Status != response.Code || body.Title != http.StatusText(response.Code) || body.Detail == "" ||
			body.RequestID != response.Header().Get(requestIDHeader) || response.Header().Get("Content-Type") != "application/problem+json" {
			t.Fatalf("seed %d: %s %s: %d with %+v", seed, request.Method, request.URL.Path, response.Code, body)
		}
	}
	for _, status := range []int{200, 404, 405, 413, 500, 503} {
		if !statuses[status] {
			t.Errorf("seed %d: no request of %d was answered with %d", seed, tries, status)
		}
	}
}
