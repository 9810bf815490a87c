package build

import (
	"context"
	"os"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/fingerprint"
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

// keptTask is a task whose results are files, and that remembers at state of which inputs they were made. It is fresh when
// all of them can be read.
func keptTask(name, state, identity string, results []string, make func(context.Context) error) *task.Task {
	return &task.Task{
		Name: name,
		Fresh: func(context.Context) (bool, error) {
			for _, path := range results {
				if !readable(path) {
					return false, nil
				}
			}
			return fingerprint.Matches(state, identity)
		},
		Make: func(ctx context.Context) error {
			if err := make(ctx); err != nil {
				return err
			}
			return fingerprint.Keep(state, identity)
		},
	}
}

// readable says whether there is such a file. Whatever is the matter with one that is not, making it anew is the answer.
func readable(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
