package server

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestRequestIDIsKeptWhenWellFormed(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		given []string
		kept  bool
	}{
		"none":         {},
		"UUID":         {[]string{"7b0c8a5e-3c0e-4a39-8f5d-0f4f3f5f0a11"}, true},
		"trace list":   {[]string{"Root=1-67891233-abcdef012345678912345678"}, true},
		"longest":      {[]string{strings.Repeat("x", 128)}, true},
		"too long":     {[]string{strings.Repeat("x", 129)}, false},
		"empty":        {[]string{""}, false},
		"space":        {[]string{"a b"}, false},
		"line break":   {[]string{"a\nb"}, false},
		"quote":        {[]string{`a"b`}, false},
		"not ASCII":    {[]string{"ä"}, false},
		"two of them":  {[]string{"a", "b"}, false},
		"control code": {[]string{"a\x1b[0m"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := requestID(http.Header{requestIDHeader: test.given})
			if kept := len(test.given) > 0 && got == test.given[0]; kept != test.kept {
				t.Errorf("given %q: got %q", test.given, got)
			}
			if !wellFormedRequestID(got) {
				t.Errorf("made %q, which it would not take itself", got)
			}
		})
	}
}

func TestEveryByteOfARequestIDIsChecked(t *testing.T) {
	t.Parallel()

	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.:/"
	for c := range 256 {
		if text := string([]byte{byte(c)}); wellFormedRequestID(text) != strings.Contains(allowed, text) {
			t.Errorf("a request ID with %q is well-formed: %v", text, wellFormedRequestID(text))
		}
	}
	if got := requestID(http.Header{"X-Request-Id": {"abc"}}); got != "abc" {
		t.Errorf("got %q", got)
	}
}

func TestRequestIDHas128RandomBits(t *testing.T) {
	t.Parallel()

	halves := map[string]bool{}
	for range 100 {
		id := requestID(nil)
		if len(id) != 32 {
			t.Fatalf("%q has %d digits", id, len(id))
		}
		for _, half := range []string{id[:16], id[16:]} {
			if halves[half] {
				t.Errorf("%q has a half that was there before", id)
			}
			halves[half] = true
		}
	}
}

func TestRequestIDsDiffer(t *testing.T) {
	t.Parallel()

	seen := map[string]bool{}
	for range 10_000 {
		id := requestID(nil)
		if seen[id] {
			t.Fatalf("%q was made twice", id)
		}
		seen[id] = true
	}
}

func TestTraceID(t *testing.T) {
	t.Parallel()

	const trace = "0af7651916cd43dd8448eb211c80319c"
	const valid = "00-" + trace + "-b7ad6b7169203331-01"
	for name, test := range map[string]struct {
		given []string
		want  string
	}{
		"none":                    {},
		"valid":                   {[]string{valid}, trace},
		"not sampled":             {[]string{"00-" + trace + "-b7ad6b7169203331-00"}, trace},
		"a version to come":       {[]string{"cc-" + trace + "-b7ad6b7169203331-01-what-the-future-holds"}, trace},
		"more in version 00":      {[]string{valid + "-more"}, ""},
		"more without a dash":     {[]string{"cc" + valid[2:] + "more"}, ""},
		"forbidden version":       {[]string{"ff" + valid[2:]}, ""},
		"upper case":              {[]string{strings.ToUpper(valid)}, ""},
		"no trace":                {[]string{"00-00000000000000000000000000000000-b7ad6b7169203331-01"}, ""},
		"no parent":               {[]string{"00-" + trace + "-0000000000000000-01"}, ""},
		"too short":               {[]string{valid[:54]}, ""},
		"dashes elsewhere":        {[]string{strings.Replace(valid, "-b7", "b-7", 1)}, ""},
		"two of them":             {[]string{valid, valid}, ""},
		"empty":                   {[]string{""}, ""},
		"not hexadecimal at all":  {[]string{"00-" + trace[:31] + ":-b7ad6b7169203331-01"}, ""},
		"before the digits":       {[]string{"00-" + trace[:31] + "/-b7ad6b7169203331-01"}, ""},
		"before the letters":      {[]string{"00-" + trace[:31] + "`-b7ad6b7169203331-01"}, ""},
		"behind the letters":      {[]string{"00-" + trace[:31] + "g-b7ad6b7169203331-01"}, ""},
		"all digits":              {[]string{"00-0123456789abcdef0123456789abcdef-b7ad6b7169203331-01"}, "0123456789abcdef0123456789abcdef"},
		"little of a parent":      {[]string{"00-" + trace + "-1000000000000000-01"}, trace},
		"a parent's last digit":   {[]string{"00-" + trace + "-0000000000000001-01"}, trace},
		"not hexadecimal parent":  {[]string{"00-" + trace + "-g7ad6b7169203331-01"}, ""},
		"not hexadecimal version": {[]string{"0g-" + trace + "-b7ad6b7169203331-01"}, ""},
		"flags of which one is":   {[]string{"00-" + trace + "-b7ad6b7169203331-g0"}, ""},
		"not hexadecimal flags":   {[]string{"00-" + trace + "-b7ad6b7169203331-0g"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := traceID(http.Header{"Traceparent": test.given}); got != test.want {
				t.Errorf("traceparent %q: got %q, want %q", test.given, got, test.want)
			}
		})
	}
}

func FuzzRequestID(f *testing.F) {
	for _, id := range []string{"", "a", "a b", "\n", "7b0c8a5e-3c0e-4a39-8f5d-0f4f3f5f0a11", strings.Repeat("x", 129)} {
		f.Add(id)
	}
	wellFormed := regexp.MustCompile(`^[A-Za-z0-9_=.:/-]{1,128}\z`)
	f.Fuzz(func(t *testing.T, id string) {
		got := requestID(http.Header{requestIDHeader: {id}})
		if kept := got == id; kept != wellFormed.MatchString(id) || !wellFormed.MatchString(got) {
			t.Errorf("given %q: got %q", id, got)
		}
	})
}

func FuzzTraceID(f *testing.F) {
	for _, value := range []string{
		"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
		"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", strings.Repeat("-", 55),
	} {
		f.Add(value)
	}
	// The grammar of the recommendation, apart from what may not be all zeros.
	valid := regexp.MustCompile(`^(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?s:-.*)?)\z`)
	f.Fuzz(func(t *testing.T, value string) {
		want := valid.MatchString(value) && !strings.HasPrefix(value, "ff") &&
			(!strings.HasPrefix(value, "00") || len(value) == 55) &&
			strings.Trim(value[3:35], "0") != "" && strings.Trim(value[36:52], "0") != ""
		got := traceID(http.Header{traceparentHeader: {value}})
		if (got != "") != want || want && got != value[3:35] {
			t.Errorf("traceparent %q: got %q, valid is %v", value, got, want)
		}
	})
}
