package pulumi

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
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
			s := NewState(folder, "ashapp-backend", func(key string) (string, bool) { value, found := test.environment[key]; return value, found })
			assert.Equal(t, State{Project: "ashapp-backend", Folder: folder, OwnBackend: test.backend != "", OwnPassphrase: test.passphrase, Backend: test.backend}, s)

			want := []string{"PULUMI_SKIP_UPDATE_CHECK=true"}
			ours := !test.passphrase && test.backend == ""
			if ours {
				want = append([]string{"PULUMI_CONFIG_PASSPHRASE_FILE=" + s.PassphraseFile()}, want...)
			}
			if test.backend == "" {
				want = append([]string{"PULUMI_BACKEND_URL=file://" + folder}, want...)
			}
			variables, err := s.environment(stackFile(t, "config: {}\n"))
			require.NoError(t, err)
			assert.Equal(t, want, variables)
			assert.Equal(t, ours, exists(s.PassphraseFile()))
		})
	}
}

func TestWhereSomebodyIsLoggedInByDefault(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	nothing := func(string) (string, bool) { return "", false }
	assert.Empty(t, ownBackend(nothing))
	file := filepath.Join(home, ".pulumi", "credentials.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, []byte(`{"current":"s3://bucket"}`), 0o600))
	assert.Equal(t, "s3://bucket", ownBackend(nothing))
	require.NoError(t, os.WriteFile(file, []byte("not JSON"), 0o600))
	assert.Empty(t, ownBackend(nothing), "Pulumi says what is wrong with it")
	t.Setenv("HOME", "")
	assert.Empty(t, ownBackend(nothing))
}

// stackFile writes a stack file.
func stackFile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Pulumi.prod.yaml")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

func TestLocalStateInAFolderWithAnyName(t *testing.T) {
	t.Parallel()

	folder := filepath.Join(t.TempDir(), "with space #1 100%?")
	s := State{Project: "ashapp-backend", Folder: folder}
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

			s := State{Project: pulumifake.Project, Folder: t.TempDir(), OwnBackend: test.ownBackend}
			pulumifake.Record(t, s.Folder, "dev", "{}")
			committed := stackFile(t, test.content)

			file, err := s.configFile(committed, "dev")
			require.NoError(t, err)
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			want := test.content
			if test.salted {
				want += "\nencryptionsalt: v1:abc\n"
				assert.Equal(t, filepath.Join(s.Folder, "dev", "config.yaml"), file)
			}
			assert.Equal(t, want, string(content))
			unchanged, err := os.ReadFile(committed)
			require.NoError(t, err)
			assert.Equal(t, test.content, string(unchanged))
		})
	}
}
