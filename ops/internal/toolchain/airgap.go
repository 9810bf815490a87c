package toolchain

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// buildAirgap has airgap/build make what is missing. That shows its own progress and says what it cannot do without; it is
// not heard when there is nothing to make.
func (t Toolchain) buildAirgap(ctx context.Context) (string, error) {
	if runtime.GOOS != "linux" {
		return "", fmt.Errorf("the stack %s needs tools built from Debian packages and Linux programs, which %s cannot run; "+
			"use STACK=dev, which needs the network", Airgap, runtime.GOOS)
	}
	folder := filepath.Join(t.Folder, Airgap)
	source := filepath.Join(t.Root, "airgap", "build")
	// Compiled and then run, since go run would keep an interrupt to itself.
	builder := filepath.Join(t.Folder, "build-airgap")
	compile := exec.CommandContext(ctx, "go", "build", "-o", builder, ".")
	// airgap is outside of the workspace.
	compile.Dir, compile.Env = source, append(t.environment(), "GOWORK=off", "CGO_ENABLED=0")
	if printed, err := compile.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compiling %s: %w\n%s", source, err, bytes.TrimSpace(printed))
	}
	arguments, err := t.programs()
	if err != nil {
		return "", err
	}
	arguments = append(arguments, "-output", folder)
	check := exec.CommandContext(ctx, builder, append(arguments, "-check")...)
	check.Dir, check.Env = source, t.environment()
	if check.Run() != nil {
		build := child.Command(ctx, builder, arguments...)
		build.Dir, build.Env, build.Stdout, build.Stderr = source, t.environment(), t.Output, t.Output
		if err := build.Run(); err != nil {
			return "", fmt.Errorf("building the air-gapped toolchain (its own message is above): %w", err)
		}
	}
	return t.airgapPrograms(), nil
}

func (t Toolchain) environment() []string { return append(os.Environ(), t.Environment...) }
