// Package cgroup gives the kubelet a control group tree that it may write. Docker shows containers a read-only one, or
// one whose root holds processes; what must be done differs between versions 1 and 2 of the kernel's interface.
package cgroup

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// mountPoint is where every tool expects the tree.
const mountPoint = "/sys/fs/cgroup"

// Prepare makes the tree below /sys/fs/cgroup writable. It needs CAP_SYS_ADMIN and a cgroup namespace of its own, and
// is called once, before any other process is started.
func Prepare() error {
	var filesystem unix.Statfs_t
	if err := unix.Statfs(mountPoint, &filesystem); err != nil {
		return fmt.Errorf("preparing control groups: looking at %s: %w", mountPoint, err)
	}
	if filesystem.Type == unix.CGROUP2_SUPER_MAGIC {
		if err := prepareUnified(mountPoint); err != nil {
			return fmt.Errorf("preparing control groups, version 2: %w", err)
		}
		return nil
	}
	if err := prepareHierarchies(mountPoint); err != nil {
		return fmt.Errorf("preparing control groups, version 1: %w", err)
	}
	return nil
}
