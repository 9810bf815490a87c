// Package langhost stands in for the official Go language host on machines
// that cannot download it: it finds out which plugins a program needs, builds
// the program and runs it. What only code generators ask a language host for
// is left unimplemented.
package langhost

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Version is that of the official language host that this one stands in for;
// the two are released together with the CLI.
const Version = "v3.255.0"

// Host serves the RPCs of a language host.
type Host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine         string // the engine's address
	environment    []string
	stdout, stderr io.Writer
}

// New returns a host for the engine at an address. Programs inherit the
// environment and write to stdout and stderr, which the engine shows.
func New(engine string, environment []string, stdout, stderr io.Writer) *Host {
	return &Host{engine: engine, environment: environment, stdout: stdout, stderr: stderr}
}

// GetPluginInfo returns the version.
func (h *Host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// About returns the Go toolchain that builds programs.
func (h *Host) About(ctx context.Context, _ *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	toolchain, err := findGo()
	if err != nil {
		return nil, err
	}
	version, err := exec.CommandContext(ctx, toolchain, "version").Output()
	if err != nil {
		return nil, fmt.Errorf("running %s version: %w", toolchain, err)
	}
	return &pulumirpc.AboutResponse{Executable: toolchain, Version: strings.TrimSpace(string(version))}, nil
}

// Cancel has nothing to do: a program ends when the call that runs it does.
func (h *Host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func findGo() (string, error) {
	toolchain, err := exec.LookPath("go")
	if err != nil {
		return "", fmt.Errorf("looking for the Go toolchain: %w: install it (https://go.dev/dl) or put it on PATH", err)
	}
	return toolchain, nil
}
