package stack

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
