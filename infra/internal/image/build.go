package image

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/compile"
)

const (
	dockerfile = "Dockerfile"
	binary     = "backend"
)

// platform is what a binary is built for.
type platform struct{ os, architecture string }

func (p platform) String() string { return p.os + "/" + p.architecture }

// parsePlatform reads os/architecture. Empty is linux on the architecture of this machine, which is what containers run
// on here whatever its own system is.
func parsePlatform(text string) (platform, error) {
	if text == "" {
		return platform{os: "linux", architecture: runtime.GOARCH}, nil
	}
	system, architecture, found := strings.Cut(text, "/")
	if !found || system == "" || architecture == "" {
		return platform{}, fmt.Errorf("platform %q is not of the form os/architecture", text)
	}
	return platform{os: system, architecture: architecture}, nil
}

// build compiles the program in source and puts it into a folder below root together with the program's Dockerfile and
// nothing else, so that nothing else can change the image. It returns the folder, with slashes on every system.
//
// The binary is static, and the same for the same source wherever and whenever it is built, by one version of Go: pinned, that is always
// the same one.
func (p platform) build(ctx context.Context, source, root, commit string, pinned bool) (string, error) {
	folder := filepath.Join(root, p.os+"_"+p.architecture)
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", fmt.Errorf("making the build context: %w", err)
	}
	output, err := filepath.Abs(filepath.Join(folder, binary))
	if err != nil {
		return "", fmt.Errorf("making the build context: %w", err)
	}
	environment := append(os.Environ(), compile.Environment(p.os, p.architecture, pinned)...)
	isolated, err := compile.Isolated(ctx, environment)
	if err != nil {
		return "", fmt.Errorf("building the backend: %w", err)
	}
	arguments := append(append([]string{"build"}, compile.Flags(commit)...), "-o", output, ".")
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = source
	command.Env = slices.Concat(environment, isolated)
	if printed, err := command.CombinedOutput(); err != nil {
		return "", buildError(command, printed, err)
	}
	if err := copyFile(filepath.Join(source, dockerfile), filepath.Join(folder, dockerfile)); err != nil {
		return "", err
	}
	// The modes are part of what the image is compared by, and a umask must not change them; the time is part of its layer.
	modes := errors.Join(os.Chmod(output, 0o755), os.Chmod(filepath.Join(folder, dockerfile), 0o644)) //nolint:gosec // an image's files are for every user in it
	if err := errors.Join(modes, os.Chtimes(output, time.Unix(0, 0), time.Unix(0, 0))); err != nil {
		return "", fmt.Errorf("setting modes and times in the build context: %w", err)
	}
	return filepath.ToSlash(folder), nil
}

// contentTag is a tag that is the same for the same build context only.
func contentTag(folder string) (string, error) {
	hash := sha256.New()
	for _, file := range []string{binary, dockerfile} {
		content, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			return "", fmt.Errorf("reading the build context: %w", err)
		}
		sum := sha256.Sum256(content)
		hash.Write(sum[:])
	}
	const digits = 16 // 64 bits: nobody has billions of versions, and a person has to tell two of them apart
	return "build-" + hex.EncodeToString(hash.Sum(nil))[:digits], nil
}

func buildError(command *exec.Cmd, printed []byte, err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("building the backend: the go command is not on PATH, install Go (https://go.dev/dl): %w", err)
	}
	return fmt.Errorf("building the backend with %q: %w\n%s", command.String(), err, bytes.TrimSpace(printed))
}

// copyFile writes only what differs, so that a file that nothing changed keeps its time.
func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("reading %s for the build context: %w", from, err)
	}
	if existing, err := os.ReadFile(to); err == nil && bytes.Equal(existing, content) {
		return nil
	}
	if err := os.WriteFile(to, content, 0o600); err != nil {
		return fmt.Errorf("writing the build context: %w", err)
	}
	return nil
}
