package policy

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// weakening is one change that makes the manifests worse, and the rules, separated by spaces, each of which must report it.
type weakening struct {
	rules  string
	change change
}

// change changes manifests in place, or returns others.
type change func(t *testing.T, manifests []map[string]any) []map[string]any

// Every weakening is caught by the rules that it names. A rule that no weakening breaks might as well not be there.
func TestEveryWeakeningIsCaughtByName(t *testing.T) {
	t.Parallel()

	byDefault := map[string]weakening{}
	for _, table := range []map[string]weakening{
		containerWeakenings(), confinementWeakenings(), podWeakenings(), probeWeakenings(), rolloutWeakenings(),
		availabilityWeakenings(), networkWeakenings(), objectWeakenings(),
	} {
		for name, row := range table {
			require.NotContains(t, byDefault, name)
			byDefault[name] = row
		}
	}
	caught := map[string]bool{}
	for _, row := range slices.Concat(slices.Collect(maps.Values(byDefault)), slices.Collect(maps.Values(optionalWeakenings()))) {
		for _, rule := range strings.Fields(row.rules) {
			caught[rule] = true
		}
	}
	for _, rule := range rules() {
		assert.True(t, caught[rule.name], "no weakening breaks %s", rule.name)
	}
	assert.GreaterOrEqual(t, len(byDefault)+len(optionalWeakenings()), 60)

	catch(t, render(t, settings.Default().Backend), byDefault, Waivers())
	catch(t, render(t, everything()), optionalWeakenings(), slices.DeleteFunc(Waivers(), func(w Waiver) bool { return w.Optional }))
}

func catch(t *testing.T, manifests []map[string]any, table map[string]weakening, waivers []Waiver) {
	t.Helper()
	sound := copied(t, manifests)
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			weakened := copied(t, row.change(t, copied(t, sound)))
			require.NotEqual(t, sound, weakened, "nothing was changed")
			findings, err := Check(weakened, waivers)
			require.NoError(t, err)
			for _, rule := range strings.Fields(row.rules) {
				assert.True(t, slices.ContainsFunc(findings, func(f Finding) bool { return f.Rule == rule }),
					"%s did not report it, only: %v", rule, findings)
			}
		})
	}
}

// set puts a value into an object, called "Kind" or "Kind name", at a JSON Pointer (RFC 6901); "-" appends to a list.
func set(called, pointer string, value any) change {
	return func(t *testing.T, manifests []map[string]any) []map[string]any {
		t.Helper()
		put(manifests[find(t, manifests, called)], strings.Split(pointer, "/")[1:], func(any) any { return value })
		return manifests
	}
}

// drop takes away what is at a JSON Pointer.
func drop(called, pointer string) change {
	return func(t *testing.T, manifests []map[string]any) []map[string]any {
		t.Helper()
		put(manifests[find(t, manifests, called)], strings.Split(pointer, "/")[1:], func(old any) any {
			require.NotNil(t, old, "there is nothing at %s", pointer)
			return nil
		})
		return manifests
	}
}

// without takes away an object.
func without(called string) change {
	return func(t *testing.T, manifests []map[string]any) []map[string]any {
		t.Helper()
		at := find(t, manifests, called)
		return slices.Delete(manifests, at, at+1)
	}
}

// with adds an object to the backend's namespace.
func with(apiVersion, kind string, fields map[string]any) change {
	return func(t *testing.T, manifests []map[string]any) []map[string]any {
		t.Helper()
		labels := manifests[find(t, manifests, "Deployment")]["metadata"].(map[string]any)["labels"]
		object := map[string]any{
			"apiVersion": apiVersion, "kind": kind,
			"metadata": map[string]any{"name": "added", "namespace": "ashapp-backend", "labels": labels},
		}
		maps.Copy(object, fields)
		return append(manifests, object)
	}
}

// find is the index of an object.
func find(t *testing.T, manifests []map[string]any, called string) int {
	t.Helper()
	kind, name, named := strings.Cut(called, " ")
	at := slices.IndexFunc(manifests, func(manifest map[string]any) bool {
		return manifest["kind"] == kind && (!named || manifest["metadata"].(map[string]any)["name"] == name)
	})
	require.GreaterOrEqual(t, at, 0, "there is no %s", called)
	return at
}

// put replaces what is at a path below a value; nil deletes. Objects on the way are made where there are none.
func put(at any, path []string, replace func(old any) any) any {
	if len(path) == 0 {
		return replace(at)
	}
	key := strings.NewReplacer("~1", "/", "~0", "~").Replace(path[0])
	if list, isList := at.([]any); isList {
		if key == "-" {
			return append(list, put(nil, path[1:], replace))
		}
		index, _ := strconv.Atoi(key)
		list[index] = put(list[index], path[1:], replace)
		return slices.DeleteFunc(list, func(element any) bool { return element == nil })
	}
	object, isObject := at.(map[string]any)
	switch {
	case !isObject && key == "-":
		return []any{put(nil, path[1:], replace)}
	case !isObject:
		object = map[string]any{}
	}
	if value := put(object[key], path[1:], replace); value != nil {
		object[key] = value
	} else {
		delete(object, key)
	}
	return object
}
