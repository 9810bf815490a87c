// Package rehearsal brings the stack airgap up in a virtual machine: a Debian with that Debian's own Docker, on a kernel with
// version 2 of control groups that runs as a program.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/preflight"
)

// packages are what the host needs, of which those that are missing are installed.
var packages = append([]string{"mmdebstrap", "e2fsprogs"}, kernelPackages...)

// Run rehearses with the checkout in repository on a Debian of suite. It prints what it does and what the guest says. Whatever
// it makes is in a temporary folder and removed, also after a failure.
func Run(ctx context.Context, repository, suite string, stdout io.Writer) (err error) {
	system, err := preflight.ReadSystem(ctx, preflight.OSRelease)
	if err != nil {
		return err
	}
	if err := preflight.Install(ctx, stdout, packages); err != nil {
		return err
	}
	began := time.Now()
	show := func(line string) bool {
		_, _ = fmt.Fprintf(stdout, "%6.0f s  %s\n", time.Since(began).Seconds(), strings.TrimRight(line, "\r"))
		return true
	}
	// With the compiler of C that may just have been installed, for which all that is in Go's cache counts.
	tools := []string{"make", "-C", repository, "--no-print-directory", "tools", "STACK=airgap"}
	if err := command.Run(ctx, command.Command{Argv: tools, Line: show}); err != nil {
		return fmt.Errorf("building the tools: %w", err)
	}
	folder, err := os.MkdirTemp("", "ashapp-rehearsal-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	show("building a kernel in " + folder + " (2 GiB; 500 s of CPU)")
	kernel, err := newKernel(ctx, folder)
	if err != nil {
		return err
	}
	show("making a virtual machine with Debian " + suite + " (5 GiB; 1 CPU and 5 GiB of memory while it runs)")
	disk, err := newDisk(ctx, folder, system.Codename, suite, repository)
	if err != nil {
		return err
	}
	restore, err := raise(mappings, neededMappings)
	if err != nil {
		return fmt.Errorf("raising %s: %w", mappings, err)
	}
	defer func() { err = errors.Join(err, restore()) }()
	var said string
	hear := func(line string) bool { said += line + "\n"; return show(line) }
	if err := command.Run(ctx, command.Command{Argv: machine(kernel, disk, folder), Line: hear}); err != nil {
		return fmt.Errorf("running the machine: %w", err)
	}
	return verdict(said)
}

// verdict finds in what the guest said the exit code of its script, which is a signal's name where one has ended it.
func verdict(said string) error {
	_, code, found := strings.Cut("\n"+said, "\nrehearsal: ended with ")
	if !found {
		return errors.New("the machine has ended without a result; its last lines above say how far it came")
	}
	if code = strings.Fields(code)[0]; code != "0" {
		return fmt.Errorf("the rehearsal in the machine failed with exit code %s; the lines with FAILED above say where", code)
	}
	return nil
}

// machine is the command line of a kernel that is a program. It has no network: like the machines that it stands for, it
// downloads nothing. It writes what the guest says to standard output, and ends with the guest. Nothing waits for its disk,
// which is removed with it.
func machine(kernel, disk, folder string) []string {
	return []string{
		kernel, "mem=5G", "ubd0=" + disk, "root=/dev/ubda", "rootflags=barrier=0", "rw", "quiet", "uml_dir=" + folder,
		"con=null", "con0=null,fd:1", "systemd.mask=getty@tty1.service", "systemd.mask=serial-getty@tty0.service",
	}
}

// Each page of a process in the guest can be a mapping of its own on the host, whose default of 65,530 for a process is the end
// of one with 256 MiB: the compiler and the API server have more.
const (
	mappings       = "/proc/sys/vm/max_map_count"
	neededMappings = "1048576"
)

// raise gives a limit of the kernel a value, and returns what puts the old one back.
func raise(path, value string) (restore func() error, err error) {
	old, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return func() error { return os.WriteFile(path, old, 0o600) }, os.WriteFile(path, []byte(value), 0o600)
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
