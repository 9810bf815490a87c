//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tagsFollow wants the tag that people follow to lead to an image, and so the one of its release.
func (e *environment) tagsFollow(t *testing.T, image string, release int) {
	t.Helper()
	host := fmt.Sprintf("localhost:%v", e.config["cluster"]["registryPort"])
	for _, tag := range []string{"latest", fmt.Sprintf("release-%s-%d", e.name, release)} {
		assert.Equal(t, image, host+"/"+project+"@"+digest(t, host, project, tag), tag)
	}
}

// losesImages has the registry collect images: nobody goes back to one that is not there, unless it must, and then it is said.
func (e *environment) losesImages(t *testing.T, url string) {
	t.Helper()
	runs := e.image(t)
	e.collect(t, e.imageOf(t, 1))
	printed, code := e.ashapp(t, "rollback", "--to", "1")
	assert.Equal(t, exitFailed, code)
	assert.Regexp(t, `nothing was changed: the registry localhost:\d+ does not have sha256:[0-9a-f]{64} of release 1 any more`, printed)
	assert.Contains(t, printed, "ashapp deploy, which builds it anew")
	assert.Equal(t, runs, e.image(t))

	good := e.commitAt(t, url)
	e.collect(t, runs)
	e.release(t, "bad again", `os.Exit(3)`)
	e.underLoad(t, "deploy", url, good, "does not have sha256:")
	assert.Equal(t, runs, e.image(t), "the node still has it")
	e.release(t, "good again", `println("good again")`)
	printed, code = e.ashapp(t, "deploy")
	require.Equal(t, exitDone, code, printed)
}

// imageOf is the image of a release.
func (e *environment) imageOf(t *testing.T, number int) string {
	t.Helper()
	listed, err := e.command(t.Context(), "history", "--output", "json").Output()
	require.NoError(t, err)
	var releases []struct {
		Number int
		Image  string
	}
	require.NoError(t, json.Unmarshal(listed, &releases))
	for _, release := range releases {
		if release.Number == number {
			return release.Image
		}
	}
	t.Fatalf("there is no release %d", number)
	return ""
}

// collect removes an image from the local registry, whatever tags it has.
func (e *environment) collect(t *testing.T, image string) {
	t.Helper()
	name, digest, _ := strings.Cut(image, "@")
	host, path, _ := strings.Cut(name, "/")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, "http://"+host+"/v2/"+path+"/manifests/"+digest, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusAccepted, response.StatusCode)
	require.Equal(t, http.StatusNotFound, manifestStatus(t, image))
}
