package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPreviewsBecomeOneCommentAndASummary(t *testing.T) {
	t.Parallel()

	s := newStage(t)
	s.env["PULL_REQUEST"] = "12"
	arguments := []string{"preview", "dev=" + s.file(t, "dev", "+ 17 to create"), "prod=" + filepath.Join(s.folder, "missing")}
	require.NoError(t, s.run(t.Context(), arguments))
	require.Len(t, s.changes, 1)
	for _, text := range []string{s.summary(t), s.changes[0]} {
		assert.Contains(t, text, "<summary>Stack <code>dev</code></summary>\n\n```\n+ 17 to create\n```")
		assert.Contains(t, text, "There is no output: an earlier step has failed.")
	}
	assert.True(t, strings.HasPrefix(s.changes[0], "POST|/repos/owner/name/issues/12/comments|||<!-- ashapp-backend preview -->\n## "))
	assert.Contains(t, s.changes[0], "[The run](https://github.com/owner/name/actions/runs/42)")

	s.open = "<!-- ashapp-backend preview -->\nolder"
	require.NoError(t, s.run(t.Context(), arguments))
	assert.True(t, strings.HasPrefix(s.changes[1], "PATCH|/repos/owner/name/issues/comments/7|"), s.changes[1])
}

func TestWithoutAPullRequestNobodyIsToldOfAPreview(t *testing.T) {
	t.Parallel()

	s := newStage(t)
	delete(s.env, "GITHUB_TOKEN")
	delete(s.env, "GITHUB_STEP_SUMMARY")
	require.NoError(t, s.run(t.Context(), []string{"preview", "dev=" + s.file(t, "dev", "+ 17 to create")}))
	assert.Contains(t, s.stdout.String(), "+ 17 to create")
	assert.Empty(t, s.changes)
}

func TestDriftOpensUpdatesAndClosesOneIssue(t *testing.T) {
	t.Parallel()

	const found = "~ replicas: 2 => 5"
	for name, test := range map[string]struct {
		outcome, output, open string
		want                  []string
		err                   string
	}{
		"found":       {"failure", found, "", []string{"POST|/repos/owner/name/issues|Drift in the stack prod|"}, ""},
		"found again": {"failure", found, "x", []string{"PATCH|/repos/owner/name/issues/3|Drift in the stack prod|"}, ""},
		"none":        {"success", "no difference", "", nil, ""},
		"gone": {"success", "", "x", []string{
			"POST|/repos/owner/name/issues/3/comments||", "PATCH|/repos/owner/name/issues/3||closed|",
		}, ""},
		"not found out":  {"failure", " \n", "x", nil, "make drift has failed and shows no difference"},
		"did not happen": {"skipped", "", "x", nil, `the outcome of make drift is "skipped"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := newStage(t)
			if test.open != "" {
				s.open = "<!-- ashapp-backend drift prod -->\n" + test.open
			}
			err := s.run(t.Context(), []string{"drift", "prod", test.outcome, s.file(t, "drift", test.output)})
			require.Len(t, s.changes, len(test.want))
			for i, want := range test.want {
				assert.True(t, strings.HasPrefix(s.changes[i], want), s.changes[i])
			}
			if test.err != "" {
				assert.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Contains(t, s.summary(t), strings.TrimSpace(test.output))
		})
	}
}

func TestADeploymentsSummaryBeginsWithHowItEnded(t *testing.T) {
	t.Parallel()

	for said, want := range map[string]string{
		"deployed sha256:4f2a (commit 9c1e) in 14.2 s: http://cluster:30080/\n":   "**deployed sha256:4f2a (commit 9c1e) in 14.2 s: http://cluster:30080/**",
		"error: the deployment failed\nmake: *** [Makefile:52: deploy] Error 1\n": "**error: the deployment failed**",
	} {
		s := newStage(t)
		output := strings.Repeat("updating\n", 10_000) + said
		require.NoError(t, s.run(t.Context(), []string{"deployment", "prod", s.file(t, "deploy", output)}))
		assert.True(t, strings.HasPrefix(s.summary(t), "## Deployment of prod\n\n"+want+"\n\n```\n"), s.summary(t)[:200])
		assert.Contains(t, s.summary(t), strings.TrimSpace(said)+"\n```")
		assert.Less(t, len(s.summary(t)), 20_001)
	}
}

func TestOutputsBecomeLinesThatAStepCanRead(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ json, want, err string }{
		"deployed": {
			`{"image":"docker.io/a/b@sha256:4f","kubeconfig":"[secret]","namespace":"ashapp","url":"http://c/"}`,
			"url=http://c/\nnamespace=ashapp\nimage=docker.io/a/b@sha256:4f\nrepository=docker.io/a/b\ndigest=sha256:4f\n", "",
		},
		"never deployed":     {`{}`, "", ""},
		"image by tag":       {`{"image":"docker.io/a/b:latest"}`, "", `the image "docker.io/a/b:latest" has no digest`},
		"a line smuggled in": {`{"url":"http://c/\ndigest=sha256:00"}`, "", "url has several lines"},
		"no JSON":            {"", "", "reading the stack's outputs: EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := newStage(t)
			s.stdin = strings.NewReader(test.json)
			err := s.run(t.Context(), []string{"outputs"})
			if test.err != "" {
				assert.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, s.stdout.String())
		})
	}
}

func TestAProgramIsListedUnderItsCommit(t *testing.T) {
	t.Parallel()

	self, err := os.Executable()
	require.NoError(t, err)
	s := newStage(t)
	s.env["COMMIT"] = "4f2a"
	require.NoError(t, s.run(t.Context(), []string{"sbom", self}))
	assert.Contains(t, s.stdout.String(), `"versionInfo": "4f2a"`)
	assert.Error(t, s.run(t.Context(), []string{"sbom", "main.go"}))
}

func TestCommandLinesThatAreNotUnderstood(t *testing.T) {
	t.Parallel()

	for _, arguments := range [][]string{nil, {"previw"}, {"preview"}, {"drift", "prod"}, {"outputs", "prod"}, {"sbom"}, {"deployment"}, {"require", "f"}, {"times", "x"}, {"notes", "a", "b"}} {
		assert.ErrorIs(t, newStage(t).run(t.Context(), arguments), errUsage)
	}
}
