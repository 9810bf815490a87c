package image

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/app/compile"
	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// The variable is named in a string, so the compiler would not notice if it were called otherwise.
func TestBackendTellsTheCommitThatItWasBuiltWith(t *testing.T) {
	t.Parallel()

	commit := strings.Repeat("c", 40)
	target, err := parsePlatform("")
	require.NoError(t, err)
	folder, err := target.build(t.Context(), backendSource, t.TempDir(), commit, false)
	require.NoError(t, err)

	response, err := http.Get("http://" + serve(t, filepath.Join(folder, binary)) + contract.VersionPath)
	require.NoError(t, err)
	defer func() { assert.NoError(t, response.Body.Close()) }()
	var version struct{ Commit string }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&version))
	assert.Equal(t, commit, version.Commit)
}

// serve runs the backend until the test ends and returns the address that its first line tells.
func serve(t *testing.T, program string) (address string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, "-address=127.0.0.1:0", "-admin-address=127.0.0.1:0")
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Wait() }) // the end of the test has killed it
	var line struct{ Address string }
	require.NoError(t, json.NewDecoder(stdout).Decode(&line))
	return line.Address
}

// Without a tag by commit, the commit that is told is that of the source alone: another one may be newer.
func TestVersionTellsTheLastCommitOfTheSource(t *testing.T) {
	t.Parallel()

	tag, told, err := commits(t.Context(), settings.Image{}, backendSource)
	require.NoError(t, err)
	assert.Empty(t, tag)
	assert.Equal(t, compile.Revision(t.Context(), backendSource), told)

	_, _, err = commits(t.Context(), settings.Image{TagCommit: true}, t.TempDir())
	assert.ErrorContains(t, err, "image.tagCommit", "a tag must name what the image was built from")
}
