package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// leaf is the group that the node's own processes move to.
const leaf = "init"

// prepareUnified makes the one tree of version 2 writable and hands its controllers to the kubelet.
func prepareUnified(mountPoint string) error {
	// Clears the read-only flag of this mount alone; where the container is privileged it is clear already.
	flags := uintptr(unix.MS_REMOUNT | unix.MS_BIND | mountFlags)
	if err := unix.Mount("", mountPoint, "", flags, ""); err != nil {
		return fmt.Errorf("making %s writable: %w; does the container have CAP_SYS_ADMIN or is it privileged?", mountPoint, err)
	}
	return delegate(mountPoint)
}

// delegate empties the root group into a leaf and hands every controller down. A group that hands controllers down
// must hold no process itself (the "no internal processes" rule of cgroups(7)).
func delegate(tree string) error {
	if err := os.MkdirAll(filepath.Join(tree, leaf), 0o750); err != nil {
		return err
	}
	// A process that a health check starts meanwhile makes the kernel answer EBUSY; it is moved by the next attempt.
	const attempts = 10
	var err error
	for range attempts {
		if err = evacuate(tree); err != nil {
			return err
		}
		if err = enableControllers(tree); !errors.Is(err, unix.EBUSY) {
			return err
		}
	}
	return fmt.Errorf("%w: processes keep being started in the root group", err)
}

// evacuate moves the processes of the root group to the leaf. The kernel takes one process ID at a time.
func evacuate(tree string) error {
	processes, err := os.ReadFile(filepath.Join(tree, "cgroup.procs"))
	if err != nil {
		return err
	}
	for id := range strings.FieldsSeq(string(processes)) {
		err := appendTo(filepath.Join(tree, leaf, "cgroup.procs"), id)
		// ESRCH: the process ended meanwhile.
		if err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("moving process %s to group %s: %w", id, leaf, err)
		}
	}
	return nil
}

// enableControllers lets child groups use whatever the container was given.
func enableControllers(tree string) error {
	controllers, err := os.ReadFile(filepath.Join(tree, "cgroup.controllers"))
	if err != nil {
		return err
	}
	names := strings.Fields(string(controllers))
	if len(names) == 0 {
		return errors.New("the container has no controllers; start it with a private cgroup namespace")
	}
	enable := "+" + strings.Join(names, " +")
	if err := appendTo(filepath.Join(tree, "cgroup.subtree_control"), enable); err != nil {
		return fmt.Errorf("enabling controllers %s: %w", enable, err)
	}
	return nil
}

// appendTo writes a line to a control file. The files of the kernel take every write as a command of its own.
func appendTo(path, line string) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = file.WriteString(line + "\n")
	return err
}
