package stack

import (
	"fmt"
	"net/url"
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
	// backend is the URL of the user's own backend.
	backend string
}

// newState finds out what the user has set, by the variables and files that Pulumi itself reads. An empty passphrase is one.
func newState(folder, project string, lookupEnv func(string) (string, bool)) state {
	backend := ownBackend(lookupEnv)
	_, passphrase := lookupEnv("PULUMI_CONFIG_PASSPHRASE")
	file, _ := lookupEnv("PULUMI_CONFIG_PASSPHRASE_FILE")
	return state{folder: folder, project: project, ownBackend: backend != "", ownPassphrase: passphrase || file != "", backend: backend}
}

// The files beside Pulumi's own: the name of the stack that was used last, the passphrase, the kubeconfig of a local
// cluster. The last two are secrets.

func (s state) choice() string     { return filepath.Join(s.folder, "stack") }
func (s state) passphrase() string { return filepath.Join(s.folder, "passphrase") }
func (s state) engine(stack string) string {
	return filepath.Join(s.folder, stack, "engine") // the Docker engine that a local stack is on
}
func (s state) kubeconfig() string { return filepath.Join(s.folder, "kubeconfig") }

// ownKubeconfig is a copy of what the state holds encrypted: that of the cluster of a local stack.
func (s state) ownKubeconfig(stack string) string {
	return filepath.Join(s.folder, stack, "kubeconfig")
}

// checkpoint is the file with a stack's resources, by the layout of Pulumi's file backend.
func (s state) checkpoint(stack string) string {
	return filepath.Join(s.folder, ".pulumi", "stacks", s.project, stack+".json")
}

// locks is the folder with the files that keep two updates of a stack apart, in the local state or in a folder that is the user's
// backend (file://); empty for other backends.
func (s state) locks(stack string) string {
	folder := s.folder
	if s.ownBackend {
		if folder = folderOf(s.backend); folder == "" {
			return ""
		}
	}
	return filepath.Join(folder, ".pulumi", "locks", "organization", s.project, stack)
}

// environment is what Pulumi has to be told, as KEY=value, to run with a stack file. In the local state it makes the passphrase when
// there is none.
func (s state) environment(stackFile string) ([]string, error) {
	var variables []string
	if !s.ownBackend {
		folder := url.URL{Path: filepath.ToSlash(s.folder)}
		variables = append(variables, "PULUMI_BACKEND_URL=file://"+folder.EscapedPath())
	}
	switch {
	case s.ownPassphrase:
	case s.ownBackend:
		if err := s.checkPassphrase(stackFile); err != nil {
			return nil, err
		}
	default:
		if err := s.makePassphrase(); err != nil {
			return nil, err
		}
		variables = append(variables, "PULUMI_CONFIG_PASSPHRASE_FILE="+s.passphrase())
	}
	return append(variables, "PULUMI_SKIP_UPDATE_CHECK=true"), nil
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

// homePath replaces a leading ~/, which no shell has seen in a variable of the environment.
func homePath(path string) string {
	rest, found := strings.CutPrefix(path, "~/")
	home, err := os.UserHomeDir()
	if !found || err != nil {
		return path
	}
	return filepath.Join(home, rest)
}
