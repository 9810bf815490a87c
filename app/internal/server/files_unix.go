//go:build unix

package server

import (
	"math"
	"syscall"
)

// fileLimit is how many files the process may have open.
func fileLimit() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return math.MaxUint64 // then only the memory counts
	}
	return uint64(limit.Cur) //nolint:unconvert // signed on some systems
}
