//go:build !linux

package main

import (
	"os"
	"syscall"
	"time"
)

// The module compiles on every system; the benchmark refuses to run elsewhere before it calls any of these.

func childAttributes() *syscall.SysProcAttr { return nil }

func signalGroup(leader *os.Process, signal syscall.Signal) error { return leader.Signal(signal) }

func pause(duration time.Duration) { time.Sleep(duration) }
