package stack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"

	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack"
	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// Preconditions are what has to be so before the stack can be brought up, but for its cluster. To look at them changes nothing.
func (s *Stack) Preconditions() []doctor.Check {
	machine := &localstack.Machine{Stack: s.machine()}
	return append(machine.Checks(),
		doctor.Check{Name: "tools", Look: s.findTools},
		doctor.Check{Name: "state", Look: func(ctx context.Context) (string, error) { return s.findState(ctx, machine) }},
		doctor.Check{Name: "passphrase", Look: s.findPassphrase})
}

func (s *Stack) findTools(ctx context.Context) (string, error) {
	folder, found := s.tools.Installed(s.Name)
	switch {
	case found:
		return "Pulumi " + toolchain.PulumiVersion + " in " + folder, nil
	case s.Name != toolchain.Airgap:
		if err := s.tools.OfficialInReach(ctx); err != nil {
			return "", fmt.Errorf("they are not installed and cannot be downloaded: %w\nthey need the network; "+
				"a Debian machine without it can use --stack %s", err, toolchain.Airgap)
		}
		return "not installed, and can be downloaded: ashapp tools, or any command that needs them", nil
	case runtime.GOOS != "linux":
		return "", fmt.Errorf("they are built for Linux, and this is %s: use --stack %s", runtime.GOOS, defaultStack)
	}
	return "not installed: ashapp tools builds them, which takes minutes", nil
}

func (s *Stack) findState(ctx context.Context, machine *localstack.Machine) (string, error) {
	if err := s.state.Holder(s.Name); err != nil {
		return "", err
	}
	if s.state.OwnBackend {
		return s.findBackend(ctx)
	}
	recorded, err := s.state.Recorded(s.Name)
	if err != nil {
		return "", err
	}
	if recorded.Interrupted() {
		return "in " + s.state.Folder + ", from an update that was stopped: the next ashapp up or deploy goes on from there", nil
	}
	if err := machine.CheckRecorded(); err != nil {
		return "", err
	}
	if recorded.Empty() {
		return "in " + s.state.Folder + ", where the stack is not up yet", nil
	}
	return "in " + s.state.Folder, nil
}

// findBackend has Pulumi reach a backend of the user's own.
func (s *Stack) findBackend(ctx context.Context) (string, error) {
	backend, err := url.Parse(s.state.Backend)
	if wrapped := (&url.Error{}); errors.As(err, &wrapped) {
		err = wrapped.Err // the rest of it is the address, which may have a password
	}
	if err != nil {
		return "", fmt.Errorf("reading the address of the state's backend: %w", err)
	}
	p, err := s.installed(ctx)
	if err != nil {
		return "", doctor.NotLookedAtError(fmt.Sprintf("in %s; whether that can be reached is not known: %v", backend.Redacted(), err))
	}
	if err := p.pulumi.Reach(ctx); err != nil {
		return "", fmt.Errorf("the backend %s cannot be used: %w", backend.Redacted(), err)
	}
	return "in " + backend.Redacted(), nil
}

// findPassphrase opens the secrets of a stack that is up.
func (s *Stack) findPassphrase(ctx context.Context) (string, error) {
	found, err := s.state.FindPassphrase(s.Name, s.file())
	if err != nil {
		return "", err
	}
	reader, err := s.Reader(ctx)
	if err != nil {
		return found, nil //nolint:nilerr // there is nothing to open, or nothing to open it with
	}
	if err := reader.session.pulumi.OpenSecrets(ctx); err != nil {
		return "", err
	}
	return found + ", and opens the stack's secrets", nil
}
