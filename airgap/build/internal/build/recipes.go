package build

import (
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// imageSources are the folders below airgap that decide what is in an image, besides programs and packages.
var imageSources = []string{"node/image", "build/internal/build", "build/internal/image"}

// recipes returns what this command makes: sources is the folder airgap, output the one of the results, codename that
// of the Debian release.
func recipes(sources, output, codename string) ([]*task.Task, error) {
	programs, identity, version, err := programsTask(sources, output)
	if err != nil {
		return nil, err
	}
	registry, err := registryTask(sources, output, codename)
	if err != nil {
		return nil, err
	}
	node, err := nodeTask(sources, output, codename, programs, identity, version)
	if err != nil {
		return nil, err
	}
	return []*task.Task{node, registry, programs}, nil
}
