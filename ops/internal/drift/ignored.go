package drift

import (
	"path"
	"slices"
)

// Ignored is what is no drift. A * in it stands for any characters but a slash.
type Ignored struct {
	// Keys are those of labels and annotations, and finalizers: by them a cluster notes something on objects of others.
	Keys []string
	// Managers are the field managers whose additions do not count.
	Managers []string
}

func (i Ignored) manager(name string) bool { return matches(i.Managers, name) }

// field tells whether a field, by the path to it, is a label, an annotation or a finalizer with an ignored key.
func (i Ignored) field(elements []string) bool {
	key := len(elements) - 1
	if key < 1 || !slices.Contains([]string{"labels", "annotations", "finalizers"}, elements[key-1]) {
		return false
	}
	return key >= 2 && elements[key-2] == "metadata" && matches(i.Keys, elements[key])
}

func matches(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		matched, err := path.Match(pattern, text)
		return err == nil && matched // the settings refuse a pattern that is none
	})
}
