package preflight

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOnlyDebianIsASystemToBuildOn(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n": "",
		"ID=\"fedora\"\nID_LIKE=debian\nVERSION_CODENAME=x\n":                                    `but this is "fedora"; use a Debian machine`,
		"ID=debian\n": "use a Debian machine",
		"":            `but this is ""`,
	} {
		path := filepath.Join(t.TempDir(), "os-release")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		system, err := ReadSystem(t.Context(), path)
		switch {
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: got %v, want %s", content, err, want)
		case want == "" && os.Geteuid() != 0 && (err == nil || !strings.Contains(err.Error(), "takes root")):
			t.Errorf("not as root: got %v", err)
		case want == "" && os.Geteuid() == 0 && (err != nil || system != System{ID: "debian", Codename: "bookworm"}):
			t.Errorf("%q: got %+v, %v", content, system, err)
		}
	}
	if _, err := ReadSystem(t.Context(), filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("want an error where nothing tells")
	}
}

func TestSpaceIsMeasuredWhereTheFolderWillBe(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "not", "yet")
	if err := checkSpace(folder, 1); err != nil {
		t.Error(err)
	}
	err := checkSpace(folder, math.MaxUint64)
	if err == nil || !strings.Contains(err.Error(), "GiB free") || !strings.Contains(err.Error(), "docker system df") {
		t.Errorf("got %v", err)
	}
}
