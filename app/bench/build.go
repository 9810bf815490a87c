package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// module is the import path of the backend. Building by import path works in every folder of the module.
const module = "github.com/ashwanth01/ashapp-backend/app"

// binaries is where the programs under test are.
type binaries struct{ backend, bare string }

// build compiles both Go servers as infra/internal/image compiles the backend for its image. As there, the backend is
// compiled with app/default.pgo, if that exists: go takes a profile from the folder of the main package. The bare handler
// has none.
func build(ctx context.Context, folder string, progress io.Writer) (binaries, error) {
	_, _ = fmt.Fprintln(progress, "building the backend and the bare handler")
	built := binaries{filepath.Join(folder, "backend"), filepath.Join(folder, "bare")}
	for output, source := range map[string]string{built.backend: module, built.bare: module + "/bench/bare"} {
		environment := append(os.Environ(), "CGO_ENABLED=0", "GOAMD64=v1", "GOWORK=off", "GOFLAGS=", "GOEXPERIMENT=")
		_, err := runTool(ctx, environment, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", output, source)
		if err != nil {
			return binaries{}, fmt.Errorf("building %s (the benchmark runs in the folder app or below, with Go on PATH): %w", source, err)
		}
	}
	return built, nil
}

// fileBytes is the size of a file.
func fileBytes(path string) (int64, error) {
	file, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("measuring the binary: %w", err)
	}
	return file.Size(), nil
}
