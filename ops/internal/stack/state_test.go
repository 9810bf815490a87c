package stack

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatTheUserHasSetIsLeftAlone(t *testing.T) {
	t.Parallel()

	loggedIn, loggedOut := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(loggedIn, "credentials.json"), []byte(`{"current":"https://api.pulumi.com"}`), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(loggedOut, "credentials.json"), []byte(`{"current":""}`), 0o600))
	for name, test := range map[string]struct {
		environment         map[string]string
		backend, passphrase bool
	}{
		"nothing":           {environment: map[string]string{"PULUMI_HOME": t.TempDir()}},
		"logged out":        {environment: map[string]string{"PULUMI_HOME": loggedOut}},
		"logged in":         {environment: map[string]string{"PULUMI_HOME": loggedIn}, backend: true},
		"a backend":         {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_BACKEND_URL": "s3://bucket"}, backend: true},
		"an access token":   {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_ACCESS_TOKEN": "pul-1"}, backend: true},
		"a passphrase":      {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_CONFIG_PASSPHRASE": "mine"}, passphrase: true},
		"a passphrase file": {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_CONFIG_PASSPHRASE_FILE": "/mine"}, passphrase: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			folder := filepath.Join(t.TempDir(), "state")
			s := newState(folder, "ashapp-backend", func(key string) string { return test.environment[key] })
			assert.Equal(t, state{project: "ashapp-backend", folder: folder, ownBackend: test.backend, ownPassphrase: test.passphrase}, s)

			want := []string{"PULUMI_SKIP_UPDATE_CHECK=true"}
			if !test.passphrase {
				want = append([]string{"PULUMI_CONFIG_PASSPHRASE_FILE=" + s.passphrase()}, want...)
			}
			if !test.backend {
				want = append([]string{"PULUMI_BACKEND_URL=file://" + folder}, want...)
			}
			variables, err := s.environment()
			require.NoError(t, err)
			assert.Equal(t, want, variables)
			assert.Equal(t, !test.passphrase, exists(s.passphrase()))
		})
	}
}

func TestPassphraseIsMadeOnceForThisUserOnly(t *testing.T) {
	t.Parallel()

	s := state{project: "ashapp-backend", folder: filepath.Join(t.TempDir(), "state")}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { assert.NoError(t, s.makePassphrase()) })
	}
	group.Wait()
	first, err := os.ReadFile(s.passphrase())
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(first), 26, "at least 128 bits in base 32")

	require.NoError(t, s.makePassphrase())
	second, err := os.ReadFile(s.passphrase())
	require.NoError(t, err)
	assert.Equal(t, first, second)

	for file, mode := range map[string]os.FileMode{s.folder: 0o700, s.passphrase(): 0o600} {
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), file)
	}
	entries, err := os.ReadDir(s.folder)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing half-written may be left")
}

func TestSaltGoesIntoACopyOfTheStackFile(t *testing.T) {
	t.Parallel()

	const committed = "config: {}"
	for name, test := range map[string]struct {
		content    string
		ownBackend bool
		salted     bool
	}{
		"local state":               {content: committed, salted: true},
		"a backend of the user's":   {content: committed, ownBackend: true},
		"a salt in the stack file":  {content: committed + "\nencryptionsalt: v1:theirs\n"},
		"both of them":              {content: committed + "\nencryptionsalt: v1:theirs\n", ownBackend: true},
		"no new line at its end":    {content: "config:\n  a:b: c", salted: true},
		"a comment about the salt:": {content: "# the salt is elsewhere\n" + committed, salted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.record(t, "{}")
			f.state.ownBackend = test.ownBackend
			require.NoError(t, os.WriteFile(f.file(), []byte(test.content), 0o600))

			file, err := f.state.configFile(f.file(), f.Name)
			require.NoError(t, err)
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			want := test.content
			if test.salted {
				want += "\nencryptionsalt: v1:abc\n"
				assert.Equal(t, filepath.Join(f.state.folder, "dev", "config.yaml"), file)
			}
			assert.Equal(t, want, string(content))
			unchanged, err := os.ReadFile(f.file())
			require.NoError(t, err)
			assert.Equal(t, test.content, string(unchanged))
		})
	}
}
