package server

import (
	"net/http"
	"strings"
	"testing"
)

func TestGreetingByName(t *testing.T) {
	t.Parallel()

	const refused = `"status":400,"detail":"the name must be 1 to 64 letters, digits, spaces, apostrophes, hyphens or periods"`
	for name, test := range map[string]struct {
		method, path, accept string
		status               int
		contentType, body    string
	}{
		"as text":                  {path: "/greetings/Ada", status: 200, contentType: "text/plain; charset=utf-8", body: "Hello, Ada!\n"},
		"as JSON":                  {path: "/greetings/Ada", accept: "application/json", status: 200, contentType: "application/json", body: `{"message":"Hello, Ada!"}` + "\n"},
		"in any script":            {path: "/greetings/Дж. О’Нил", status: 400, contentType: "application/problem+json", body: refused},
		"with all that names have": {path: "/greetings/Zoë d'Arc-Núñez Jr. 3", status: 200, contentType: "text/plain; charset=utf-8", body: "Hello, Zoë d'Arc-Núñez Jr. 3!\n"},
		"with marks":               {path: "/greetings/नीति", status: 200, contentType: "text/plain; charset=utf-8", body: "Hello, नीति!\n"},
		"the longest":              {path: "/greetings/" + strings.Repeat("ü", 64), status: 200, contentType: "text/plain; charset=utf-8", body: "Hello, " + strings.Repeat("ü", 64) + "!\n"},
		"too long":                 {path: "/greetings/" + strings.Repeat("ü", 65), status: 400, contentType: "application/problem+json", body: refused},
		"markup":                   {path: "/greetings/<b>", status: 400, contentType: "application/problem+json", body: refused},
		"a line of its own":        {path: "/greetings/a\nb", status: 400, contentType: "application/problem+json", body: refused},
		"no name":                  {path: "/greetings/", status: 404, contentType: "application/problem+json", body: `"status":404`},
		"more than a name":         {path: "/greetings/a/b", status: 404, contentType: "application/problem+json", body: `"status":404`},
		"by another method":        {method: http.MethodPost, path: "/greetings/Ada", status: 405, contentType: "application/problem+json", body: `"status":405`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			backend := newFixture(t)
			if test.method == "" {
				test.method = http.MethodGet
			}
			response := backend.ask(test.method, test.path, http.Header{"Accept": {test.accept}})
			if response.Code != test.status || !strings.Contains(response.Body.String(), test.body) {
				t.Errorf("got %d %q, want %d %q", response.Code, response.Body, test.status, test.body)
			}
			if got := response.Header().Get("Content-Type"); got != test.contentType {
				t.Errorf("got Content-Type %q, want %q", got, test.contentType)
			}
			if varies := response.Header().Get("Vary") == "Accept"; varies != (test.status == http.StatusOK) {
				t.Errorf("Vary is %q with status %d", response.Header().Get("Vary"), response.Code)
			}
			// Whatever the name is, it makes one series.
			if route := backend.requests(t)[0]["route"]; (route == "/greetings/{name}") != (test.status != http.StatusNotFound) {
				t.Errorf("the route is called %v", route)
			}
		})
	}
	if isName("") {
		t.Error("no name counts as one")
	}
}
