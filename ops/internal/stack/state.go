package stack

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// state is where Pulumi keeps what it knows: in a folder of the checkout, or where the user has said.
type state struct {
	folder  string
	project string // its name in Pulumi.yaml
	// ownBackend and ownPassphrase are set where the user has set these; then we leave them alone.
	ownBackend, ownPassphrase bool
}

// newState finds out what the user has set, by the variables and files that Pulumi itself reads.
func newState(folder, project string, getenv func(string) string) state {
	return state{
		folder: folder, project: project,
		ownBackend:    getenv("PULUMI_BACKEND_URL") != "" || getenv("PULUMI_ACCESS_TOKEN") != "" || loggedIn(getenv),
		ownPassphrase: getenv("PULUMI_CONFIG_PASSPHRASE") != "" || getenv("PULUMI_CONFIG_PASSPHRASE_FILE") != "",
	}
}

// loggedIn tells whether pulumi login has been used.
func loggedIn(getenv func(string) string) bool {
	home := getenv("PULUMI_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return false
		}
		home = filepath.Join(user, ".pulumi")
	}
	content, err := os.ReadFile(filepath.Join(home, "credentials.json"))
	if err != nil {
		return false
	}
	var credentials struct{ Current string }
	return json.Unmarshal(content, &credentials) == nil && credentials.Current != ""
}

// The files beside Pulumi's own: the name of the stack that was used last, the passphrase, the kubeconfig of a local
// cluster. The last two are secrets.

func (s state) choice() string     { return filepath.Join(s.folder, "stack") }
func (s state) passphrase() string { return filepath.Join(s.folder, "passphrase") }
func (s state) kubeconfig() string { return filepath.Join(s.folder, "kubeconfig") }

// ownKubeconfig is a copy of what the state holds encrypted: that of the cluster of a local stack.
func (s state) ownKubeconfig(stack string) string {
	return filepath.Join(s.folder, stack, "kubeconfig")
}

// checkpoint is the file with a stack's resources, by the layout of Pulumi's file backend.
func (s state) checkpoint(stack string) string {
	return filepath.Join(s.folder, ".pulumi", "stacks", s.project, stack+".json")
}

// locks matches the files that keep two updates of a stack apart.
func (s state) locks(stack string) string {
	return filepath.Join(s.folder, ".pulumi", "locks", "organization", s.project, stack, "*.json")
}

// environment is what Pulumi has to be told, as KEY=value. It makes the passphrase when there is none.
func (s state) environment() ([]string, error) {
	var variables []string
	if !s.ownBackend {
		variables = append(variables, "PULUMI_BACKEND_URL=file://"+filepath.ToSlash(s.folder))
	}
	if !s.ownPassphrase {
		if err := s.makePassphrase(); err != nil {
			return nil, err
		}
		variables = append(variables, "PULUMI_CONFIG_PASSPHRASE_FILE="+s.passphrase())
	}
	return append(variables, "PULUMI_SKIP_UPDATE_CHECK=true"), nil
}

// makePassphrase generates the passphrase that encrypts the secrets in the local state, once.
func (s state) makePassphrase() error {
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return fmt.Errorf("making the state folder: %w", err)
	}
	if exists(s.passphrase()) {
		return nil
	}
	// It must never be seen empty or half-written, and of two that are made at a time the first is kept.
	file, err := os.CreateTemp(s.folder, "passphrase-*") // mode 0600
	if err != nil {
		return fmt.Errorf("making the passphrase: %w", err)
	}
	_, err = file.WriteString(rand.Text() + "\n")
	if err = errors.Join(err, file.Close()); err == nil {
		if err = os.Link(file.Name(), s.passphrase()); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	if err := errors.Join(err, os.Remove(file.Name())); err != nil {
		return fmt.Errorf("writing the passphrase: %w", err)
	}
	return nil
}

// saltKey is the line of a stack file with which Pulumi recognises the right passphrase.
const saltKey = "encryptionsalt:"

// configFile is the stack file to run with. Pulumi wants the salt of the passphrase in it; ours belongs to this machine
// and not into the committed file, so it is put into a copy.
func (s state) configFile(committed, stack string) (string, error) {
	content, err := os.ReadFile(committed)
	if err != nil {
		return "", fmt.Errorf("reading the stack file: %w", err)
	}
	if s.ownBackend || strings.Contains(string(content), saltKey) {
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
	file := filepath.Join(s.folder, stack, "config.yaml")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return "", fmt.Errorf("writing the stack file with the salt: %w", err)
	}
	return file, nil
}

// saltFile is written by Pulumi when it creates the stack in saltFolder.
func (s state) saltFile(stack string) string {
	return filepath.Join(s.folder, stack, "Pulumi."+stack+".yaml")
}
