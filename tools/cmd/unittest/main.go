// Command unittest runs the unit tests of Go modules and shows, while what they need is compiled, how far that is: go test says
// nothing until the first package has been tested, which takes minutes where nothing is compiled yet.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/tools/internal/compiled"
)

var errUsage = errors.New("usage: unittest FOLDER...   runs the unit tests of the modules in these folders")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "error:", err) // there is nobody else to tell
		os.Exit(1)
	}
}

// run tests every module, also those after one that fails.
func run(ctx context.Context, folders []string, output io.Writer) error {
	if len(folders) == 0 {
		return errUsage
	}
	var problems []error
	for _, folder := range folders {
		if err := test(ctx, folder, output); err != nil {
			problems = append(problems, fmt.Errorf("testing %s: %w", folder, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(problems...)
}

// test runs the tests of one module. What cannot be compiled go test reports as well, package by package, so the compiling
// before it may fail in silence.
func test(ctx context.Context, folder string, output io.Writer) error {
	module, err := compiled.List(ctx, folder)
	if err != nil {
		return err
	}
	progress := compiled.NewProgress(output, folder, module, width(output), time.Now)
	ignored := progress.Watch(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var exit *exec.ExitError
	if ignored != nil && !errors.As(ignored, &exit) {
		return ignored
	}
	arguments := []string{"test", "-short", "-vet=off", compiled.PlainBuild}
	if _, err := os.Stat(filepath.Join(folder, "go.mod")); err != nil {
		// A part of a module is tested for the documents that it reads. They are outside of the module, where go test does not look
		// whether they have changed.
		arguments = append(arguments, "-count=1")
	}
	command := compiled.Go(ctx, folder, append(arguments, module.Tested...)...)
	command.Stdout, command.Stderr = output, output
	return command.Run()
}

// width is how many columns a line may have that is drawn again; 0 where lines stay, as in a file.
func width(output io.Writer) int {
	file, isFile := output.(*os.File)
	if !isFile {
		return 0
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 || os.Getenv("TERM") == "dumb" {
		return 0
	}
	return 79
}
