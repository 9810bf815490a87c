package rehearsal

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/debian"
)

var (
	//go:embed guest.sh
	script []byte
	//go:embed guest.service
	service []byte
)

// guestPackages are a Debian with Docker and what README.md says that make up needs. Nothing is installed later, so mmdebstrap,
// for which the build of the tools looks, is among them.
var guestPackages = []string{
	"systemd-sysv", "dbus", "docker.io", "iptables", "iproute2", "procps", "mount", "make", "git", "curl", "ca-certificates", "mmdebstrap",
}

// newDisk makes the disk of a machine with a Debian suite in folder, and returns its path. Docker's command line is a package of
// its own since Debian 13.
func newDisk(ctx context.Context, folder, codename, suite, repository string) (string, error) {
	wanted := debian.RootFilesystem{Codename: codename, Suite: suite, Variant: debian.Essential, Packages: guestPackages}
	if suite != "bookworm" {
		wanted.Packages = append([]string{"docker-cli"}, guestPackages...)
	}
	root, disk := filepath.Join(folder, "root"), filepath.Join(folder, "disk")
	if err := wanted.Make(ctx, folder, root); err != nil {
		return "", fmt.Errorf("making the root file system of Debian %s: %w", suite, err)
	}
	shared, err := shares(ctx, repository)
	if err != nil {
		return "", err
	}
	if err := install(root, shared); err != nil {
		return "", fmt.Errorf("installing the rehearsal in the machine: %w", err)
	}
	// A sparse file: it takes what is written to it.
	argv := []string{"mke2fs", "-q", "-t", "ext4", "-E", "root_owner=0:0", "-d", root, disk, "16G"}
	if err := command.Run(ctx, command.Command{Argv: argv}); err != nil {
		return "", fmt.Errorf("making the machine's disk: %w", err)
	}
	return disk, nil
}

// install has systemd run the script after Docker has started, and switch the machine off when it ends.
func install(root string, shared []string) error {
	units := filepath.Join(root, "etc/systemd/system")
	wants := filepath.Join(units, "multi-user.target.wants")
	return errors.Join(
		os.WriteFile(filepath.Join(root, "etc/shares"), []byte(strings.Join(shared, "\n")+"\n"), 0o600),
		os.WriteFile(filepath.Join(root, "usr/local/sbin/rehearse"), script, 0o755), //nolint:gosec // a program
		os.WriteFile(filepath.Join(units, "rehearsal.service"), service, 0o600),
		os.MkdirAll(wants, 0o750),
		os.Symlink("../rehearsal.service", filepath.Join(wants, "rehearsal.service")),
	)
}
