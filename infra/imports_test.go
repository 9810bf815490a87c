package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	kubernetesSDK = "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/"
	dockerSDK     = "github.com/pulumi/pulumi-docker/sdk/v4/go/"
)

// importers maps every package that the program imports to the folders that do so. Tests and what is not part of the
// program do not count.
func importers(t *testing.T) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if found[imported] == nil {
				found[imported] = map[string]bool{}
			}
			found[imported][filepath.ToSlash(filepath.Dir(path))] = true
		}
		return nil
	}))
	return found
}

// Every API group of Kubernetes is compiled and linked with all of its kinds and versions, which takes seconds.
func TestOnlyTheAPIGroupsInUseAreImported(t *testing.T) {
	t.Parallel()

	var groups []string
	for imported := range importers(t) {
		if group, ours := strings.CutPrefix(imported, kubernetesSDK); ours {
			groups = append(groups, group)
		}
	}
	assert.ElementsMatch(t, []string{
		"kubernetes", "kubernetes/apps/v1", "kubernetes/autoscaling/v2", "kubernetes/core/v1", "kubernetes/meta/v1",
		"kubernetes/networking/v1", "kubernetes/policy/v1",
	}, groups)
}

// The rooms that know containers are those that make the cluster and the image; what runs on the cluster knows neither.
func TestOnlyClusterAndImageKnowDocker(t *testing.T) {
	t.Parallel()

	know := map[string]bool{}
	for imported, folders := range importers(t) {
		if strings.HasPrefix(imported, dockerSDK) {
			maps.Copy(know, folders)
		}
	}
	assert.Equal(t, map[string]bool{"internal/cluster": true, "internal/image": true}, know)
}

// The program is compiled by everybody who wants the stack; what is there for tests must not cost them anything.
func TestProgramNeedsNoClientOfKubernetes(t *testing.T) {
	t.Parallel()

	const own = "github.com/ashwanth01/ashapp-backend/infra/"
	all := importers(t)
	for _, command := range []string{"."} {
		needed, pending := map[string]bool{command: true}, []string{command}
		for len(pending) > 0 {
			folder := pending[0]
			pending = pending[1:]
			for imported, folders := range all {
				if !folders[folder] {
					continue
				}
				for _, costly := range []string{
					"k8s.io/api/", "k8s.io/client-go/", "k8s.io/pod-security-admission/", "github.com/zegl/kube-score/", own + "internal/testkit",
				} {
					assert.False(t, strings.HasPrefix(imported, costly), "%s needs %s in %s", command, imported, folder)
				}
				if next, ours := strings.CutPrefix(imported, own); ours && !needed[next] {
					needed[next] = true
					pending = append(pending, next)
				}
			}
		}
		assert.Contains(t, needed, "settings", "the search must have found something")
	}
}
