// Command rehearse brings the stack airgap up in a virtual machine with cgroup v2. Run it as root on Debian:
//
//	GOWORK=off go -C airgap/build run ./rehearse -repository DIR [-suite sid]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/rehearsal"
)

func main() {
	os.Exit(run())
}

func run() int {
	repository := flag.String("repository", "", "the checkout to rehearse with, an absolute `folder`")
	suite := flag.String("suite", "bookworm", "the Debian `suite` of the machine, such as trixie or sid")
	flag.Parse()
	if !filepath.IsAbs(*repository) || flag.NArg() > 0 {
		flag.Usage()
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, 2*time.Hour, errors.New("timed out after two hours"))
	defer cancel()
	if err := rehearsal.Run(ctx, *repository, *suite, os.Stdout); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "rehearsing: %v\n", err)
		return 1
	}
	return 0
}
