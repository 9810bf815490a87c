package rehearsal

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
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
	"linux-image-amd64", "initramfs-tools", "kmod", "systemd-sysv", "dbus", "docker.io", "iptables", "iproute2", "procps", "make", "git",
	"curl", "ca-certificates", "mmdebstrap",
}

// newGuest makes the machine of a Debian suite in folder. Docker's command line is a package of its own since Debian 13.
func newGuest(ctx context.Context, folder, codename, suite string) (machine, error) {
	wanted := debian.RootFilesystem{Codename: codename, Suite: suite, Variant: debian.Essential, Packages: guestPackages}
	if suite != "bookworm" {
		wanted.Packages = append([]string{"docker-cli"}, guestPackages...)
	}
	root := filepath.Join(folder, "root")
	if err := wanted.Make(ctx, folder, root); err != nil {
		return machine{}, fmt.Errorf("making the root file system of Debian %s: %w", suite, err)
	}
	if err := install(root); err != nil {
		return machine{}, fmt.Errorf("installing the rehearsal in the machine: %w", err)
	}
	kernel, err := newest(root, "vmlinuz-*")
	if err != nil {
		return machine{}, err
	}
	initrd, err := newest(root, "initrd.img-*")
	if err != nil {
		return machine{}, err
	}
	disk := filepath.Join(folder, "disk")
	// A sparse file: it takes what is written to it.
	argv := []string{"mke2fs", "-q", "-t", "ext4", "-E", "root_owner=0:0", "-d", root, disk, "16G"}
	if err := command.Run(ctx, command.Command{Argv: argv}); err != nil {
		return machine{}, fmt.Errorf("making the machine's disk: %w", err)
	}
	return machine{Kernel: kernel, Initrd: initrd, Disk: disk}, nil
}

// install has systemd run the script after Docker has started, and switch the machine off when it ends.
func install(root string) error {
	units := filepath.Join(root, "etc/systemd/system")
	wants := filepath.Join(units, "multi-user.target.wants")
	return errors.Join(
		os.WriteFile(filepath.Join(root, "usr/local/sbin/rehearse"), script, 0o755), //nolint:gosec // a program
		os.WriteFile(filepath.Join(units, "rehearsal.service"), service, 0o600),
		os.MkdirAll(wants, 0o750),
		os.Symlink("../rehearsal.service", filepath.Join(wants, "rehearsal.service")),
	)
}

// newest returns the one file of /boot that pattern matches.
func newest(root, pattern string) (string, error) {
	found, err := filepath.Glob(filepath.Join(root, "boot", pattern))
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("looking for boot/%s in the root file system: %w", pattern, fs.ErrNotExist)
	}
	return found[len(found)-1], nil
}

// verdict reads the exit code that the guest has left in report.
func verdict(report string) error {
	code, err := os.ReadFile(filepath.Join(report, "exit"))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("the machine has ended without a result; its last lines above say how far it came")
	}
	if err != nil {
		return err
	}
	if text := strings.TrimSpace(string(code)); text != "0" {
		return fmt.Errorf("the rehearsal in the machine failed with exit code %s; the lines with FAILED above say where", text)
	}
	return nil
}
