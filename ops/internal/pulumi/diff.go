package pulumi

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// SecretMark is the key of an object that stands for a secret, or for another value that JSON does not have, in Pulumi's states and events
// (sdk/v3/go/common/resource/sig).
const SecretMark = "4dabf18193072939515e22adb298388d" //nolint:gosec // the same for everybody

// How Pulumi's JSON says that a value is a secret, and that one is not known before the update.
const (
	secret  = "1b47061264138c4ac30d75fd1eb44270"
	unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
)

func (s step) oldInputs() map[string]any  { return inputsOf(s.Old) }
func (s step) newInputs() map[string]any  { return inputsOf(s.New) }
func (s step) oldOutputs() map[string]any { return outputsOf(s.Old) }
func (s step) newOutputs() map[string]any { return outputsOf(s.New) }

func inputsOf(s *stepState) map[string]any {
	if s == nil {
		return nil
	}
	return s.Inputs
}

func outputsOf(s *stepState) map[string]any {
	if s == nil {
		return nil
	}
	return s.Outputs
}

// differences are the lines that tell how inputs would change, each with the path of the property. A value that is there on one side only
// is one line for each of its parts.
func differences(before, after map[string]any, indent string) []string {
	var lines []string
	compare("", before, after, func(mark, path, text string) {
		lines = append(lines, indent+mark+" "+path+": "+text)
	})
	return lines
}

// compare tells each difference between two values below a path: + for what is added, - for what goes, ~ for what changes.
func compare(path string, before, after any, tell func(mark, path, text string)) {
	if reflect.DeepEqual(before, after) {
		return
	}
	old, oldParts := parts(before)
	now, nowParts := parts(after)
	if oldParts && nowParts || before == nil && len(now) > 0 || after == nil && len(old) > 0 {
		for _, key := range keys(old, now) {
			compare(join(path, key), old[key], now[key], tell)
		}
		return
	}
	switch {
	case before == nil:
		tell("+", path, show(after))
	case after == nil:
		tell("-", path, show(before))
	default:
		tell("~", path, show(before)+" => "+show(after))
	}
}

// parts are the elements of an object or a list by their keys. What has a signature has none: a secret, or a file.
func parts(value any) (found map[string]any, has bool) {
	switch typed := value.(type) {
	case map[string]any:
		if hasKey(typed, SecretMark) {
			return nil, false
		}
		return typed, true
	case []any:
		found = map[string]any{}
		for i, element := range typed {
			found[fmt.Sprintf("[%d]", i)] = element
		}
		return found, true
	}
	return nil, false
}

// keys are those of two objects in order, of lists by number.
func keys(a, b map[string]any) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, b)
	maps.DeleteFunc(all, func(key string, _ any) bool { return strings.HasPrefix(key, "__") }) // Pulumi's own
	return slices.SortedFunc(maps.Keys(all), func(x, y string) int {
		if len(x) != len(y) && strings.HasPrefix(x, "[") && strings.HasPrefix(y, "[") {
			return len(x) - len(y)
		}
		return strings.Compare(x, y)
	})
}

// join is the path of a part. A key that has a dot or a bracket itself is quoted.
func join(path, key string) string {
	switch {
	case strings.HasPrefix(key, "["):
		return path + key
	case strings.ContainsAny(key, ".[]\""):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// show is a value as JSON, without what is secret or not known yet.
func show(value any) string {
	switch typed := value.(type) {
	case string:
		if typed == unknown {
			return "[known after the update]"
		}
	case map[string]any:
		if typed[SecretMark] == secret {
			return "[secret]"
		}
	}
	if text, err := json.Marshal(value); err == nil {
		return string(text)
	}
	return fmt.Sprint(value)
}

func hasKey(object map[string]any, key string) bool { _, found := object[key]; return found }
