package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// All of kube-score looks at what the stacks render, as a command that kubescore.mod pins: internal/policy can link only a
// part of it. What it finds must be what internal/policy waives. no-node-port is its service-type there.
func TestAllOfKubeScoreFindsOnlyWhatIsWaived(t *testing.T) {
	if testing.Short() {
		t.Skip("kube-score would have to be compiled: make check asks it")
	}
	t.Parallel()

	waived := []string{
		"Deployment: container-cpu-requests-equal-limits",
		"Deployment: container-ephemeral-storage-request-equals-limit",
		"Deployment: container-image-pull-policy",
		"Deployment: container-resource-requests-equal-limits",
	}
	for stack, manifests := range rendered(t) {
		want := append(slices.Clone(waived), "Service: service-type")
		if stack == "prod with options" {
			want = waived // its Service is a ClusterIP
		}
		assert.Equal(t, want, kubeScore(t, manifests), stack)
	}
}

// kubeScore runs the command and lists what it does not call all right, as "Kind: check", in order.
func kubeScore(t *testing.T, manifests []map[string]any) (findings []string) {
	t.Helper()
	documents := &bytes.Buffer{}
	for _, manifest := range manifests {
		text, err := json.Marshal(manifest)
		require.NoError(t, err)
		documents.WriteString("---\n" + string(text) + "\n")
	}
	command := exec.Command("go", "tool", "-modfile=kubescore.mod", "kube-score", "score",
		"--kubernetes-version=v1.34", "--output-format=json",
		"--all-default-optional", "--disable-ignore-checks-annotations", "--disable-optional-checks-annotations", "-")
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	command.Stdin = documents
	answer, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		require.NotEmpty(t, answer, string(exit.Stderr)) // it also exits with 1 when it finds something
	} else {
		require.NoError(t, err)
	}

	var objects []struct {
		Kind   struct{ Kind string } `json:"type_meta"`
		Checks []struct {
			Check   struct{ ID string }
			Skipped bool
			Grade   int
		}
	}
	require.NoError(t, json.Unmarshal(answer, &objects), string(answer))
	const allRight = 10
	for _, object := range objects {
		for _, result := range object.Checks {
			if !result.Skipped && result.Grade < allRight {
				findings = append(findings, object.Kind.Kind+": "+result.Check.ID)
			}
		}
	}
	slices.SortFunc(findings, strings.Compare)
	return findings
}
