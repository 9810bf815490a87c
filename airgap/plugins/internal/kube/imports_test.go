package kube_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImports holds the walls of the room: each stand-in builds without the
// others, and what judges does not talk to a cluster.
func TestImports(t *testing.T) {
	t.Parallel()
	const plugins = "github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/"
	for pkg, forbidden := range map[string][]string{
		".":         {plugins + "docker", plugins + "langhost", "github.com/docker/"},
		"./object":  {plugins + "kube/", "k8s.io/client-go/rest"},
		"./diff":    {plugins + "kube/", "k8s.io/client-go"},
		"./ready":   {plugins + "kube/", "k8s.io/client-go", "github.com/pulumi"},
		"./cluster": {plugins + "kube/", "github.com/pulumi"},
	} {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).Output()
			require.NoError(t, err)
			imports := strings.Fields(string(output))
			own := imports[len(imports)-1] // go list puts the package itself last
			for _, imported := range imports {
				for _, prefix := range forbidden {
					assert.Falsef(t, strings.HasPrefix(imported, prefix) && imported != own,
						"%s imports %s", own, imported)
				}
			}
		})
	}
}
