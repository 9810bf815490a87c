package localstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// engineFile names the engine that the stack is on.
func (s *Stack) engineFile() string { return s.State.File(s.Name, "engine") }

// checkEngine wants the Docker engine to be the one that a local stack was made on. On another one everything would look as if it
// had been removed, and be forgotten. containers are all that the engine has.
func (s *Stack) checkEngine(ctx context.Context, containers []engine.Container) error {
	recorded, err := s.State.Recorded(s.Name)
	if err != nil || recorded.Empty() || s.State.OwnBackend {
		return err
	}
	for _, made := range recorded.Made(pulumi.ContainerType) {
		if slices.ContainsFunc(containers, func(c engine.Container) bool { return c.ID == made.ID }) {
			return nil // no two containers have one ID
		}
	}
	made, err := os.ReadFile(s.engineFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil // an earlier version has made it, or the user has said that the engine is gone
	}
	if err != nil {
		return fmt.Errorf("looking for the engine of the stack: %w", err)
	}
	here, err := s.Docker.Info(ctx)
	if err != nil {
		return err
	}
	id, name, _ := strings.Cut(strings.TrimSpace(string(made)), " ")
	if id == here.ID {
		return nil
	}
	return fmt.Errorf("stack %s is on the Docker engine %s (%s), and the docker command talks to %s (%s): nothing was changed; choose the engine "+
		"of the stack (docker context use, or DOCKER_HOST), or where that is gone for good, delete %s",
		s.Name, name, id, here.Name, here.ID, s.engineFile())
}

// RememberEngine writes down on which engine a local stack is made, before anything is made.
func (s *Stack) RememberEngine(ctx context.Context) error {
	if !s.ours() {
		return nil
	}
	recorded, err := s.State.Recorded(s.Name)
	if err != nil {
		return err
	}
	if _, err := os.Stat(s.engineFile()); err == nil && !recorded.Empty() {
		return nil
	}
	here, err := s.Docker.Info(ctx)
	if err != nil {
		return err
	}
	if err := s.State.MakeFolder(s.Name); err != nil {
		return err
	}
	if err := os.WriteFile(s.engineFile(), []byte(here.ID+" "+here.Name+"\n"), 0o600); err != nil {
		return fmt.Errorf("writing down the engine of the stack: %w", err)
	}
	return nil
}
