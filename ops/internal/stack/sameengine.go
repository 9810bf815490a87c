package stack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// checkEngine wants the Docker engine to be the one that a local stack was made on. On another one everything would look as if it
// had been removed, and be forgotten. containers are all that the engine has.
func (s *Stack) checkEngine(ctx context.Context, containers []engine.Container) error {
	recorded, err := s.state.readCheckpoint(s.Name)
	if err != nil || recorded.empty() || s.state.ownBackend {
		return err
	}
	for _, made := range recorded.made(containerType) {
		if slices.ContainsFunc(containers, func(c engine.Container) bool { return c.ID == made.ID }) {
			return nil // no two containers have one ID
		}
	}
	made, err := os.ReadFile(s.state.engine(s.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // an earlier version has made it, or the user has said that the engine is gone
	}
	if err != nil {
		return fmt.Errorf("looking for the engine of the stack: %w", err)
	}
	here, err := s.engine.Info(ctx)
	if err != nil {
		return err
	}
	id, name, _ := strings.Cut(strings.TrimSpace(string(made)), " ")
	if id == here.ID {
		return nil
	}
	return fmt.Errorf("stack %s is on the Docker engine %s (%s), and the docker command talks to %s (%s): nothing was changed; choose the engine "+
		"of the stack (docker context use, or DOCKER_HOST), or where that is gone for good, delete %s",
		s.Name, name, id, here.Name, here.ID, s.state.engine(s.Name))
}

// rememberEngine writes down on which engine a local stack is made, before anything is made.
func (s *Stack) rememberEngine(ctx context.Context) error {
	if !s.Local() || s.state.ownBackend {
		return nil
	}
	recorded, err := s.state.readCheckpoint(s.Name)
	if err != nil || exists(s.state.engine(s.Name)) && !recorded.empty() {
		return err
	}
	here, err := s.engine.Info(ctx)
	if err != nil {
		return err
	}
	file := s.state.engine(s.Name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("making the state folder: %w", err)
	}
	if err := os.WriteFile(file, []byte(here.ID+" "+here.Name+"\n"), 0o600); err != nil {
		return fmt.Errorf("writing down the engine of the stack: %w", err)
	}
	return nil
}
