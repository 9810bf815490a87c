package stack

import (
	"os"
	"path/filepath"
	"strings"
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
	local := filepath.Join(t.TempDir(), "login --local")
	require.NoError(t, os.MkdirAll(local, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(local, "credentials.json"), []byte(`{"current":"file://~"}`), 0o600))
	for name, test := range map[string]struct {
		environment map[string]string
		backend     string
		passphrase  bool
	}{
		"nothing":                 {environment: map[string]string{"PULUMI_HOME": t.TempDir()}},
		"logged out":              {environment: map[string]string{"PULUMI_HOME": loggedOut}},
		"logged in":               {environment: map[string]string{"PULUMI_HOME": loggedIn}, backend: "https://api.pulumi.com"},
		"logged in to a folder":   {environment: map[string]string{"PULUMI_HOME": local, "PULUMI_ACCESS_TOKEN": "pul-1", "PULUMI_CONFIG_PASSPHRASE": "mine"}, backend: "file://~", passphrase: true},
		"a backend":               {environment: map[string]string{"PULUMI_HOME": loggedIn, "PULUMI_BACKEND_URL": "s3://bucket", "PULUMI_CONFIG_PASSPHRASE": "mine"}, backend: "s3://bucket", passphrase: true},
		"an access token":         {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_ACCESS_TOKEN": "pul-1"}, backend: "https://api.pulumi.com"},
		"a passphrase":            {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_CONFIG_PASSPHRASE": "mine"}, passphrase: true},
		"an empty passphrase":     {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_CONFIG_PASSPHRASE": ""}, passphrase: true},
		"a passphrase file":       {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_CONFIG_PASSPHRASE_FILE": "/mine"}, passphrase: true},
		"an empty name of a file": {environment: map[string]string{"PULUMI_HOME": loggedOut, "PULUMI_CONFIG_PASSPHRASE_FILE": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			folder := filepath.Join(t.TempDir(), "state")
			s := newState(folder, "ashapp-backend", func(key string) (string, bool) { value, found := test.environment[key]; return value, found })
			assert.Equal(t, state{project: "ashapp-backend", folder: folder, ownBackend: test.backend != "", ownPassphrase: test.passphrase, backend: test.backend}, s)

			want := []string{"PULUMI_SKIP_UPDATE_CHECK=true"}
			ours := !test.passphrase && test.backend == ""
			if ours {
				want = append([]string{"PULUMI_CONFIG_PASSPHRASE_FILE=" + s.passphrase()}, want...)
			}
			if test.backend == "" {
				want = append([]string{"PULUMI_BACKEND_URL=file://" + folder}, want...)
			}
			variables, err := s.environment(stackFile(t, "config: {}\n"))
			require.NoError(t, err)
			assert.Equal(t, want, variables)
			assert.Equal(t, ours, exists(s.passphrase()))
		})
	}
}

// stackFile writes a stack file.
func stackFile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Pulumi.prod.yaml")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

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

			s := state{project: "ashapp-backend", folder: filepath.Join(t.TempDir(), "state"), ownBackend: true, backend: test.backend}
			file := stackFile(t, test.content)
			_, err := s.environment(file)
			assert.NoFileExists(t, s.passphrase())
			if !test.refused {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "the secrets of Pulumi.prod.yaml are encrypted by a passphrase that is not set: set PULUMI_CONFIG_PASSPHRASE")
			assert.NotContains(t, err.Error(), s.passphrase())

			require.NoError(t, os.MkdirAll(s.folder, 0o700))
			require.NoError(t, os.WriteFile(s.passphrase(), nil, 0o600))
			_, err = s.environment(file)
			require.ErrorContains(t, err, "is opened by PULUMI_CONFIG_PASSPHRASE_FILE="+s.passphrase(), "what an earlier version has made is not lost")
			s.ownPassphrase = true
			_, err = s.environment(file)
			assert.NoError(t, err)
		})
	}

	s := state{ownBackend: true, backend: "s3://bucket"}
	_, err := s.environment(filepath.Join(t.TempDir(), "missing"))
	require.ErrorContains(t, err, "reading the stack file")
	broken := stackFile(t, "config: [")
	_, err = s.environment(broken)
	assert.ErrorContains(t, err, "reading the stack file "+broken)
}

func TestLocalStateInAFolderWithAnyName(t *testing.T) {
	t.Parallel()

	folder := filepath.Join(t.TempDir(), "with space #1 100%?")
	s := state{project: "ashapp-backend", folder: folder}
	variables, err := s.environment("")
	require.NoError(t, err)
	url := strings.TrimPrefix(variables[0], "PULUMI_BACKEND_URL=")
	assert.True(t, strings.HasSuffix(url, "/with%20space%20%231%20100%25%3F"), url)
	assert.Equal(t, folder, folderOf(url), "Pulumi finds the same folder")
}

func TestFolderOfABackend(t *testing.T) {
	t.Parallel()

	home, err := os.UserHomeDir()
	require.NoError(t, err)
	for backend, want := range map[string]string{
		"file:///mnt/team":                 "/mnt/team",
		"file:///mnt/team?no_tmp_dir=true": "/mnt/team",
		"file:///mnt/the%20team":           "/mnt/the team",
		"file:///mnt/100%":                 "/mnt/100%",
		"file://~":                         home,
		"file://~/state":                   filepath.Join(home, "state"),
		"file://.":                         ".",
		"s3://bucket":                      "",
		"https://api.pulumi.com":           "",
		"":                                 "",
	} {
		assert.Equal(t, want, folderOf(backend), backend)
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
