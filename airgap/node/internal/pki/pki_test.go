package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAuthorityIsMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	cert, key := paths(t)
	made, err := LoadOrCreate(cert, key, "test-ca")
	require.NoError(t, err)
	loaded, err := LoadOrCreate(cert, key, "another name")
	require.NoError(t, err)
	assert.Equal(t, made.Certificate.Raw, loaded.Certificate.Raw)
	assert.Equal(t, "test-ca", loaded.Certificate.Subject.CommonName)
	assert.Equal(t, fs.FileMode(0o600), mode(t, key))
}

func TestUploadedAuthorityOfEveryKeyFormatSigns(t *testing.T) {
	t.Parallel()
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	sec1, err := x509.MarshalECPrivateKey(elliptical)
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(elliptical)
	require.NoError(t, err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		public, private any
		block           *pem.Block
	}{
		"EC":     {elliptical.Public(), elliptical, &pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}},
		"PKCS#8": {elliptical.Public(), elliptical, &pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}},
		"RSA":    {rsaKey.Public(), rsaKey, &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cert, key := paths(t)
			upload(t, cert, authorityTemplate(), test.public, test.private)
			require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(test.block), 0o600))
			authority, err := LoadOrCreate(cert, key, "unused")
			require.NoError(t, err)
			leaf := issue(t, authority, Leaf{CommonName: "user"})
			require.NoError(t, leaf.CheckSignatureFrom(authority.Certificate))
		})
	}
}

func TestAuthorityIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*x509.Certificate)
		says   string
	}{
		"not an authority": {func(c *x509.Certificate) { c.IsCA = false }, "not a certificate authority"},
		"cannot sign":      {func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }, "does not allow it to sign"},
		"expired":          {func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, "expired on"},
		"from the future":  {func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }, "not valid before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cert, key := paths(t)
			private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			require.NoError(t, err)
			template := authorityTemplate()
			test.change(template)
			upload(t, cert, template, private.Public(), private)
			require.NoError(t, writeKey(key, private))
			_, err = LoadOrCreate(cert, key, "unused")
			require.ErrorContains(t, err, test.says)
			assert.ErrorContains(t, err, cert)
		})
	}
}

func TestHalfOfAnAuthorityIsRefusedAndNotReplaced(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"cert", "key"} {
		t.Run(missing, func(t *testing.T) {
			t.Parallel()
			cert, key := paths(t)
			_, err := LoadOrCreate(cert, key, "test-ca")
			require.NoError(t, err)
			gone := map[string]string{"cert": cert, "key": key}[missing]
			require.NoError(t, os.Remove(gone))
			_, err = LoadOrCreate(cert, key, "test-ca")
			require.ErrorContains(t, err, "upload both or none")
			assert.NoFileExists(t, gone)
		})
	}
}

func TestKeyOfAnotherAuthorityIsRefused(t *testing.T) {
	t.Parallel()
	cert, key := paths(t)
	_, err := LoadOrCreate(cert, key, "test-ca")
	require.NoError(t, err)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	require.NoError(t, writeKey(key, other))
	_, err = LoadOrCreate(cert, key, "test-ca")
	assert.ErrorContains(t, err, "does not match")
}

func TestIssuedServerCertificateVerifiesForItsNamesOnly(t *testing.T) {
	t.Parallel()
	cert, key := paths(t)
	authority, err := LoadOrCreate(cert, key, "test-ca")
	require.NoError(t, err)
	leaf := issue(t, authority, Leaf{
		CommonName: "server", Names: []string{"localhost", "127.0.0.1"}, Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	roots := x509.NewCertPool()
	roots.AddCert(authority.Certificate)
	for name, accepted := range map[string]bool{"localhost": true, "127.0.0.1": true, "example.org": false, "127.0.0.2": false} {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name})
		assert.Equal(t, accepted, err == nil, "%s: %v", name, err)
	}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	assert.Error(t, err, "a server certificate must not log in")
}

func TestKeyThatSignsTokensIsKept(t *testing.T) {
	t.Parallel()
	_, key := paths(t)
	require.NoError(t, EnsureKey(key))
	first, err := os.ReadFile(key)
	require.NoError(t, err)
	require.NoError(t, EnsureKey(key))
	second, err := os.ReadFile(key)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Equal(t, fs.FileMode(0o600), mode(t, key))
}

func paths(t *testing.T) (cert, key string) {
	t.Helper()
	folder := t.TempDir()
	return filepath.Join(folder, "ca.crt"), filepath.Join(folder, "ca.key")
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode().Perm()
}

func authorityTemplate() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "uploaded-ca"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
}

func upload(t *testing.T, path string, template *x509.Certificate, public, private any) {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
}

func issue(t *testing.T, authority *Authority, leaf Leaf) *x509.Certificate {
	t.Helper()
	cert, key := paths(t)
	require.NoError(t, authority.Issue(leaf, cert, key))
	assert.Equal(t, fs.FileMode(0o600), mode(t, key))
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	return pair.Leaf
}
