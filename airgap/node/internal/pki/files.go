package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
)

// EnsureKey makes a P-256 key at path (mode 0600) unless there is a file already. The key that signs tokens must
// outlive a restart, or every token would be void.
func EnsureKey(path string) error {
	there, err := exists(path)
	if there || err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("generating key %s: %w", path, err)
	}
	return writeKey(path, key)
}

// writePair writes a chain of certificates, the leaf first, and the key of the leaf.
func writePair(certPath, keyPath string, chain [][]byte, key *ecdsa.PrivateKey) error {
	var encoded []byte
	for _, der := range chain {
		encoded = append(encoded, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	if err := writeKey(keyPath, key); err != nil {
		return err
	}
	if err := os.WriteFile(certPath, encoded, 0o600); err != nil {
		return fmt.Errorf("writing certificate: %w", err)
	}
	return nil
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return fmt.Errorf("encoding key %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making folder of keys: %w", err)
	}
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return fmt.Errorf("writing key: %w", err)
	}
	return nil
}
