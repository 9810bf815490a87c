package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// python is Debian's: another python3 that comes first on PATH would not see the modules of Debian's packages.
const python = "/usr/bin/python3"

// requirement is something that a run needs and a Debian package has.
type requirement struct {
	name        string
	debian      string // the package
	isSatisfied func(context.Context) bool
}

func requirements() []requirement {
	return []requirement{
		{"wrk", "wrk", onPath("wrk")},
		{"flask for " + python, "python3-flask", importable("flask")},
		{"gunicorn for " + python, "gunicorn", importable("gunicorn")},
	}
}

func onPath(name string) func(context.Context) bool {
	return func(context.Context) bool {
		_, err := exec.LookPath(name)
		return err == nil
	}
}

func importable(module string) func(context.Context) bool {
	return func(ctx context.Context) bool {
		_, err := runTool(ctx, serverEnvironment(), python, "-c", "import "+module)
		return err == nil
	}
}

// installMissing installs what this machine lacks, and says so on progress. Where it cannot, its error has the commands
// for whoever can.
func installMissing(ctx context.Context, progress io.Writer) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("the benchmark reads /proc and uses Debian's packages, which %s does not have: run it on Linux", runtime.GOOS)
	}
	names, packages := missing(ctx)
	if len(packages) == 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	update := []string{"apt-get", "update"}
	install := append([]string{"apt-get", "install", "--yes", "--no-install-recommends"}, packages...)
	refusal := fmt.Errorf("the benchmark needs %s; install it: %s && %s",
		strings.Join(names, ", "), strings.Join(update, " "), strings.Join(install, " "))
	if _, err := exec.LookPath(update[0]); err != nil || os.Geteuid() != 0 {
		return refusal
	}
	_, _ = fmt.Fprintf(progress, "installing Debian packages on this machine: %s\n", strings.Join(packages, " "))
	noQuestions := append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if _, err := runTool(ctx, noQuestions, update...); err != nil {
		return fmt.Errorf("updating package lists: %w", err)
	}
	if _, err := runTool(ctx, noQuestions, install...); err != nil {
		return fmt.Errorf("installing Debian packages: %w", err)
	}
	if names, _ := missing(ctx); len(names) > 0 {
		return errors.Join(fmt.Errorf("%s was installed and still is not found", strings.Join(names, ", ")), refusal)
	}
	return nil
}

// missing names what is not there, and the packages that have it.
func missing(ctx context.Context) (names, packages []string) {
	for _, needed := range requirements() {
		if !needed.isSatisfied(ctx) {
			names, packages = append(names, needed.name), append(packages, needed.debian)
		}
	}
	return names, packages
}
