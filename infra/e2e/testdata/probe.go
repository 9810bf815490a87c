package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
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
		tell(map[string]string{"attempt": attempt.what, "failure": failure})
	}
	given()
	go answer()
}

// given tells what settings have given to the process: variables that are called PROBE_..., and files in /etc/app. It leaves a file in
// /tmp and reads it again.
func given() {
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "PROBE_") {
			tell(map[string]string{"given": name, "value": value})
		}
	}
	files, _ := filepath.Glob("/etc/app/*")
	if os.WriteFile("/tmp/probe", []byte("written"), 0o600) == nil {
		files = append(files, "/tmp/probe")
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			content = []byte(err.Error())
		}
		tell(map[string]string{"given": name, "value": string(content)})
	}
}

func tell(what map[string]string) {
	line, err := json.Marshal(what)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

// answer tells on port 7070 whether this process reaches an address, until it ends: "reached", "refused", or "not known" where the
// name of it is not.
func answer() {
	dialer := net.Dialer{Timeout: 3 * time.Second}
	err := http.ListenAndServe(":7070", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found := "reached"
		connection, err := dialer.DialContext(r.Context(), "tcp", r.FormValue("address"))
		switch {
		case errors.As(err, new(*net.DNSError)):
			found = "not known"
		case err != nil:
			found = "refused"
		default:
			err = connection.Close()
		}
		_, _ = fmt.Fprintf(w, "%s %v", found, err)
	}))
	fmt.Fprintln(os.Stderr, "the probe does not answer:", err)
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
