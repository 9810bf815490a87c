package diff

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Kind says what happened to a property.
type Kind int

// The kinds of a change.
const (
	Added Kind = iota
	Deleted
	Updated
)

// Change is one difference, at the highest place where one side has a value
// and the other has none, or where two values differ.
type Change struct {
	Path resource.PropertyPath // of strings and array indices
	Kind Kind
	// Value is the new value, or the old one of a deletion.
	Value any
}

// Compare returns what has to change in old to become new, which both are
// trees of maps, slices and scalars. Slices are compared by position. A value
// that is not known yet counts as changed; null counts as absent.
func Compare(old, new map[string]any) []Change {
	return compareMaps(nil, old, new)
}

func compareMaps(path resource.PropertyPath, old, new map[string]any) []Change {
	var changes []Change
	for key, value := range new {
		changes = append(changes, compare(at(path, key), old[key], value)...)
	}
	for key, value := range old {
		if _, kept := new[key]; !kept {
			changes = append(changes, compare(at(path, key), value, nil)...)
		}
	}
	return changes
}

func compareSlices(path resource.PropertyPath, old, new []any) []Change {
	var changes []Change
	for i := range max(len(old), len(new)) {
		changes = append(changes, compare(at(path, i), element(old, i), element(new, i))...)
	}
	return changes
}

func compare(path resource.PropertyPath, old, new any) []Change {
	switch {
	case old == nil && new == nil:
		return nil
	case old == nil:
		return []Change{{Path: path, Kind: Added, Value: new}}
	case new == nil:
		return []Change{{Path: path, Kind: Deleted, Value: old}}
	}
	switch new := new.(type) {
	case map[string]any:
		if old, same := old.(map[string]any); same {
			return compareMaps(path, old, new)
		}
	case []any:
		if old, same := old.([]any); same {
			return compareSlices(path, old, new)
		}
	default:
		if equal(old, new) {
			return nil
		}
	}
	return []Change{{Path: path, Kind: Updated, Value: new}}
}

// equal compares scalars; a number is the same whether it came as JSON or from
// a Go type.
func equal(old, new any) bool {
	oldNumber, oldIs := number(old)
	newNumber, newIs := number(new)
	if oldIs && newIs {
		return oldNumber == newNumber
	}
	switch old.(type) {
	case map[string]any, []any, resource.Computed:
		return false // not comparable with ==
	}
	_, unknown := new.(resource.Computed)
	return !unknown && old == new
}

func number(value any) (float64, bool) {
	switch value := value.(type) {
	case float64:
		return value, true
	case int64:
		return float64(value), true
	case int:
		return float64(value), true
	default:
		return 0, false
	}
}

func element(slice []any, i int) any {
	if i < len(slice) {
		return slice[i]
	}
	return nil
}

// at copies the path: siblings must not share its memory.
func at(path resource.PropertyPath, step any) resource.PropertyPath {
	return append(append(make(resource.PropertyPath, 0, len(path)+1), path...), step)
}
