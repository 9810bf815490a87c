package preflight

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
)

func TestSystemIsRead(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]System{
		"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n": {"debian", "bookworm"},
		"ID=\"fedora\"\nID_LIKE=debian\n": {"fedora", ""},
		"":                                {},
	} {
		if got := parseSystem(content); got != want {
			t.Errorf("%q is %+v, want %+v", content, got, want)
		}
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
