package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// wrkThreads is how many threads make the load.
const wrkThreads = 2

// wrkTimeout bounds how much longer than asked for wrk may take.
const wrkTimeout = 30 * time.Second

// load is the outcome of one measurement.
type load struct {
	answers      int     // responses that arrived whole
	perSecond    float64 // answers
	badStatuses  string  // wrk's line about answers other than 2xx and 3xx, or empty
	socketErrors string  // wrk's line about connections that failed, or empty
}

// runWrk loads a server for a time, whole seconds.
func runWrk(ctx context.Context, s *server, connections int, duration time.Duration) (load, error) {
	ctx, cancel := context.WithTimeout(ctx, duration+wrkTimeout)
	defer cancel()
	printed, err := runTool(ctx, os.Environ(), "wrk",
		fmt.Sprintf("-t%d", wrkThreads), fmt.Sprintf("-c%d", connections), fmt.Sprintf("-d%.0fs", duration.Seconds()), "http://"+s.address+"/")
	if err != nil {
		return load{}, fmt.Errorf("loading %s: %w", s.name, err)
	}
	measured, err := parseWrk(printed)
	if err != nil {
		return load{}, fmt.Errorf("loading %s: %w; wrk printed:\n%s", s.name, err, printed)
	}
	return measured, nil
}

// parseWrk reads what wrk prints at its end.
func parseWrk(printed string) (load, error) {
	var l load
	var err error
	found := 0
	for line := range strings.Lines(printed) {
		line = strings.TrimSpace(line)
		switch fields := strings.Fields(line); {
		case strings.Contains(line, " requests in "):
			l.answers, err = strconv.Atoi(fields[0])
			found++
		case strings.HasPrefix(line, "Requests/sec:"):
			l.perSecond, err = strconv.ParseFloat(fields[len(fields)-1], 64)
			found++
		case strings.HasPrefix(line, "Non-2xx"):
			l.badStatuses = line
		case strings.HasPrefix(line, "Socket errors"):
			l.socketErrors = line
		}
		if err != nil {
			return load{}, fmt.Errorf("reading the line %q: %w", line, err)
		}
	}
	switch {
	case found != 2:
		return load{}, errors.New("the lines with \"requests in\" and \"Requests/sec:\" are not there")
	case l.answers == 0 || l.perSecond <= 0:
		return load{}, errors.New("nothing was answered")
	}
	return l, nil
}
