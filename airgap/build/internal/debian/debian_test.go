package debian

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

func etc(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

const deb822 = `Types: deb
# a mirror nearby
URIs: http://mirror.example.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://third.example.org
Suites: nodistro
Components: main

Enabled: no
Types: deb
URIs: http://old.example.org/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://mirror.example.org/debian
Suites: bookworm
Components: main
`

func TestSourcesOfTheReleaseAreFoundInBothFormats(t *testing.T) {
	t.Parallel()
	found, err := ReadSources(etc(t, map[string]string{
		"sources.list": "# comment\ndeb http://mirror.example.org/debian bookworm main contrib # near\n" +
			"deb-src http://mirror.example.org/debian bookworm main\ndeb cdrom:[Debian]/ bookworm main\n",
		"sources.list.d/security.list":  "deb [signed-by=/k.gpg arch=amd64] http://mirror.example.org/security bookworm-security main\n",
		"sources.list.d/docker.list":    "deb https://docker.example.org/linux/debian bookworm stable\n",
		"sources.list.d/debian.sources": deb822,
		"sources.list.d/old.disabled":   "deb http://x bookworm main\n",
	}), "bookworm")
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{
		"deb http://mirror.example.org/debian bookworm main contrib # near",
		"deb [signed-by=/k.gpg arch=amd64] http://mirror.example.org/security bookworm-security main",
	}
	if !slices.Equal(found.Lines, lines) {
		t.Errorf("lines %q", found.Lines)
	}
	stanza := strings.Replace(strings.SplitN(deb822, "\n\n", 2)[0], "# a mirror nearby\n", "", 1)
	if !slices.Equal(found.Stanzas, []string{stanza}) {
		t.Errorf("stanzas %q", found.Stanzas)
	}
}

func TestUnsignedSourcesAreRefused(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"sources.list":             "deb [trusted=yes] http://m bookworm main\n",
		"sources.list.d/a.sources": "Types: deb\nURIs: http://m\nSuites: bookworm\nComponents: main\nTrusted: yes\n",
	} {
		if _, err := ReadSources(etc(t, map[string]string{name: content}), "bookworm"); !errors.Is(err, errUnsigned) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestMachineWithoutSourcesOfItsReleaseIsRefused(t *testing.T) {
	t.Parallel()
	_, err := ReadSources(etc(t, map[string]string{"sources.list": "deb http://m trixie main\n"}), "bookworm")
	if err == nil || !strings.Contains(err.Error(), "Debian bookworm, component main") {
		t.Errorf("got %v", err)
	}
}

func TestSettingsKeepTheWayToTheMirrorButNoWeakening(t *testing.T) {
	t.Parallel()
	dump := `APT::Architecture "amd64";
Acquire "";
Acquire::http::Proxy "http://proxy.example.org:3128";
Acquire::AllowInsecureRepositories "1";
Acquire::IndexTargets::deb::Packages::MetaKey "x";
Acquire::Check-Valid-Until "false";
Acquire::cdrom "";
`
	want := "Acquire::http::Proxy \"http://proxy.example.org:3128\";\nAcquire::Check-Valid-Until \"false\";\n"
	if got := transportSettings(dump); got != want {
		t.Errorf("got %q", got)
	}
}

func TestSourcesAreHandedOverInFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	paths, err := Sources{Lines: []string{"deb http://m bookworm main"}}.write(folder)
	if err != nil || !slices.Equal(paths, []string{filepath.Join(folder, "debian.list")}) {
		t.Fatalf("got %v, %v", paths, err)
	}
	content, err := os.ReadFile(paths[0])
	if err != nil || string(content) != "deb http://m bookworm main\n" {
		t.Errorf("got %q, %v", content, err)
	}
}

func TestStepTellsWhatIsDone(t *testing.T) {
	t.Parallel()
	var reported step.Step
	hear := told(&reported)
	for _, line := range []string{"I: running apt-get update...", "W: a warning", "done"} {
		if hear(line) {
			t.Errorf("%q is lost for the error", line)
		}
	}
	if got := reported.Doing(); got != "running apt-get update" {
		t.Errorf("does %q", got)
	}
}
