package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
)

// CheckPorts makes sure that each port (number -> the setting it comes from) is free on this machine's loopback address or
// published by a container that may hold it. Its error names every port that is not, who holds it, and what to do. objection
// is what to do about a container that holds a port; empty when it may.
func CheckPorts(ctx context.Context, ports map[int]string, containers []Container, objection func(Container) string) error {
	var problems []error
	for _, port := range slices.Sorted(maps.Keys(ports)) {
		holder, advice := "", "stop that"
		if container := publisher(containers, port); container != nil {
			if advice = objection(*container); advice == "" {
				continue
			}
			holder = "the container " + container.Names
		} else if !free(ctx, port) {
			holder = listenerOf(port)
		}
		if holder != "" {
			problems = append(problems, fmt.Errorf("port %d is held by %s: %s, or set %s to another port", port, holder, advice, ports[port]))
		}
	}
	return errors.Join(problems...)
}

// publisher is the container that publishes a port on the loopback address, running or paused, nil if there is none.
func publisher(containers []Container, port int) *Container {
	for i, c := range containers {
		if c.State != "running" && c.State != "paused" {
			continue
		}
		for mapping := range strings.SplitSeq(c.Ports, ", ") {
			published, _, _ := strings.Cut(mapping, "->")
			for _, address := range []string{"127.0.0.1", "0.0.0.0", "", "::", "[::]"} {
				if published == fmt.Sprintf("%s:%d", address, port) {
					return &containers[i]
				}
			}
		}
	}
	return nil
}

// free tries the port. Only the attempt tells: a listener on all addresses stands in the way as well.
func free(ctx context.Context, port int) bool {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}
