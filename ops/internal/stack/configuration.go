package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// configureBy sets the settings by the content of the stack file and Pulumi.yaml. Where some are encrypted or come from an environment
// of Pulumi ESC, it is a guess until resolve: the tools that tell may have to be installed first.
func (s *Stack) configureBy(stackFile []byte) error {
	found, whole, err := s.fromFiles(stackFile)
	if s.unresolved = !whole; s.unresolved && err != nil {
		found, err = settings.Default(), nil // what is missing or cannot be read as it is, Pulumi will tell
	}
	s.Settings = found
	return err
}

// fromFiles are the settings that a stack file with this content gives, with the defaults that Pulumi.yaml declares, and whether
// that is all there is to know.
func (s *Stack) fromFiles(stackFile []byte) (found settings.Settings, whole bool, err error) {
	project, err := os.ReadFile(filepath.Join(s.root, "Pulumi.yaml"))
	if err != nil {
		return found, true, fmt.Errorf("reading the project: %w", err)
	}
	config, secretKeys, whole, err := settings.Read(project, stackFile)
	if err != nil {
		return found, true, fmt.Errorf("%s: %w", filepath.Base(s.file()), err)
	}
	if found, err = settings.Load(s.state.Project, config, secretKeys); err != nil {
		err = fmt.Errorf("%s: %w", filepath.Base(s.file()), err)
	}
	return found, whole, err
}

// resolve asks Pulumi for the settings where the files do not hold them all, once open, prepare or look, has made it ready.
func (s *Stack) resolve(ctx context.Context, open func(context.Context) (*session, error)) error {
	if !s.unresolved {
		return nil
	}
	_, err := open(ctx)
	return err
}

// settle asks Pulumi for the settings of the stack where the files do not hold them all.
func (p *session) settle(ctx context.Context) error {
	if !p.unresolved {
		return nil
	}
	found, err := p.ask(ctx, p.pulumi)
	if err == nil {
		p.Settings, p.unresolved = found, false
	}
	return err
}

// ask are the settings that the program gets from Pulumi: merged and decrypted.
func (s *Stack) ask(ctx context.Context, p *pulumi.CommandLine) (settings.Settings, error) {
	config, secretKeys, err := p.Config(ctx)
	if err != nil {
		return settings.Settings{}, err
	}
	found, err := settings.Load(s.state.Project, config, secretKeys)
	if err != nil {
		return settings.Settings{}, fmt.Errorf("%s: %w", filepath.Base(s.file()), err)
	}
	return found, nil
}

// Settings are those that the program gets by a stack file with this content.
func (o *Operator) Settings(ctx context.Context, config []byte) (settings.Settings, error) {
	found, whole, err := o.session.fromFiles(config)
	if whole {
		return found, err
	}
	file, err := o.write(config)
	if err != nil {
		return settings.Settings{}, err
	}
	defer func() { _ = os.Remove(file) }() // a copy, which nobody else reads
	return o.session.ask(ctx, o.session.pulumi.With(file))
}
