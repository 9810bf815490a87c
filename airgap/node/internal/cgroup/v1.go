package cgroup

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const mountFlags = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC

// prepareHierarchies replaces the read-only tree by one in which every hierarchy is mounted afresh; in a cgroup
// namespace a fresh mount shows the container's own part only.
func prepareHierarchies(mountPoint string) error {
	content, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return err
	}
	hierarchies, err := parseHierarchies(string(content))
	if err != nil {
		return err
	}
	if err := unix.Unmount(mountPoint, unix.MNT_DETACH); err != nil {
		return fmt.Errorf("unmounting %s: %w", mountPoint, err)
	}
	if err := unix.Mount("tmpfs", mountPoint, "tmpfs", mountFlags, "mode=755"); err != nil {
		return fmt.Errorf("mounting tmpfs on %s: %w", mountPoint, err)
	}
	for _, hierarchy := range hierarchies {
		if err := hierarchy.mount(mountPoint); err != nil {
			return err
		}
	}
	return nil
}

// hierarchy is one tree of version 1.
type hierarchy struct {
	// folder is its name below the mount point, such as "cpu,cpuacct" or "systemd".
	folder string
	// options are the mount options that name it, such as "cpu,cpuacct" or "name=systemd".
	options string
	// links are the names of the single controllers of a hierarchy that has several.
	links []string
}

// parseHierarchies reads /proc/self/cgroup, whose lines are ID:controllers:path (cgroups(7)). ID 0 is the tree of
// version 2, which a host may mount beside these and which has no controllers there.
func parseHierarchies(content string) ([]hierarchy, error) {
	var hierarchies []hierarchy
	for line := range strings.Lines(content) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) != 3 {
			return nil, fmt.Errorf("reading /proc/self/cgroup: unexpected line %q", line)
		}
		id, controllers := fields[0], fields[1]
		if id == "0" {
			continue
		}
		found := hierarchy{folder: strings.TrimPrefix(controllers, "name="), options: controllers}
		if names := strings.Split(controllers, ","); len(names) > 1 {
			found.links = names
		}
		hierarchies = append(hierarchies, found)
	}
	return hierarchies, nil
}

// mount mounts the hierarchy and links its single controllers, by which the kubelet and runc look for them.
func (h hierarchy) mount(mountPoint string) error {
	path := filepath.Join(mountPoint, h.folder)
	if err := os.Mkdir(path, 0o750); err != nil {
		return err
	}
	if err := unix.Mount("cgroup", path, "cgroup", mountFlags, h.options); err != nil {
		return fmt.Errorf("mounting hierarchy %s: %w", h.options, err)
	}
	for _, link := range h.links {
		if err := os.Symlink(h.folder, filepath.Join(mountPoint, link)); err != nil {
			return err
		}
	}
	return nil
}
