package pulumi

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// makePassphrase generates the passphrase that encrypts the secrets in the local state, once.
func (s State) makePassphrase() error {
	if err := s.MakeFolder(""); err != nil {
		return err
	}
	if exists(s.PassphraseFile()) {
		return nil
	}
	// It must never be seen empty or half-written, and of two that are made at a time the first is kept.
	file, err := os.CreateTemp(s.Folder, "passphrase-*") // mode 0600
	if err != nil {
		return fmt.Errorf("making the passphrase: %w", err)
	}
	_, err = file.WriteString(rand.Text() + "\n")
	if err = errors.Join(err, file.Close()); err == nil {
		if err = os.Link(file.Name(), s.PassphraseFile()); errors.Is(err, fs.ErrExist) {
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
func (s State) checkPassphrase(stackFile string) error {
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
	managed := strings.HasPrefix(s.Backend, "http") && encryption.EncryptionSalt == "" && encryption.SecretsProvider != "passphrase"
	if chosen || managed {
		return nil
	}
	advice := ""
	if exists(s.PassphraseFile()) {
		advice = "\nwhat an earlier version has encrypted with one of its own is opened by PULUMI_CONFIG_PASSPHRASE_FILE=" + s.PassphraseFile()
	}
	return fmt.Errorf("the secrets of %s are encrypted by a passphrase that is not set: set PULUMI_CONFIG_PASSPHRASE (it may be empty) or "+
		"PULUMI_CONFIG_PASSPHRASE_FILE to the one that all who use the backend have, or choose another secrets provider "+
		"(pulumi stack change-secrets-provider)%s", filepath.Base(stackFile), advice)
}

// FindPassphrase tells where the passphrase is that encrypts the secrets in the state. It is an error where there should be one.
func (s State) FindPassphrase(stack, stackFile string) (string, error) {
	switch {
	case s.OwnPassphrase:
		return "set by PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE", nil
	case s.OwnBackend:
		return "none is needed: the stack has another secrets provider", s.checkPassphrase(stackFile)
	case exists(s.PassphraseFile()):
		return "in " + s.PassphraseFile(), nil
	}
	if err := s.IsUp(stack); err != nil {
		return "not there yet: ashapp up makes one", nil //nolint:nilerr // and then there is nothing that it has encrypted
	}
	return "", fmt.Errorf("%s is gone, which opens the secrets in the local state: put it back, or begin from nothing with ashapp down and up",
		s.PassphraseFile())
}
