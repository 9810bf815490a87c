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
		// What axios, requests and others send by default.
		"application/json, text/plain, */*":                                true,
		"application/json, */*":                                            true,
		"*/*, application/json":                                            false,
		"text/*, application/json":                                         false,
		"text/html,*/*;q=0.8":                                              false,
		"APPLICATION/*;Q=0.5":                                              true,
		"application/json; q=0.5 , text/plain;q=0.4":                       true,
		"application/json;q=1, text/plain;q=1":                             true,
		"application/json;q=1.1":                                           false,
		"application/json;q=-1":                                            false,
		"application/json;q=":                                              false,
		"application/json;version=1;q=0.1, text/plain;q=0.2":               false,
		"application/json;q=0, */*":                                        false,
		"application/*;q=0.1, application/json;q=0.9, text/plain;q=0.5":    true,
		"application/json;q=0.9, application/*;q=0.1, text/plain;q=0.5":    true,
		"text/plain;q=0.9, text/*;q=0.1, application/json;q=0.5":           false,
		"text/*;q=0.1, text/plain;q=0.9, application/json;q=0.5":           false,
		"*/*;q=0.1, text/*;q=0.9, application/json;q=0.5":                  false,
		"application/json;q=0.3, application/json;q=0.9, text/plain;q=0.5": false,
		"text/plain;q=0.3, text/plain;q=0.9, application/json;q=0.5":       true,
		"application/json;q=0, text/plain;q=0":                             false,
		"text/plain;q=0.5, */*":                                            true,
		"application/json;q=0, */*, text/plain;q=0.5":                      false,
		",application/json":                                                true,
		// A quoted string is one value, whatever is in it.
		`a/b;c=",application/json,"`:                    false,
		`a/b;c="\",application/json;d="`:                false,
		`application/json;c=";q=0"`:                     true,
		`a/b;c="\\",application/json`:                   true,
		strings.Repeat("a/b,", 31) + "application/json": true,
		strings.Repeat("a/b,", 32) + "application/json": false,
	} {
		if got := prefersJSON([]string{accept}); got != want {
			t.Errorf("Accept %q: got %v, want %v", accept, got, want)
		}
	}
	if !prefersJSON([]string{"text/plain;q=0.2", "application/json"}) {
		t.Error("a header that comes in two lines counts as one list")
	}
}

// A header of the largest kind must not cost more than a request does. Not parallel: what others allocate would count.
func TestLongAcceptIsCheap(t *testing.T) {
	for _, accept := range []string{
		strings.Repeat("a/b;c=d,", 2<<10), strings.Repeat(",", 16<<10), "a/b" + strings.Repeat(";c=d", 4<<10), strings.Repeat(`"\`, 8<<10),
	} {
		if allocations := testing.AllocsPerRun(10, func() { prefersJSON([]string{accept}) }); allocations > maxRanges {
			t.Errorf("%.20q... takes %v allocations", accept, allocations)
		}
	}
}

func FuzzPrefersJSON(f *testing.F) {
	for _, accept := range []string{"", "*/*", "application/json", "text/*;q=0.5, application/json;q=0.7", `a/b;c="d,e";q=1`, "q=;,;="} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		json, text := preferences([]string{accept})
		for _, kind := range []preference{json, text} {
			// The comparison is false for NaN as well.
			if !(kind.weight >= 0 && kind.weight <= 1) || kind.place >= maxRanges {
				t.Errorf("Accept %q gives %+v, want a weight of 0 to 1", accept, kind)
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
