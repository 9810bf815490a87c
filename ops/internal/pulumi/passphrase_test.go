package pulumi

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A passphrase of this machine would lock the others out who share the backend.
func TestSharedBackendWantsThePassphrase(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		backend, content string
		refused          bool
	}{
		"a bucket":                              {backend: "s3://bucket", content: "config: {}\n", refused: true},
		"a bucket with a passphrase":            {backend: "s3://bucket", content: "encryptionsalt: v1:abc\n", refused: true},
		"a bucket, passphrase by name":          {backend: "gs://bucket", content: "secretsprovider: passphrase\nencryptionsalt: v1:abc\n", refused: true},
		"a bucket, default by name":             {backend: "gs://bucket", content: "secretsprovider: default\n", refused: true},
		"a folder":                              {backend: "file:///mnt/team", content: "", refused: true},
		"a key management service":              {backend: "s3://bucket", content: "secretsprovider: awskms://alias/team\nencryptedkey: abc\n"},
		"one before its first use":              {backend: "s3://bucket", content: "secretsprovider: awskms://alias/team\n"},
		"an encrypted key":                      {backend: "s3://bucket", content: "encryptedkey: abc\n"},
		"Pulumi Cloud":                          {backend: "https://api.pulumi.com", content: "config: {}\n"},
		"Pulumi Cloud, default by name":         {backend: "https://api.pulumi.com", content: "secretsprovider: default\n"},
		"Pulumi Cloud with a passphrase":        {backend: "https://api.pulumi.com", content: "encryptionsalt: v1:abc\n", refused: true},
		"Pulumi Cloud, passphrase not used yet": {backend: "https://api.pulumi.com", content: "secretsprovider: passphrase\n", refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := State{Project: "ashapp-backend", Folder: filepath.Join(t.TempDir(), "state"), OwnBackend: true, Backend: test.backend}
			file := stackFile(t, test.content)
			_, err := s.environment(file)
			assert.NoFileExists(t, s.PassphraseFile())
			if !test.refused {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "the secrets of Pulumi.prod.yaml are encrypted by a passphrase that is not set: set PULUMI_CONFIG_PASSPHRASE")
			assert.NotContains(t, err.Error(), s.PassphraseFile())

			require.NoError(t, os.MkdirAll(s.Folder, 0o700))
			require.NoError(t, os.WriteFile(s.PassphraseFile(), nil, 0o600))
			_, err = s.environment(file)
			require.ErrorContains(t, err, "is opened by PULUMI_CONFIG_PASSPHRASE_FILE="+s.PassphraseFile(), "what an earlier version has made is not lost")
			s.OwnPassphrase = true
			_, err = s.environment(file)
			assert.NoError(t, err)
		})
	}

	s := State{OwnBackend: true, Backend: "s3://bucket"}
	_, err := s.environment(filepath.Join(t.TempDir(), "missing"))
	require.ErrorContains(t, err, "reading the stack file")
	broken := stackFile(t, "config: [")
	_, err = s.environment(broken)
	assert.ErrorContains(t, err, "reading the stack file "+broken)
}

func TestPassphraseIsMadeOnceForThisUserOnly(t *testing.T) {
	t.Parallel()

	s := State{Project: "ashapp-backend", Folder: filepath.Join(t.TempDir(), "state")}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { assert.NoError(t, s.makePassphrase()) })
	}
	group.Wait()
	first, err := os.ReadFile(s.PassphraseFile())
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(first), 26, "at least 128 bits in base 32")

	require.NoError(t, s.makePassphrase())
	second, err := os.ReadFile(s.PassphraseFile())
	require.NoError(t, err)
	assert.Equal(t, first, second)

	for file, mode := range map[string]os.FileMode{s.Folder: 0o700, s.PassphraseFile(): 0o600} {
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), file)
	}
	entries, err := os.ReadDir(s.Folder)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing half-written may be left")
}
