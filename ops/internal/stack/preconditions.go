package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"runtime"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// Preconditions are what has to be so before the stack can be brought up, but for its cluster. To look at them changes nothing.
func (s *Stack) Preconditions() []doctor.Check {
	m := &machine{Stack: s}
	return []doctor.Check{
		{Name: "engine", Look: m.findEngine}, {Name: "cgroups", Look: m.findCgroups}, {Name: "ports", Look: m.findPorts},
		{Name: "disk", Look: m.findDisk}, {Name: "tools", Look: m.findTools}, {Name: "state", Look: m.findState},
		{Name: "passphrase", Look: m.findPassphrase},
	}
}

// machine is what was found of this machine so far.
type machine struct {
	*Stack
	answered   bool // the engine has
	containers []engine.Container
	cgroups    string
}

// errNotLocal is for what only a local stack needs.
const errNotLocal = doctor.NotLookedAtError("the cluster exists: nothing of it is on this machine")

// local is nil where the stack is a local one and the engine has answered.
func (m *machine) local() error {
	if !m.Local() {
		return errNotLocal
	}
	if !m.answered {
		return doctor.NotLookedAtError("the engine does not answer")
	}
	return nil
}

func (m *machine) findEngine(ctx context.Context) (_ string, err error) {
	switch {
	case m.Local():
		m.containers, err = m.Stack.containers(ctx)
	case m.Settings.Image.Ref != "":
		return "", doctor.NotLookedAtError("the image is there already (image.ref): nothing is built")
	}
	if err != nil {
		return "", err
	}
	version, cgroups, err := m.engine.Version(ctx)
	if err != nil {
		return "", err
	}
	m.answered, m.cgroups = true, cgroups
	return strings.TrimSpace("Docker " + version + " " + m.endpoint(ctx)), nil
}

// findCgroups wants what the node of a local cluster needs: without every privilege it can use version 1 only.
func (m *machine) findCgroups(context.Context) (string, error) {
	if err := m.local(); err != nil {
		return "", err
	}
	if m.cgroups == "2" && !m.Settings.Cluster.Privileged {
		return "", fmt.Errorf("the engine has cgroup v2, where the node needs every privilege: set cluster.privileged to true in %s", m.file())
	}
	return "version " + m.cgroups, nil
}

func (m *machine) findPorts(ctx context.Context) (string, error) {
	if err := m.local(); err != nil {
		return "", err
	}
	numbers := strings.Trim(fmt.Sprint(slices.Sorted(maps.Keys(m.ports()))), "[]")
	return numbers + " are free, or the stack's own", m.checkPorts(ctx, m.containers)
}

func (m *machine) findDisk(ctx context.Context) (string, error) {
	if err := m.local(); err != nil {
		return "", err
	}
	return "room for a local stack", m.checkDisk(ctx, m.containers)
}

func (m *machine) findTools(ctx context.Context) (string, error) {
	folder, found := m.tools.Installed(m.Name)
	switch {
	case found:
		return "Pulumi " + toolchain.PulumiVersion + " in " + folder, nil
	case m.Name != toolchain.Airgap:
		if err := m.tools.OfficialInReach(ctx); err != nil {
			return "", fmt.Errorf("they are not installed and cannot be downloaded: %w\nthey need the network; "+
				"a Debian machine without it can use --stack %s", err, toolchain.Airgap)
		}
		return "not installed, and can be downloaded: ashapp tools, or any command that needs them", nil
	case runtime.GOOS != "linux":
		return "", fmt.Errorf("they are built for Linux, and this is %s: use --stack %s", runtime.GOOS, defaultStack)
	}
	return "not installed: ashapp tools builds them, which takes minutes", nil
}

func (m *machine) findState(ctx context.Context) (string, error) {
	if err := m.state.holder(m.Name); err != nil {
		return "", err
	}
	if m.state.ownBackend {
		return m.findBackend(ctx)
	}
	recorded, err := m.state.readCheckpoint(m.Name)
	switch {
	case err != nil:
		return "", err
	case len(recorded.pending) == 0 && m.Local() && m.checkContainers(recorded, m.containers) != nil:
		return "", m.checkContainers(recorded, m.containers)
	case len(recorded.pending) > 0:
		return "in " + m.state.folder + ", from an update that was stopped: the next ashapp up or deploy goes on from there", nil
	case recorded.empty():
		return "in " + m.state.folder + ", where the stack is not up yet", nil
	}
	return "in " + m.state.folder, nil
}

// findBackend has Pulumi reach a backend of the user's own.
func (m *machine) findBackend(ctx context.Context) (string, error) {
	backend, err := url.Parse(m.state.backend)
	if wrapped := (&url.Error{}); errors.As(err, &wrapped) {
		err = wrapped.Err // the rest of it is the address, which may have a password
	}
	if err != nil {
		return "", fmt.Errorf("reading the address of the state's backend: %w", err)
	}
	p, err := m.installed(ctx)
	if err != nil {
		return "", doctor.NotLookedAtError(fmt.Sprintf("in %s; whether that can be reached is not known: %v", backend.Redacted(), err))
	}
	if err := p.run(ctx, p.root, io.Discard, "whoami"); err != nil {
		return "", fmt.Errorf("the backend %s cannot be used: %w", backend.Redacted(), err)
	}
	return "in " + backend.Redacted(), nil
}

// whichPassphrase tells where the passphrase is that encrypts the secrets in the state. It is an error where there should be one.
func (s *Stack) whichPassphrase() (string, error) {
	switch {
	case s.state.ownPassphrase:
		return "set by PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE", nil
	case s.state.ownBackend:
		return "none is needed: the stack has another secrets provider", s.state.checkPassphrase(s.file())
	case exists(s.state.passphrase()):
		return "in " + s.state.passphrase(), nil
	}
	if err := s.isUp(); err != nil {
		return "not there yet: ashapp up makes one", nil //nolint:nilerr // and then there is nothing that it has encrypted
	}
	return "", fmt.Errorf("%s is gone, which opens the secrets in the local state: put it back, or begin from nothing with ashapp down and up",
		s.state.passphrase())
}

// findPassphrase opens the secrets of a stack that is up.
func (m *machine) findPassphrase(ctx context.Context) (string, error) {
	found, err := m.whichPassphrase()
	if err != nil {
		return "", err
	}
	reader, err := m.Reader(ctx)
	if err != nil {
		return found, nil //nolint:nilerr // there is nothing to open, or nothing to open it with
	}
	p := reader.pulumi
	if err := p.run(ctx, p.root, io.Discard, "stack", "output", "--json", "--show-secrets", "--stack", p.Name); err != nil {
		return "", err
	}
	return found + ", and opens the stack's secrets", nil
}
