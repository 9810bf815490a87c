package cluster

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, pair keyPair) *x509.Certificate {
	t.Helper()
	_, err := tls.X509KeyPair([]byte(pair.Certificate), []byte(pair.Key))
	require.NoError(t, err, "certificate and key must belong together")
	block, _ := pem.Decode([]byte(pair.Certificate))
	certificate, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return certificate
}

func TestAuthoritiesAreWhatK3sAccepts(t *testing.T) {
	t.Parallel()

	made, err := generateAuthorities()
	require.NoError(t, err)
	for name, pair := range map[string]keyPair{"server": made.Server, "client": made.Client} {
		authority := parse(t, pair)
		assert.True(t, authority.IsCA && authority.BasicConstraintsValid, "%s must be an authority", name)
		assert.NotZero(t, authority.KeyUsage&x509.KeyUsageCertSign, "%s must be allowed to sign", name)
		assert.Empty(t, authority.ExtKeyUsage, "%s must not be limited to a use", name)
		assert.True(t, authority.NotBefore.Before(time.Now()), "%s must be valid already", name)
		assert.IsType(t, &ecdsa.PublicKey{}, authority.PublicKey)
	}
	assert.NotEqual(t, made.Server, made.Client, "k3s wants two different authorities")
}

func TestAdminIsTrustedByTheClientAuthorityOnly(t *testing.T) {
	t.Parallel()

	made, err := generateAuthorities()
	require.NoError(t, err)
	admin := parse(t, made.Admin)
	assert.Equal(t, []string{"system:masters"}, admin.Subject.Organization)
	assert.NotEmpty(t, admin.Subject.CommonName)

	for authority, trusted := range map[keyPair]bool{made.Client: true, made.Server: false} {
		pool := x509.NewCertPool()
		pool.AddCert(parse(t, authority))
		_, err := admin.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		assert.Equal(t, trusted, err == nil, "verifying: %v", err)
	}
}

func TestKubeconfigVerifiesTheServerAndHoldsTheAdmin(t *testing.T) {
	t.Parallel()

	made, err := generateAuthorities()
	require.NoError(t, err)
	text, err := adminKubeconfig(made, "trial", 16443)
	require.NoError(t, err)

	var file kubeconfigFile
	require.NoError(t, json.Unmarshal([]byte(text), &file))
	require.Len(t, file.Clusters, 1)
	assert.Equal(t, "https://127.0.0.1:16443", file.Clusters[0].Cluster.Server)
	assert.Equal(t, made.Server.Certificate, string(file.Clusters[0].Cluster.CertificateAuthority))
	assert.Equal(t, made.Admin.Certificate, string(file.Users[0].User.ClientCertificate))
	assert.Equal(t, made.Admin.Key, string(file.Users[0].User.ClientKey))
	assert.Equal(t, "trial", file.CurrentContext)
	assert.NotContains(t, text, "insecure")
}
