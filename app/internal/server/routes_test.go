package server

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestRoutes(t *testing.T) {
	t.Parallel()

	const greeting = "good morning"
	for name, test := range map[string]struct {
		method, path, accept string
		draining             bool
		status               int
		contentType, body    string
	}{
		"greets as text":               {method: "GET", path: "/", status: 200, contentType: "text/plain; charset=utf-8", body: greeting + "\n"},
		"greets a browser as text":     {method: "GET", path: "/", accept: "text/html,*/*;q=0.8", status: 200, contentType: "text/plain; charset=utf-8", body: greeting + "\n"},
		"greets as JSON when asked to": {method: "GET", path: "/", accept: "application/json", status: 200, contentType: "application/json", body: `{"message":"good morning"}` + "\n"},
		"answers HEAD":                 {method: "HEAD", path: "/", status: 200, contentType: "text/plain; charset=utf-8", body: greeting + "\n"},
		"knows no other path":          {method: "GET", path: "/elsewhere", status: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n"},
		"takes no other method":        {method: "POST", path: "/", status: 405, contentType: "text/plain; charset=utf-8", body: "Method Not Allowed\n"},
		"is live":                      {method: "GET", path: contract.LivenessPath, status: 200, contentType: "text/plain; charset=utf-8", body: "ok\n"},
		"is ready":                     {method: "GET", path: contract.ReadinessPath, status: 200, contentType: "text/plain; charset=utf-8", body: "ok\n"},
		"stays live while draining":    {method: "GET", path: contract.LivenessPath, draining: true, status: 200, contentType: "text/plain; charset=utf-8", body: "ok\n"},
		"is not ready while draining":  {method: "GET", path: contract.ReadinessPath, draining: true, status: 503, contentType: "text/plain; charset=utf-8", body: "draining\n"},
		"still greets while draining":  {method: "GET", path: "/", draining: true, status: 200, contentType: "text/plain; charset=utf-8", body: greeting + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var state health
			if test.draining {
				state.drain()
			}
			request := httptest.NewRequest(test.method, test.path, nil)
			request.Header.Set("Accept", test.accept)
			response := httptest.NewRecorder()
			state.closingWhenDraining(routes(greeting, &state)).ServeHTTP(response, request)

			if response.Code != test.status || response.Body.String() != test.body {
				t.Errorf("got %d %q, want %d %q", response.Code, response.Body, test.status, test.body)
			}
			if got := response.Header().Get("Content-Type"); got != test.contentType {
				t.Errorf("got Content-Type %q, want %q", got, test.contentType)
			}
			if closing := response.Header().Get("Connection") == "close"; closing != test.draining {
				t.Errorf("Connection: close is %v while draining is %v", closing, test.draining)
			}
		})
	}
}

func TestPrefersJSON(t *testing.T) {
	t.Parallel()

	for accept, want := range map[string]bool{
		"":                                   false,
		"*/*":                                false,
		"application/json":                   true,
		"Application/JSON":                   true,
		"text/plain, application/json":       false,
		"text/plain;q=0.5, application/json": true,
		"application/json;q=0.1, */*;q=0.5":  false,
		"application/*, text/plain;q=0.9":    true,
		"application/json;q=0":               false,
		"application/json;q=2":               false,
		"application/json;q=nan":             false,
		"image/png":                          false,
		";;;,application/json":               true,
	} {
		if got := prefersJSON([]string{accept}); got != want {
			t.Errorf("Accept %q: got %v, want %v", accept, got, want)
		}
	}
	if !prefersJSON([]string{"text/plain;q=0.2", "application/json"}) {
		t.Error("a header that comes in two lines counts as one list")
	}
}

func TestRequestIsOneLogLine(t *testing.T) {
	t.Parallel()

	var output bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&output, nil))
	var state health
	handler := logged(log, routes("hello", &state))
	for _, path := range []string{"/%0a%22forged", contract.LivenessPath, contract.ReadinessPath} {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}

	lines := strings.Split(strings.TrimSpace(output.String()), "\n")
	if len(lines) != 1 {
		t.Fatalf("got %d lines, want the one of the request that is no probe: %s", len(lines), output.String())
	}
	var line struct {
		Level, Msg, Method, Path string
		Status                   int
	}
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatal(err)
	}
	if line.Level != "INFO" || line.Method != http.MethodGet || line.Path != "/\n\"forged" || line.Status != http.StatusNotFound {
		t.Errorf("got %+v", line)
	}
}
