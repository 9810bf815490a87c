package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

const (
	// leafLifetime is that of k3s. The node issues its leaves anew at every start.
	leafLifetime = 365 * 24 * time.Hour
	// clockSkew is how far a client's clock may be behind the node's.
	clockSkew = time.Hour
)

// Leaf says whom a certificate names and what it is for.
type Leaf struct {
	// CommonName is the user name of a client.
	CommonName string
	// Organization is the group of a client, or empty.
	Organization string
	// Names are the DNS names and IP addresses of a server.
	Names []string
	// Usages are what the certificate may be presented for.
	Usages []x509.ExtKeyUsage
}

// Issue makes a P-256 key, signs a certificate for it and writes both files, the key with mode 0600.
func (a *Authority) Issue(leaf Leaf, certPath, keyPath string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("generating key of %s: %w", leaf.CommonName, err)
	}
	template, err := leaf.template(time.Now())
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.Certificate, key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("signing certificate of %s: %w", leaf.CommonName, err)
	}
	// Clients that trust only the root can verify when the authority is an intermediate one.
	return writePair(certPath, keyPath, [][]byte{der, a.Certificate.Raw}, key)
}

func (l Leaf) template(now time.Time) (*x509.Certificate, error) {
	// RFC 5280 4.1.2.2: at most 20 octets, and hard to guess.
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("choosing serial number of %s: %w", l.CommonName, err)
	}
	template := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)),
		Subject:      pkix.Name{CommonName: l.CommonName},
		NotBefore:    now.Add(-clockSkew),
		NotAfter:     now.Add(leafLifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  l.Usages,
	}
	if l.Organization != "" {
		template.Subject.Organization = []string{l.Organization}
	}
	for _, name := range l.Names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	return template, nil
}
