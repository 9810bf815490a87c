package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// residentBytes is how much memory a process holds at the moment: VmRSS, proc_pid_status(5).
func residentBytes(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("measuring the backend's memory: %w", err)
	}
	resident, err := parseResident(string(status))
	if err != nil {
		return 0, fmt.Errorf("measuring the backend's memory from /proc/%d/status: %w", pid, err)
	}
	return resident, nil
}

// parseResident finds VmRSS in the content of /proc/PID/status. The kernel writes kB and means 1024 bytes.
func parseResident(status string) (int64, error) {
	for line := range strings.Lines(status) {
		value, found := strings.CutPrefix(line, "VmRSS:")
		if !found {
			continue
		}
		kibibytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading the line %q: %w", strings.TrimSpace(line), err)
		}
		return kibibytes << 10, nil
	}
	return 0, errors.New("there is no line VmRSS: the process has ended")
}
