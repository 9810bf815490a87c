package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"
)

const (
	// lifetime is as long as that of the authorities that k3s makes itself. They go with the cluster.
	lifetime = 10 * 365 * 24 * time.Hour
	// clockSkew is how far behind a clock may be and still accept a fresh certificate.
	clockSkew = time.Hour
)

// generateAuthorities makes two certificate authorities and an administrator's certificate.
func generateAuthorities() (authorities, error) {
	server, _, errServer := newCertificate("ashapp-backend server CA", nil)
	client, issuer, errClient := newCertificate("ashapp-backend client CA", nil)
	if err := errors.Join(errServer, errClient); err != nil {
		return authorities{}, err
	}
	admin, _, err := newCertificate("admin", issuer)
	if err != nil {
		return authorities{}, err
	}
	return authorities{Server: server, Client: client, Admin: admin}, nil
}

// issuer signs certificates.
type issuer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// newCertificate makes a certificate with a P-256 key: an authority that signs itself when by is nil, otherwise a client
// certificate by that issuer in the group with all rights.
func newCertificate(name string, by *issuer) (keyPair, *issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return keyPair{}, nil, fmt.Errorf("generating the key of %s: %w", name, err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return keyPair{}, nil, fmt.Errorf("drawing the serial number of %s: %w", name, err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-clockSkew),
		NotAfter:              now.Add(lifetime),
		BasicConstraintsValid: true,
	}
	self := &issuer{certificate: template, key: key}
	if by == nil {
		by = self
		template.IsCA = true
		template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	} else {
		template.Subject.Organization = []string{"system:masters"}
		template.KeyUsage = x509.KeyUsageDigitalSignature
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, by.certificate, &key.PublicKey, by.key)
	if err != nil {
		return keyPair{}, nil, fmt.Errorf("signing the certificate of %s: %w", name, err)
	}
	encodedKey, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return keyPair{}, nil, fmt.Errorf("encoding the key of %s: %w", name, err)
	}
	return keyPair{
		Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})),
		Key:         string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encodedKey})),
	}, self, nil
}
