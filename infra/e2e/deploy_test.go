//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDeploy is the story of a few releases, told with the commands that a pipeline uses.
func TestDeploy(t *testing.T) {
	e := newCheckout(t)
	e.set(t, "image", map[string]any{"tagCommit": true})
	url := fmt.Sprintf("http://127.0.0.1:%v/", e.config["backend"]["nodePort"])
	first := e.release(t, "first", `println("first")`)
	printed, err := e.make(t, "deploy")
	require.NoError(t, err, printed)
	assertGreets(t, url, firstGreeting)
	assert.Equal(t, first, e.commitAt(t, url))

	second := e.release(t, "second", `println("second")`)
	e.underLoad(t, "deploy", url, second, "")
	good := e.image(t)
	e.tagsFollow(t, good, 2)

	history := []string{"1 verified " + first, "2 verified " + second}
	for name, bad := range map[string]struct{ does, want string }{
		"ends":           {`println("no configuration"); os.Exit(3)`, "the process ended with exit code 3\nits last lines:\n  no configuration"},
		"takes too much": {`memory := make([]byte, 256<<20); for i := range memory { memory[i] = 1 }`, "OOMKilled"},
		"answers wrong":  {`os.Setenv("GREETING", "nonsense")`, `it answers "nonsense\n" and not`},
	} {
		t.Logf("a process that %s", name)
		history = append(history, fmt.Sprintf("%d undone %s", len(history)+1, e.release(t, name, bad.does)))
		e.underLoad(t, "deploy", url, second, bad.want)
		assert.Equal(t, good, e.image(t), "the cluster must run the last good image")
	}
	e.set(t, "backend", map[string]any{"cpuRequest": "500", "cpuLimit": "500"})
	history = append(history, "6 undone "+e.release(t, "good in itself", `println("fourth")`))
	e.underLoad(t, "deploy", url, second, "Unschedulable")
	e.set(t, "backend", map[string]any{"cpuRequest": nil, "cpuLimit": nil})

	missing := fmt.Sprintf("localhost:%v/ashapp-backend@sha256:%064d", e.config["cluster"]["registryPort"], 0)
	e.set(t, "image", map[string]any{"ref": missing})
	e.underLoad(t, "deploy", url, second, "ErrImagePull")
	assert.Equal(t, good, e.image(t))
	e.set(t, "image", map[string]any{"ref": nil})
	e.tagsFollow(t, good, 2)

	printed, err = e.make(t, "history")
	require.NoError(t, err, printed)
	assert.Equal(t, append(history, "7 undone unknown"), outcomes(printed))
	e.tellsHowItIs(t, url, second)
	e.goesBack(t, url, first, second)
	e.losesImages(t, url)
	e.twoAtOnce(t, url)
	e.killed(t, url)
	e.drifts(t)
	e.loses(t, url)
}

// underLoad deploys or rolls back, and wants every request meanwhile answered and the backend to tell a commit afterwards. What
// is to fail must say why.
func (e *environment) underLoad(t *testing.T, target, url, commit, failure string) {
	t.Helper()
	requests, started := startTraffic(url), time.Now()
	printed, err := e.make(t, target)
	t.Logf("make %s in %.1f s", target, time.Since(started).Seconds())
	sent, failed := requests.end()
	if failure == "" {
		require.NoError(t, err, printed)
	} else {
		require.Error(t, err, printed)
		assert.Contains(t, printed, failure)
	}
	assert.Zero(t, failed, "of %d requests meanwhile", sent)
	assert.Equal(t, commit, e.commitAt(t, url))
}

// release changes the backend so that it does something when it starts, and commits that.
func (e *environment) release(t *testing.T, name, does string) (commit string) {
	t.Helper()
	source := "package main\n\nimport \"os\"\n\nvar _ = os.Exit\n\nfunc init() { " + does + " } // " + name + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(e.checkout, "app", "release.go"), []byte(source), 0o600))
	return e.commit(t)
}

// commitAt asks the backend on a node port which commit it was built from.
func (e *environment) commitAt(t *testing.T, url string) string {
	t.Helper()
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(url + "version")
	require.NoError(t, err)
	defer func() { assert.NoError(t, response.Body.Close()) }()
	var version struct{ Commit string }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&version))
	return version.Commit
}

func (e *environment) kubeconfig(t *testing.T) string {
	t.Helper()
	printed, err := e.make(t, "kubeconfig")
	require.NoError(t, err, printed)
	content, err := os.ReadFile(filepath.Join(e.checkout, ".state", "kubeconfig"))
	require.NoError(t, err)
	return string(bytes.TrimSpace(content))
}

// image is what the pods on the cluster run.
func (e *environment) image(t *testing.T) string {
	t.Helper()
	pods := newAPI(t, e.kubeconfig(t)).pods(t, "ashapp-backend")
	require.Len(t, pods, 2)
	assert.Equal(t, pods[0].Spec.Containers[0].Image, pods[1].Spec.Containers[0].Image)
	return pods[0].Spec.Containers[0].Image
}

// outcomes are number, state and commit of the rows of a history, the first release first.
func outcomes(history string) (found []string) {
	row := regexp.MustCompile(`^(\d+)(?: \(restores \d+\))?\s+\S+Z\s+(\S.*?)\s{2,}(\S+)\s+\S+\s*$`)
	for line := range strings.Lines(history) {
		if fields := row.FindStringSubmatch(line); fields != nil {
			found = append([]string{strings.Join(fields[1:], " ")}, found...)
		}
	}
	return found
}
