// Package rehearsal brings the stack airgap up in a virtual machine: a Debian whose kernel has version 2 of control groups, with
// that Debian's own Docker.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/preflight"
)

// packages are what the host needs, of which those that are missing are installed.
var packages = []string{"qemu-system-x86", "mmdebstrap", "e2fsprogs"}

// Run rehearses with the checkout in repository, whose tools are built, on a Debian of suite. It prints what it does and what
// the guest says. Whatever it makes is in a temporary folder and removed, also after a failure.
func Run(ctx context.Context, repository, suite string, stdout io.Writer) (err error) {
	system, err := preflight.ReadSystem(ctx, preflight.OSRelease)
	if err != nil {
		return err
	}
	if err := preflight.Install(ctx, stdout, packages); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "ashapp-rehearsal-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	_, _ = fmt.Fprintf(stdout, "making a virtual machine with Debian %s in %s (2 GiB; 2 CPUs and 5 GiB of memory while it runs)\n", suite, folder)
	made, err := newGuest(ctx, folder, system.Codename, suite)
	if err != nil {
		return err
	}
	if made.Shares, err = shares(ctx, repository); err != nil {
		return err
	}
	made.Report = filepath.Join(folder, "report")
	if err := prepareReport(made.Report, made.Shares); err != nil {
		return err
	}
	if made.Accelerator, err = hostAccelerator(); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stdout, "starting it with %s\n", map[string]string{
		"kvm": "KVM", "tcg": "an emulated CPU, since KVM is not usable here; it is so slow that the stack's own time limits may end it",
	}[made.Accelerator])
	began := time.Now()
	said := func(line string) bool {
		_, _ = fmt.Fprintf(stdout, "%6.0f s  %s\n", time.Since(began).Seconds(), strings.TrimRight(line, "\r"))
		return true
	}
	if err := command.Run(ctx, command.Command{Argv: made.arguments(), Line: said}); err != nil {
		return fmt.Errorf("running the machine: %w", err)
	}
	return verdict(made.Report)
}

// shares are what the tools are built from and found in: the checkout, first, then Git's folder of it where that is elsewhere,
// Go, and its caches.
func shares(ctx context.Context, repository string) ([]string, error) {
	paths := []string{repository}
	for _, argv := range [][]string{
		{"git", "-C", repository, "rev-parse", "--path-format=absolute", "--git-common-dir"},
		{"go", "env", "GOROOT"}, {"go", "env", "GOCACHE"}, {"go", "env", "GOMODCACHE"},
	} {
		path, err := command.Output(ctx, command.Command{Argv: argv})
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(path+"/", repository+"/") && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// prepareReport leaves for the guest what it cannot know.
func prepareReport(report string, shares []string) error {
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return err
	}
	return errors.Join(
		os.Mkdir(report, 0o750),
		os.WriteFile(filepath.Join(report, "os-release"), release, 0o600),
		os.WriteFile(filepath.Join(report, "shares"), []byte(strings.Join(shares, "\n")+"\n"), 0o600),
	)
}

// hostAccelerator looks at the host.
func hostAccelerator() (string, error) {
	cpuinfo, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "", err
	}
	kvm, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil {
		return accelerator(false, ""), nil //nolint:nilerr // there is none, or it may not be used
	}
	return accelerator(true, string(cpuinfo)), kvm.Close()
}
