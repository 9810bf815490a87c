//go:build !unix

package mutation

import "os/exec"

// ownGroup leaves it at the test: only Unix has groups of processes.
func ownGroup(*exec.Cmd) {}
