package server

import (
	"strings"
	"testing"
)

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

func FuzzPrefersJSON(f *testing.F) {
	for _, accept := range []string{"", "*/*", "application/json", "text/*;q=0.5, application/json;q=0.7", `a/b;c="d,e";q=1`, "q=;,;="} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		for _, kind := range [][2]string{{"application", "json"}, {"text", "plain"}} {
			// The comparison is false for NaN as well.
			if weight := quality([]string{accept}, kind[0], kind[1]); !(weight >= 0 && weight <= 1) {
				t.Errorf("Accept %q weighs %s/%s with %v, want 0 to 1", accept, kind[0], kind[1], weight)
			}
		}
		if !strings.ContainsAny(accept, "/") && prefersJSON([]string{accept}) {
			t.Errorf("Accept %q names no media type and asks for JSON", accept)
		}
		// More of what was said already, with less weight, changes nothing.
		if prefersJSON([]string{accept}) != prefersJSON([]string{accept, "image/png;q=0.1"}) {
			t.Errorf("Accept %q: an unrelated media type changes the choice", accept)
		}
	})
}
