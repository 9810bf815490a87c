package stack

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
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

// cloud is Pulumi Cloud, where an access token leads by itself.
const cloud = "https://api.pulumi.com"

// ownBackend is the URL of the backend that the user has chosen, by a variable or by pulumi login; empty where there is none.
func ownBackend(lookupEnv func(string) (string, bool)) string {
	if backend, _ := lookupEnv("PULUMI_BACKEND_URL"); backend != "" {
		return backend
	}
	if backend := loggedIn(lookupEnv); backend != "" {
		return backend
	}
	if token, _ := lookupEnv("PULUMI_ACCESS_TOKEN"); token != "" {
		return cloud
	}
	return ""
}

// loggedIn is the URL that pulumi login was used with.
func loggedIn(lookupEnv func(string) (string, bool)) string {
	home, _ := lookupEnv("PULUMI_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		home = filepath.Join(user, ".pulumi")
	}
	content, err := os.ReadFile(filepath.Join(home, "credentials.json"))
	if err != nil {
		return ""
	}
	var credentials struct{ Current string }
	if json.Unmarshal(content, &credentials) != nil {
		return ""
	}
	return credentials.Current
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

// folderOf is the folder of a backend in files, by the rules of Pulumi's file backend; empty where it is another one.
func folderOf(backend string) string {
	path, found := strings.CutPrefix(backend, "file://")
	if !found {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	if path == "~" {
		path = "~/"
	}
	if unescaped, err := url.PathUnescape(path); err == nil {
		path = unescaped
	}
	return homePath(path)
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

// checkPassphrase refuses a backend of the user's own whose secrets Pulumi would encrypt by a passphrase, where the user has set none:
// one that is made on this machine would lock out everybody else.
func (s state) checkPassphrase(stackFile string) error {
	content, err := os.ReadFile(stackFile)
	if err != nil {
		return fmt.Errorf("reading the stack file: %w", err)
	}
	var encryption struct{ SecretsProvider, EncryptedKey, EncryptionSalt string }
	if err := yaml.Unmarshal(content, &encryption); err != nil {
		return fmt.Errorf("reading the stack file %s: %w", stackFile, err)
	}
	chosen := encryption.EncryptedKey != "" || encryption.SecretsProvider != "" && encryption.SecretsProvider != "passphrase" &&
		encryption.SecretsProvider != "default"
	managed := strings.HasPrefix(s.backend, "http") && encryption.EncryptionSalt == "" && encryption.SecretsProvider != "passphrase"
	if chosen || managed {
		return nil
	}
	advice := ""
	if exists(s.passphrase()) {
		advice = "\nwhat an earlier version has encrypted with one of its own is opened by PULUMI_CONFIG_PASSPHRASE_FILE=" + s.passphrase()
	}
	return fmt.Errorf("the secrets of %s are encrypted by a passphrase that is not set: set PULUMI_CONFIG_PASSPHRASE (it may be empty) or "+
		"PULUMI_CONFIG_PASSPHRASE_FILE to the one that all who use the backend have, or choose another secrets provider "+
		"(pulumi stack change-secrets-provider)%s", filepath.Base(stackFile), advice)
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
