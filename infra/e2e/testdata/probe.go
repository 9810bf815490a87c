package main

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
)

// The end-to-end tests put this file into the backend's program. It tries what a process that somebody has taken over would
// try, and tells on stdout what came of it, a JSON object for each attempt.
func init() {
	for _, attempt := range []struct {
		what string
		try  func() error
	}{
		{"write to /", func() error { return os.WriteFile("/probe", nil, 0o600) }},
		{"read the token", func() error {
			_, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/token")
			return err
		}},
		{"become root", func() error { return syscall.Setuid(0) }},
		{"gain privileges", gainPrivileges},
		{"open a raw socket", func() error {
			socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_ICMP)
			if err != nil {
				return err
			}
			return syscall.Close(socket)
		}},
	} {
		failure := ""
		if err := attempt.try(); err != nil {
			failure = err.Error()
		}
		line, err := json.Marshal(map[string]string{"attempt": attempt.what, "failure": failure})
		if err != nil {
			panic(err)
		}
		fmt.Println(string(line))
	}
}

// gainPrivileges asks whether a program with a set-user-ID bit would give this process more than it has (prctl(2)).
func gainPrivileges() error {
	const getNoNewPrivileges = 39
	set, _, errno := syscall.Syscall6(syscall.SYS_PRCTL, getNoNewPrivileges, 0, 0, 0, 0, 0)
	switch {
	case errno != 0:
		return errno
	case set == 1:
		return fmt.Errorf("no_new_privs is set")
	}
	return nil
}
