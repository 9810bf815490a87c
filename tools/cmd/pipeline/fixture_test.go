package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stage is a job with files, an environment, and a GitHub that records the requests that change something.
type stage struct {
	job
	stdout  *bytes.Buffer
	env     map[string]string
	folder  string
	changes []string
	open    string // the body of an issue or a comment that is there already
	jobs    string // what GitHub says of the jobs of run 42
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{stdout: &bytes.Buffer{}, folder: t.TempDir()}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.env = map[string]string{
		"GITHUB_API_URL": server.URL, "GITHUB_REPOSITORY": "owner/name", "GITHUB_TOKEN": "token",
		"GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "42", "GITHUB_STEP_SUMMARY": filepath.Join(s.folder, "summary"),
	}
	s.job = job{getenv: func(name string) string { return s.env[name] }, stdin: strings.NewReader(""), stdout: s.stdout}
	return s
}

func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.URL.Path, "/actions/") {
		if r.URL.Path != "/repos/owner/name/actions/runs/42/jobs" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, s.jobs)
		return
	}
	if r.Method == http.MethodGet {
		items := []map[string]any{}
		if s.open != "" {
			items = append(items, map[string]any{
				"id": 7, "number": 3, "body": s.open, "user": map[string]string{"login": "github-actions[bot]"},
			})
		}
		_ = json.NewEncoder(w).Encode(items)
		return
	}
	var body struct{ Title, Body, State string }
	_ = json.NewDecoder(r.Body).Decode(&body)
	s.changes = append(s.changes, strings.Join([]string{r.Method, r.URL.Path, body.Title, body.State, body.Body}, "|"))
	_, _ = io.WriteString(w, "{}")
}

func (s *stage) file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(s.folder, name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func (s *stage) summary(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(s.env["GITHUB_STEP_SUMMARY"])
	require.NoError(t, err)
	return string(content)
}
