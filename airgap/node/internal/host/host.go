// Package host turns a container into something that can be a Kubernetes node: mounts, kernel settings and the network
// of its pods.
package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Prepare makes /sys writable, lets mounts propagate and turns on routing. It needs CAP_SYS_ADMIN and CAP_NET_ADMIN.
func Prepare() error {
	if err := unix.Mount("", "/sys", "", unix.MS_REMOUNT|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("making /sys writable: %w; %s", err, privilegeHint)
	}
	// Volumes of pods with mountPropagation want it; Docker makes everything private.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("sharing mounts: %w; %s", err, privilegeHint)
	}
	// The kubelet reads out-of-memory kills from the kernel's log and does not start without it.
	if _, err := os.Stat("/dev/kmsg"); errors.Is(err, fs.ErrNotExist) {
		return errors.New("looking for /dev/kmsg: the container does not have this device; add it (docker run --device /dev/kmsg)")
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o600); err != nil {
		return fmt.Errorf("turning on routing between pods: %w; %s", err, privilegeHint)
	}
	return nil
}

const privilegeHint = "the container must be privileged, or have all capabilities but SYS_RESOURCE " +
	"with seccomp=unconfined, apparmor=unconfined and systempaths=unconfined"

// CanRaisePriority says whether this process may lower the badness by which the kernel chooses what to kill when
// memory runs out. Daemons other than the system's own may grant containers less than that.
func CanRaisePriority() (bool, error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false, fmt.Errorf("reading capabilities: %w", err)
	}
	return data[0].Effective&(1<<unix.CAP_SYS_RESOURCE) != 0, nil
}
