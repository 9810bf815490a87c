package toolchain_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// redirect sends every request to a test server, whatever host it is meant for, which the server finds in X-Host.
type redirect struct {
	server    *url.URL
	transport http.RoundTripper
}

func (r redirect) RoundTrip(request *http.Request) (*http.Response, error) {
	redirected := request.Clone(request.Context())
	redirected.Header.Set("X-Host", request.URL.Host)
	redirected.URL.Scheme, redirected.URL.Host = r.server.Scheme, r.server.Host
	return r.transport.RoundTrip(redirected)
}

// newToolchain returns one with an empty folder whose downloads come from a handler.
func newToolchain(t *testing.T, handler http.Handler) toolchain.Toolchain {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	require.NoError(t, err)
	made := toolchain.New(t.TempDir(), &bytes.Buffer{})
	made.Checksums = nil // those of the real releases
	made.Client = &http.Client{Transport: redirect{server: address, transport: server.Client().Transport}}
	return made
}

// tarball packs regular files, given as name and content.
func tarball(t *testing.T, files ...[2]string) []byte {
	t.Helper()
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	archive := tar.NewWriter(compressed)
	for _, file := range files {
		require.NoError(t, archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: file[0], Mode: 0o755, Size: int64(len(file[1]))}))
		_, err := archive.Write([]byte(file[1]))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, compressed.Close())
	return packed.Bytes()
}

// checksumLine is a line of Pulumi's file of checksums.
func checksumLine(name string, content []byte) string {
	return fmt.Sprintf("%x  %s\n", sha256.Sum256(content), name)
}

// names lists a folder; one that does not exist is empty.
func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}
