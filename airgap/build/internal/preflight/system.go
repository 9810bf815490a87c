// Package preflight finds out whether this machine can build, before anything is built.
package preflight

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
)

// OSRelease says which system runs here: os-release(5).
const OSRelease = "/etc/os-release"

// System is the part of it that matters here.
type System struct {
	ID       string
	Codename string
}

// ReadSystem returns the Debian release that a file says runs here, or why nothing can be built: it is not Linux, not Debian, or
// the user is not root.
func ReadSystem(ctx context.Context, osRelease string) (System, error) {
	if runtime.GOOS != "linux" {
		return System{}, fmt.Errorf("the air-gapped toolchain is built on Debian only, this is %s; use the stack dev here, "+
			"or a Debian machine", runtime.GOOS)
	}
	read := []string{"sh", "-c", `. "$0"; echo "$ID,$VERSION_CODENAME"`, osRelease}
	values, err := command.Output(ctx, command.Command{Argv: read})
	if err != nil {
		return System{}, fmt.Errorf("finding out which system this is: %w", err)
	}
	var system System
	system.ID, system.Codename, _ = strings.Cut(values, ",")
	if system.ID != "debian" || system.Codename == "" {
		return System{}, fmt.Errorf("the air-gapped node is made of Debian packages from this machine's own mirror, "+
			"but this is %q; use a Debian machine", system.ID)
	}
	if os.Geteuid() != 0 {
		return System{}, errors.New("making a root file system takes root; run this command as root (sudo)")
	}
	return system, nil
}
