package main

import (
	"context"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fake is a gh that records its calls, and a person who answers by the name in a question.
type fake struct {
	calls   []string
	hidden  []string // questions whose answers are not shown
	asked   []string
	answers map[string]string
	refuse  map[string]error // by a part of the call
	said    strings.Builder
}

var asks = regexp.MustCompile(`\(([A-Z_]+)\)$`)

func (f *fake) setup() setup {
	return setup{said: &f.said, read: os.ReadFile,
		gh: func(_ context.Context, input string, arguments ...string) (string, error) {
			call := strings.Join(arguments, " ")
			f.calls = append(f.calls, call+" < "+input)
			for part, err := range f.refuse {
				if strings.Contains(call, part) {
					return "", err
				}
			}
			return map[string]string{"repo": "me/copy", "api": "7"}[arguments[0]], nil
		},
		ask: func(_ context.Context, question string, secret bool) (string, error) {
			name := "DEPLOY_TO_PROD"
			if found := asks.FindStringSubmatch(question); found != nil {
				name = found[1]
			}
			f.asked = append(f.asked, name)
			if secret {
				f.hidden = append(f.hidden, name)
			}
			return f.answers[name], nil
		},
	}
}

func TestEverythingIsSetWhereItIsRead(t *testing.T) {
	t.Parallel()

	file := t.TempDir() + "/config"
	require.NoError(t, os.WriteFile(file, []byte("kind: Config\n"), 0o600))
	f := &fake{answers: map[string]string{
		"DOCKERHUB_USERNAME": "me", "DOCKERHUB_TOKEN": "token", "KUBECONFIG": file, "PULUMI_BACKEND_URL": "s3://bucket",
		"PULUMI_CONFIG_PASSPHRASE": "pass", "DEPLOY_TO_PROD": "yes",
	}, refuse: map[string]error{"POST repos/me/copy/environments/production": errors.New("HTTP 422: name already exists")}}
	require.NoError(t, f.setup().run(t.Context()))
	assert.Equal(t, []string{
		"repo view --json nameWithOwner --jq .nameWithOwner < ", "api user --jq .id < ",
		`api --method PUT repos/me/copy/environments/production --input - < {"reviewers":[{"type":"User","id":7}],"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}`,
		`api --method POST repos/me/copy/environments/production/deployment-branch-policies --input - < {"name":"main"}`,
		`api --method PUT repos/me/copy/environments/preview --input - < {"reviewers":[{"type":"User","id":7}],"deployment_branch_policy":null}`,
		`api --method PUT repos/me/copy/environments/drift --input - < {"reviewers":null,"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}`,
		`api --method POST repos/me/copy/environments/drift/deployment-branch-policies --input - < {"name":"main"}`,
		"variable set DOCKERHUB_USERNAME --env production < me", "secret set DOCKERHUB_TOKEN --env production < token",
		"secret set KUBECONFIG --env production < kind: Config\n", "secret set KUBECONFIG --env preview < kind: Config\n", "secret set KUBECONFIG --env drift < kind: Config\n",
		"secret set PULUMI_BACKEND_URL --env production < s3://bucket", "secret set PULUMI_BACKEND_URL --env preview < s3://bucket", "secret set PULUMI_BACKEND_URL --env drift < s3://bucket",
		"secret set PULUMI_CONFIG_PASSPHRASE --env production < pass", "secret set PULUMI_CONFIG_PASSPHRASE --env preview < pass", "secret set PULUMI_CONFIG_PASSPHRASE --env drift < pass",
		"variable set DEPLOY_TO_PROD < true",
	}, f.calls)
	assert.Equal(t, []string{"DOCKERHUB_TOKEN", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"}, f.hidden)
	for _, line := range []string{"Repository me/copy.", "environment production: you approve, main only\n", "environment drift: main only\n",
		"secret KUBECONFIG of drift: set\n", "variable DEPLOY_TO_PROD of the repository: set\n"} {
		assert.Contains(t, f.said.String(), line)
	}
	for _, secret := range []string{"token", "pass", "s3://", "kind:"} {
		assert.NotContains(t, f.said.String(), secret)
	}
}

func TestOnlyWhatTheBackendUsesIsAskedFor(t *testing.T) {
	t.Parallel()

	for backend, want := range map[string][]string{
		"https://api.pulumi.com": {"PULUMI_ACCESS_TOKEN"}, "s3://bucket": {"PULUMI_CONFIG_PASSPHRASE"}, "": {"PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"},
	} {
		f := &fake{answers: map[string]string{"PULUMI_BACKEND_URL": backend}}
		require.NoError(t, f.setup().run(t.Context()))
		got := slices.DeleteFunc(slices.Clone(f.asked), func(name string) bool {
			return name != "PULUMI_ACCESS_TOKEN" && name != "PULUMI_CONFIG_PASSPHRASE"
		})
		assert.Equal(t, want, got, backend)
	}
}

func TestNothingIsDeployedUnlessSomebodySaysSo(t *testing.T) {
	t.Parallel()

	for answer, want := range map[string]string{"yes": "variable set DEPLOY_TO_PROD < true", "no": "variable set DEPLOY_TO_PROD < false", "": "", "y": ""} {
		f := &fake{answers: map[string]string{"DEPLOY_TO_PROD": answer, "RUNNER": "mine"}}
		require.NoError(t, f.setup().run(t.Context()))
		assert.Contains(t, f.calls, "variable set RUNNER < mine")
		assert.Equal(t, want != "", slices.Contains(f.calls, want), answer)
		assert.Equal(t, want == "", strings.Contains(f.said.String(), "DEPLOY_TO_PROD stays as it is"), answer)
	}
}

func TestWhatFailsIsNamed(t *testing.T) {
	t.Parallel()

	empty := t.TempDir() + "/empty"
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for part, want := range map[string]string{
		"repo view": "looking for the repository on GitHub", "api user": "looking for who approves", "PUT": "creating the environment production",
		"POST": "allowing main for the environment production", "variable set RUNNER": "setting the variable RUNNER of the repository",
	} {
		f := &fake{answers: map[string]string{"RUNNER": "mine"}, refuse: map[string]error{part: errors.New("HTTP 403")}}
		assert.ErrorContains(t, f.setup().run(t.Context()), want)
	}
	for path, want := range map[string]string{empty: "KUBECONFIG: the file is empty", empty + "/none": "reading KUBECONFIG"} {
		f := &fake{answers: map[string]string{"KUBECONFIG": path}}
		assert.ErrorContains(t, f.setup().run(t.Context()), want)
	}
}
