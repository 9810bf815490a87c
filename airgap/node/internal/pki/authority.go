// Package pki makes and reads the node's certificates: authorities that last, and the leaves that they sign.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"time"
)

// authorityLifetime is that of k3s: ten years.
const authorityLifetime = 3650 * 24 * time.Hour

// Authority signs certificates.
type Authority struct {
	Certificate *x509.Certificate
	key         crypto.Signer
}

// LoadOrCreate reads the authority at certPath and keyPath (PEM; EC, RSA or PKCS#8 key), or makes one with a P-256 key
// and the given common name when neither file is there. One file without the other is an error: a half-done upload
// would otherwise be replaced by an authority that nobody outside trusts.
func LoadOrCreate(certPath, keyPath, commonName string) (*Authority, error) {
	certThere, err := exists(certPath)
	if err != nil {
		return nil, err
	}
	keyThere, err := exists(keyPath)
	if err != nil {
		return nil, err
	}
	switch {
	case certThere && keyThere:
		return load(certPath, keyPath)
	case certThere:
		return nil, fmt.Errorf("loading certificate authority: %s has no key %s; upload both or none", certPath, keyPath)
	case keyThere:
		return nil, fmt.Errorf("loading certificate authority: key %s has no certificate %s; upload both or none", keyPath, certPath)
	}
	return create(certPath, keyPath, commonName)
}

func load(certPath, keyPath string) (*Authority, error) {
	pair, err := tls.LoadX509KeyPair(certPath, keyPath)
	if err != nil {
		return nil, fmt.Errorf("loading certificate authority %s with key %s: %w", certPath, keyPath, err)
	}
	signer, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("loading certificate authority: key %s cannot sign", keyPath)
	}
	if err := checkAuthority(pair.Leaf, time.Now()); err != nil {
		return nil, fmt.Errorf("loading certificate authority %s: %w", certPath, err)
	}
	return &Authority{Certificate: pair.Leaf, key: signer}, nil
}

// checkAuthority names the first thing because of which clients would not trust what certificate signs.
func checkAuthority(certificate *x509.Certificate, now time.Time) error {
	switch {
	case !certificate.IsCA || !certificate.BasicConstraintsValid:
		return errors.New("it is not a certificate authority (basic constraint CA is not set)")
	case certificate.KeyUsage != 0 && certificate.KeyUsage&x509.KeyUsageCertSign == 0:
		return errors.New("its key usage does not allow it to sign certificates")
	case now.Before(certificate.NotBefore):
		return fmt.Errorf("it is not valid before %s", certificate.NotBefore)
	case now.After(certificate.NotAfter):
		return fmt.Errorf("it expired on %s", certificate.NotAfter)
	}
	return nil
}

func create(certPath, keyPath, commonName string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generating key of %s: %w", commonName, err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: commonName},
		NotBefore:             now.Add(-clockSkew),
		NotAfter:              now.Add(authorityLifetime),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("signing certificate of %s: %w", commonName, err)
	}
	if err := writePair(certPath, keyPath, [][]byte{der}, key); err != nil {
		return nil, err
	}
	return load(certPath, keyPath)
}

func exists(path string) (bool, error) {
	switch _, err := os.Stat(path); {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	default:
		return false, fmt.Errorf("looking for %s: %w", path, err)
	}
}
