package toolchain

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/ashwanth01/ashapp-backend/infra/internal/child"
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
	compile := t.command(exec.CommandContext(ctx, "go", "build", "-o", builder, "."), source)
	if printed, err := compile.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compiling %s: %w\n%s", source, err, bytes.TrimSpace(printed))
	}
	if t.command(exec.CommandContext(ctx, builder, "-output", folder, "-check"), source).Run() != nil {
		build := t.command(child.Command(ctx, builder, "-output", folder), source)
		build.Stdout, build.Stderr = t.Output, t.Output
		if err := build.Run(); err != nil {
			return "", fmt.Errorf("building the air-gapped toolchain (its own message is above): %w", err)
		}
	}
	return filepath.Join(folder, "bin"), nil
}

// command lets a command run in a folder outside of the workspace, where airgap belongs.
func (t Toolchain) command(command *exec.Cmd, folder string) *exec.Cmd {
	command.Dir, command.Env = folder, append(os.Environ(), append([]string{"GOWORK=off", "CGO_ENABLED=0"}, t.Environment...)...)
	return command
}
