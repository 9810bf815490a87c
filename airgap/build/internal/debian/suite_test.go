package debian

import (
	"slices"
	"strings"
	"testing"
)

func TestAnotherSuiteIsTakenFromTheSameMirror(t *testing.T) {
	t.Parallel()
	moved := Sources{
		Lines: []string{
			"deb [signed-by=/k.gpg]  http://mirror.example.org/debian bookworm main contrib # near",
			"deb http://mirror.example.org/security bookworm-security main",
		},
		Stanzas: []string{
			"Types: deb\nURIs: http://mirror.example.org/debian\nSuites: bookworm bookworm-updates\nComponents: main",
			"Types: deb\nURIs: http://mirror.example.org/security\nSuites: bookworm-security\nComponents: main",
		},
	}.of("bookworm", "sid")
	if !slices.Equal(moved.Lines, []string{"deb [signed-by=/k.gpg] http://mirror.example.org/debian sid main contrib # near"}) {
		t.Errorf("lines %q", moved.Lines)
	}
	stanza := "Types: deb\nURIs: http://mirror.example.org/debian\nSuites: sid\nComponents: main"
	if !slices.Equal(moved.Stanzas, []string{stanza}) {
		t.Errorf("stanzas %q", moved.Stanzas)
	}
}

func TestRootFileSystemIsOfTheSuiteAndOtherwiseOfTheRelease(t *testing.T) {
	t.Parallel()
	for suite, want := range map[string]string{"": "bookworm /tmp/root", "sid": "sid /tmp/root"} {
		arguments := RootFilesystem{Codename: "bookworm", Suite: suite}.arguments("/tmp/apt.conf", "/tmp/root")
		if got := strings.Join(arguments[len(arguments)-2:], " "); got != want {
			t.Errorf("suite %q: makes %q, want %q", suite, got, want)
		}
	}
}
