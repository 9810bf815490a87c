package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOnlyWhatTheStackNeedsIsRequired(t *testing.T) {
	t.Parallel()

	const line = " is not set, see docs/how-to/set-up-the-pipeline.md\n"
	for name, test := range map[string]struct {
		file string
		env  map[string]string
		want string
	}{
		"nothing is set": {"", nil, "::error::KUBECONFIG" + line + "::error::PULUMI_BACKEND_URL" + line + "::error::PULUMI_CONFIG_PASSPHRASE" + line},
		"a bucket":       {"", map[string]string{"KUBECONFIG": "k", "PULUMI_BACKEND_URL": "s3://b"}, "::error::PULUMI_CONFIG_PASSPHRASE" + line},
		"a bucket, all":  {"", map[string]string{"KUBECONFIG": "k", "PULUMI_BACKEND_URL": "s3://b", "PULUMI_CONFIG_PASSPHRASE": "p"}, ""},
		"Pulumi Cloud": {
			"", map[string]string{"KUBECONFIG": "k", "PULUMI_BACKEND_URL": "https://api.pulumi.com"}, "::error::PULUMI_ACCESS_TOKEN" + line,
		},
		"Pulumi Cloud, all": {"", map[string]string{"KUBECONFIG": "k", "PULUMI_BACKEND_URL": "https://api.pulumi.com", "PULUMI_ACCESS_TOKEN": "t"}, ""},
		"keys elsewhere":    {"secretsprovider: awskms://alias/a\n", map[string]string{"KUBECONFIG": "k", "PULUMI_BACKEND_URL": "s3://b"}, ""},
		"Pulumi Cloud with a passphrase": {
			"secretsprovider: \"passphrase\"\n",
			map[string]string{"KUBECONFIG": "k", "PULUMI_BACKEND_URL": "https://api.pulumi.com", "PULUMI_ACCESS_TOKEN": "t"},
			"::error::PULUMI_CONFIG_PASSPHRASE" + line,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := newStage(t)
			for variable, value := range test.env {
				s.env[variable] = value
			}
			err := s.run(t.Context(), []string{
				"require", s.file(t, "Pulumi.prod.yaml", test.file), "KUBECONFIG", "PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE",
			})
			assert.Equal(t, test.want, s.stdout.String())
			if test.want != "" {
				require.ErrorContains(t, err, "make github-setup sets it")
				return
			}
			require.NoError(t, err)
		})
	}
	assert.ErrorContains(t, newStage(t).run(t.Context(), []string{"require", "none.yaml", "A"}), "reading the stack file")
}

func TestTheTimeOfEachJobIsInTheSummary(t *testing.T) {
	t.Parallel()

	s := newStage(t)
	s.jobs = `{"jobs": [
		{"name": "ci / unit", "conclusion": "success", "started_at": "2026-01-01T10:00:00Z", "completed_at": "2026-01-01T10:02:05Z"},
		{"name": "ci / e2e", "conclusion": "failure", "started_at": "2026-01-01T10:00:00Z", "completed_at": "2026-01-01T11:00:59Z"},
		{"name": "commits", "conclusion": "skipped", "started_at": "2026-01-01T10:00:00Z", "completed_at": "2026-01-01T10:00:00Z"},
		{"name": "times", "started_at": "2026-01-01T10:00:00Z", "completed_at": null}]}`
	require.NoError(t, s.run(t.Context(), []string{"times"}))
	assert.Contains(t, s.summary(t), "| --- | --- | --- |\n| ci / unit | success | 2:05 |\n| ci / e2e | failure | 60:59 |\n\n")
	s.env["GITHUB_TOKEN"] = ""
	assert.ErrorContains(t, s.run(t.Context(), []string{"times"}), "the variable GITHUB_TOKEN is not set")
	s.env["GITHUB_TOKEN"], s.env["GITHUB_RUN_ID"] = "token", "43"
	assert.ErrorContains(t, s.run(t.Context(), []string{"times"}), "asking GitHub for GET /actions/runs/43/jobs?per_page=100: 404")
}

func TestTheNotesAreThoseOfTheVersion(t *testing.T) {
	t.Parallel()

	s := newStage(t)
	text, source := s.file(t, "CHANGELOG.md", "## [1.2.3] - 2026-01-01\n\n- new\n"), s.file(t, "version.go", "const version = \"1.2.3\"\n")
	require.NoError(t, s.run(t.Context(), []string{"notes", text, source, "v1.2.3"}))
	assert.Equal(t, "- new\n", s.stdout.String())
	for want, arguments := range map[string][3]string{
		`the tag is "v1.2.4", and the version in ` + source + " is 1.2.3": {text, source, "v1.2.4"},
		"there is no entry ## [1.2.3]":                                    {source, source, "v1.2.3"},
		"the source has no line":                                          {text, text, "v1.2.3"},
		"reading the changelog":                                           {"none", source, "v1.2.3"},
		"reading the version":                                             {text, "none", "v1.2.3"},
	} {
		assert.ErrorContains(t, s.run(t.Context(), append([]string{"notes"}, arguments[:]...)), want)
	}
}
