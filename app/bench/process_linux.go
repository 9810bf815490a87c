package main

import (
	"os"
	"syscall"
	"time"
)

// childAttributes gives a child a process group of its own, so that its children can be ended with it and Ctrl-C leaves
// its end to us. Should we die without ending it, as by SIGKILL or SIGPIPE, it gets SIGTERM: a gunicorn that was killed
// could not end its workers, which would linger.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// signalGroup signals a child that has not been waited for, and its children.
func signalGroup(leader *os.Process, signal syscall.Signal) error {
	return syscall.Kill(-leader.Pid, signal)
}

// pause sleeps. Go's own timers, in a process that is idle otherwise, are a whole millisecond late.
func pause(duration time.Duration) {
	left := syscall.NsecToTimespec(duration.Nanoseconds())
	_ = syscall.Nanosleep(&left, nil) // a signal cuts it short, which does no harm
}
