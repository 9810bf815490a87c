// Command build makes the toolchain and the images for machines that reach package mirrors only. Run it as root on
// Debian, from anywhere in the repository:
//
//	GOWORK=off go -C airgap/build run . -output DIR
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/build"
)

func main() {
	os.Exit(run())
}

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	return build.Main(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
}
