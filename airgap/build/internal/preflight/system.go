// Package preflight finds out whether this machine can build, before anything is built.
package preflight

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// System is the part of /etc/os-release that matters here: os-release(5).
type System struct {
	ID       string
	Codename string
}

// ReadSystem returns the Debian release that runs here, or why nothing can be built: it is not Linux, not Debian, or
// the user is not root.
func ReadSystem() (System, error) {
	if runtime.GOOS != "linux" {
		return System{}, fmt.Errorf("the air-gapped toolchain is built on Debian only, this is %s; use the stack dev here, "+
			"or a Debian machine", runtime.GOOS)
	}
	content, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return System{}, fmt.Errorf("finding out which system this is: %w", err)
	}
	system := parseSystem(string(content))
	if system.ID != "debian" || system.Codename == "" {
		return System{}, fmt.Errorf("the air-gapped node is made of Debian packages from this machine's own mirror, "+
			"but this is %q; use a Debian machine", system.ID)
	}
	if os.Geteuid() != 0 {
		return System{}, errors.New("making a root file system takes root; run this command as root (sudo)")
	}
	return system, nil
}

// parseSystem reads lines of NAME=value, where the value may be quoted.
func parseSystem(osRelease string) System {
	var system System
	for line := range strings.Lines(osRelease) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if unquoted, err := strconv.Unquote(value); err == nil {
			value = unquoted
		}
		switch name {
		case "ID":
			system.ID = value
		case "VERSION_CODENAME":
			system.Codename = value
		}
	}
	return system
}
