package localstack

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// Machine is what was found of this machine so far.
type Machine struct {
	*Stack
	answered   bool // the engine has
	containers []engine.Container
	cgroups    string
}

// errNotLocal is for what only a local stack needs.
const errNotLocal = doctor.NotLookedAtError("the cluster exists: nothing of it is on this machine")

// Checks are what has to be so with this machine before the stack can be brought up, in an order in which each can go on from the one
// before.
func (m *Machine) Checks() []doctor.Check {
	return []doctor.Check{
		{Name: "engine", Look: m.findEngine}, {Name: "cgroups", Look: m.findCgroups}, {Name: "ports", Look: m.findPorts},
		{Name: "disk", Look: m.findDisk},
	}
}

// CheckRecorded wants the containers that were found to be those that are recorded, and to run.
func (m *Machine) CheckRecorded() error {
	if !m.local() {
		return nil
	}
	return m.checkRecorded(m.containers)
}

// ready is nil where the stack is a local one and the engine has answered.
func (m *Machine) ready() error {
	if !m.local() {
		return errNotLocal
	}
	if !m.answered {
		return doctor.NotLookedAtError("the engine does not answer")
	}
	return nil
}

func (m *Machine) findEngine(ctx context.Context) (_ string, err error) {
	switch {
	case m.local():
		m.containers, err = m.Containers(ctx)
	case m.Settings.Image.Ref != "":
		return "", doctor.NotLookedAtError("the image is there already (image.ref): nothing is built")
	}
	if err != nil {
		return "", err
	}
	version, cgroups, err := m.Docker.Version(ctx)
	if err != nil {
		return "", err
	}
	m.answered, m.cgroups = true, cgroups
	return strings.TrimSpace("Docker " + version + " " + m.Docker.Endpoint(ctx)), nil
}

// findCgroups wants what the node of a local cluster needs: without every privilege it can use version 1 only.
func (m *Machine) findCgroups(context.Context) (string, error) {
	if err := m.ready(); err != nil {
		return "", err
	}
	if m.cgroups == "2" && !m.Settings.Cluster.Privileged {
		return "", fmt.Errorf("the engine has cgroup v2, where the node needs every privilege: set cluster.privileged to true in %s", m.File)
	}
	return "version " + m.cgroups, nil
}

func (m *Machine) findPorts(ctx context.Context) (string, error) {
	if err := m.ready(); err != nil {
		return "", err
	}
	numbers := strings.Trim(fmt.Sprint(slices.Sorted(maps.Keys(m.ports()))), "[]")
	return numbers + " are free, or the stack's own", m.checkPorts(ctx, m.containers)
}

func (m *Machine) findDisk(ctx context.Context) (string, error) {
	if err := m.ready(); err != nil {
		return "", err
	}
	return "room for a local stack", m.checkDisk(ctx, m.containers)
}
