package diff

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Pattern is the place of a property that cannot change in place, written
// "spec.containers[*].image".
type Pattern string

// Touches reports whether the change alters the property: at its place or
// below it, or above it with the property in the changed value.
func (p Pattern) Touches(change Change) bool {
	steps := strings.Split(strings.ReplaceAll(string(p), "[*]", ".*"), ".")
	for i, step := range steps {
		if i == len(change.Path) {
			return contains(change.Value, steps[i:])
		}
		if !matches(step, change.Path[i]) {
			return false
		}
	}
	return true
}

// Replaces returns the paths of the changes that no update can make.
func Replaces(changes []Change, immutable []Pattern) []resource.PropertyPath {
	var replaces []resource.PropertyPath
	for _, change := range changes {
		for _, pattern := range immutable {
			if pattern.Touches(change) {
				replaces = append(replaces, change.Path)
				break
			}
		}
	}
	return replaces
}

func matches(step string, key any) bool {
	if _, index := key.(int); index {
		return step == "*"
	}
	return step == key
}

func contains(value any, steps []string) bool {
	if len(steps) == 0 {
		return value != nil
	}
	switch value := value.(type) {
	case map[string]any:
		return contains(value[steps[0]], steps[1:])
	case []any:
		for _, element := range value {
			if steps[0] == "*" && contains(element, steps[1:]) {
				return true
			}
		}
	}
	return false
}
