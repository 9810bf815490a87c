package preflight

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
)

// NeededBytes is the free space for a build from nothing, as it was measured: 2.7 GiB of Go modules, 4.3 GiB of Go's build
// cache, and 1.1 GiB of results and images.
const NeededBytes = 8 << 30

// Check returns what stands in the way of building in output: no Docker engine, or a disk that is too full.
func Check(ctx context.Context, output string) error {
	if _, err := exec.LookPath("docker"); err != nil {
		return fmt.Errorf("finding Docker: %w; install it (apt-get install docker.io)", err)
	}
	root, err := command.Output(ctx, command.Command{Argv: []string{"docker", "info", "--format", "{{.DockerRootDir}}"}})
	if err != nil {
		return fmt.Errorf("asking the Docker engine: %w; start it (service docker start)", err)
	}
	cache, err := command.Output(ctx, command.Command{Argv: []string{"go", "env", "GOCACHE"}})
	if err != nil {
		return fmt.Errorf("finding Go's build cache: %w", err)
	}
	for _, folder := range []string{output, root, cache} {
		if err := checkSpace(folder, NeededBytes); err != nil {
			return err
		}
	}
	return nil
}

// checkSpace looks at the file system of folder, or of the nearest parent that exists.
func checkSpace(folder string, needed uint64) error {
	var stat syscall.Statfs_t
	for {
		err := syscall.Statfs(folder, &stat)
		if err == nil {
			break
		}
		if parent := filepath.Dir(folder); parent != folder {
			folder = parent
			continue
		}
		return fmt.Errorf("measuring free space of %s: %w", folder, err)
	}
	if stat.Bsize < 0 {
		return fmt.Errorf("measuring free space of %s: the block size is %d", folder, stat.Bsize)
	}
	if free := stat.Bavail * uint64(stat.Bsize); free < needed {
		const gib = 1 << 30
		return fmt.Errorf("%s has %.1f GiB free, a build takes up to %.1f GiB; free some space (docker system df shows what Docker holds)",
			folder, float64(free)/gib, float64(needed)/gib)
	}
	return nil
}

// Install installs those Debian packages that are missing, and says so on output.
func Install(ctx context.Context, output io.Writer, packages []string) error {
	var missing []string
	for _, name := range packages {
		argv := []string{"dpkg-query", "--show", "--showformat=${db:Status-Status}", name}
		if status, err := command.Output(ctx, command.Command{Argv: argv}); err != nil || status != "installed" {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, _ = fmt.Fprintf(output, "installing Debian packages on this machine: %s\n", strings.Join(missing, " "))
	noQuestions := []string{"DEBIAN_FRONTEND=noninteractive"}
	if err := command.Run(ctx, command.Command{Argv: []string{"apt-get", "update"}, Env: noQuestions}); err != nil {
		return fmt.Errorf("updating package lists: %w", err)
	}
	install := append([]string{"apt-get", "install", "--yes", "--no-install-recommends"}, missing...)
	if err := command.Run(ctx, command.Command{Argv: install, Env: noQuestions}); err != nil {
		return fmt.Errorf("installing Debian packages: %w", err)
	}
	return nil
}
