package build

import (
	"path/filepath"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// imageSources are the folders below airgap that decide what is in an image, besides programs and packages.
var imageSources = []string{"node/image", "build/internal/build", "build/internal/image"}

// recipes returns what this command makes: sources is the folder airgap, output the one of the results, codename that
// of the Debian release.
func recipes(sources, output, codename string) ([]*task.Task, error) {
	toolchain, err := toolchainTask(filepath.Join(sources, "plugins"), output)
	if err != nil {
		return nil, err
	}
	registry, err := registryTask(sources, output, codename)
	if err != nil {
		return nil, err
	}
	node, err := nodeTask(sources, output, codename)
	if err != nil {
		return nil, err
	}
	return []*task.Task{node, registry, toolchain}, nil
}

// toolchainTask makes the Pulumi CLI and the plugins, in bin.
func toolchainTask(module, output string) (*task.Task, error) {
	version, err := requiredVersion(filepath.Join(module, "go.mod"), "github.com/pulumi/pulumi/pkg/v3")
	if err != nil {
		return nil, err
	}
	made, _, err := programs{
		name:   "Pulumi " + version + " and plugins",
		module: module,
		inputs: []string{"cmd", "internal", "go.mod", "go.sum"},
		packages: []string{
			"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
			"./cmd/pulumi-language-go", "./cmd/pulumi-resource-docker", "./cmd/pulumi-resource-kubernetes",
		},
		// Without it the CLI reports no version.
		variables: []string{"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=" + version},
		folder:    filepath.Join(output, "bin"),
		state:     filepath.Join(output, "state", "toolchain"),
	}.task()
	return made, err
}
