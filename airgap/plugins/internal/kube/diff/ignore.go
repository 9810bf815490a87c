package diff

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Ignore drops the changes that lie in one of the paths, which are written as
// in the ignoreChanges option: "spec.replicas", "spec.containers[*].image".
func Ignore(changes []Change, paths []string) ([]Change, error) {
	for _, path := range paths {
		ignored, err := resource.ParsePropertyPath(path)
		if err != nil {
			return nil, fmt.Errorf("parsing the ignoreChanges path %q: %w", path, err)
		}
		changes = slices.DeleteFunc(changes, func(change Change) bool { return ignored.Contains(change.Path) })
	}
	return changes, nil
}
