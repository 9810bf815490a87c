package pulumi

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// State is where Pulumi keeps what it knows: in a folder of the checkout, or where the user has said.
type State struct {
	// Folder is that of the local state, and of what this machine keeps beside any other: what it holds is for this user only.
	Folder string
	// Project is its name in Pulumi.yaml.
	Project string
	// OwnBackend and OwnPassphrase are set where the user has set these; then they are left alone.
	OwnBackend, OwnPassphrase bool
	// Backend is the URL of the user's own backend.
	Backend string
}

// NewState finds out what the user has set, by the variables and files that Pulumi itself reads. An empty passphrase is one.
func NewState(folder, project string, lookupEnv func(string) (string, bool)) State {
	backend := ownBackend(lookupEnv)
	_, passphrase := lookupEnv("PULUMI_CONFIG_PASSPHRASE")
	file, _ := lookupEnv("PULUMI_CONFIG_PASSPHRASE_FILE")
	return State{Folder: folder, Project: project, OwnBackend: backend != "", OwnPassphrase: passphrase || file != "", Backend: backend}
}

// MakeFolder makes the folder, and the one in it for what belongs to one stack.
func (s State) MakeFolder(stack string) error {
	if err := os.MkdirAll(filepath.Join(s.Folder, stack), 0o700); err != nil {
		return fmt.Errorf("making the state folder: %w", err)
	}
	return nil
}

// File is one beside Pulumi's own that belongs to a stack.
func (s State) File(stack, name string) string { return filepath.Join(s.Folder, stack, name) }

// Remove removes files; that there is none is no error, so that everything may be taken down twice.
func Remove(files ...string) error {
	for _, file := range files {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("cleaning up: %w", err)
		}
	}
	return nil
}

// PassphraseFile holds the passphrase of the local state.
func (s State) PassphraseFile() string { return filepath.Join(s.Folder, "passphrase") }

// environment is what Pulumi has to be told, as KEY=value, to run with a stack file. In the local state it makes the passphrase when
// there is none.
func (s State) environment(stackFile string) ([]string, error) {
	var variables []string
	if !s.OwnBackend {
		folder := url.URL{Path: filepath.ToSlash(s.Folder)}
		variables = append(variables, "PULUMI_BACKEND_URL=file://"+folder.EscapedPath())
	}
	switch {
	case s.OwnPassphrase:
	case s.OwnBackend:
		if err := s.checkPassphrase(stackFile); err != nil {
			return nil, err
		}
	default:
		if err := s.makePassphrase(); err != nil {
			return nil, err
		}
		variables = append(variables, "PULUMI_CONFIG_PASSPHRASE_FILE="+s.PassphraseFile())
	}
	return append(variables, "PULUMI_SKIP_UPDATE_CHECK=true"), nil
}

// saltKey is the line of a stack file with which Pulumi recognises the right passphrase.
const saltKey = "encryptionsalt:"

// configFile is the stack file to run with. Pulumi wants the salt of the passphrase in it; ours belongs to this machine
// and not into the committed file, so it is put into a copy.
func (s State) configFile(committed, stack string) (string, error) {
	content, err := os.ReadFile(committed)
	if err != nil {
		return "", fmt.Errorf("reading the stack file: %w", err)
	}
	if s.OwnBackend || strings.Contains(string(content), saltKey) {
		return committed, nil
	}
	salted, err := os.ReadFile(s.saltFile(stack))
	if err != nil {
		return "", fmt.Errorf("reading the salt of the passphrase: %w", err)
	}
	for line := range strings.Lines(string(salted)) {
		if strings.HasPrefix(line, saltKey) {
			content = append(append(content, '\n'), line...)
		}
	}
	file := s.File(stack, "config.yaml")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return "", fmt.Errorf("writing the stack file with the salt: %w", err)
	}
	return file, nil
}
