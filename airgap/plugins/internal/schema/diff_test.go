package schema

import (
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
)

// properties are a literal of inputs or state.
type properties map[string]any

func (p properties) decoded() resource.PropertyMap { return resource.NewPropertyMapFromMap(p) }

// web are inputs of which each kind has its rules.
type web struct {
	Name        string            `json:"name" tf:"required replaces"`
	Image       string            `json:"image" tf:"required replaces"`
	Hostname    string            `json:"hostname" tf:"replaces computed"`
	Command     []string          `json:"command" tf:"replaces computed"`
	Envs        []string          `json:"envs" tf:"set replaces computed"`
	Labels      []label           `json:"labels" tf:"set replaces"`
	Ports       []port            `json:"ports" tf:"replaces"`
	Volumes     []label           `json:"volumes" tf:"set replaces"`
	Tmpfs       map[string]string `json:"tmpfs"`
	Drops       *capabilities     `json:"capabilities" tf:"replaces"`
	Restart     string            `json:"restart" tf:"default=no"`
	MustRun     bool              `json:"mustRun" tf:"fixed=true"`
	WaitTimeout int64             `json:"waitTimeout" tf:"default=60"`
	Healthcheck *healthcheck      `json:"healthcheck" tf:"computed"`
}

type label struct {
	Label string `json:"label" tf:"required"`
	Value string `json:"value"`
}

type port struct {
	Internal int    `json:"internal" tf:"required"`
	External int    `json:"external" tf:"computed"`
	IP       string `json:"ip" tf:"default=0.0.0.0"`
}

type capabilities struct {
	Drops []string `json:"drops" tf:"set"`
}

type healthcheck struct {
	Tests    []string `json:"tests" tf:"required"`
	Interval int      `json:"interval" tf:"text default=0s"`
}

func webSchema() Schema {
	return Of[web]().
		And("unknown replaces kept", "user").
		And("unknown number", "memory").
		And("number fixed=0", "memoryReservation").
		And("unknown set of=object replaces", "ulimits").
		And("unknown set of=text replaces", "dns").
		And("unknown list of=object computed", "networkDatas").
		And("unknown computed", "id")
}

// webInputs are those of a container after Check.
func webInputs(changes properties) properties {
	inputs := properties{
		"name": "web", "image": "web:1", "restart": "no", "waitTimeout": 60.0, "mustRun": true,
		"command": []any{"serve", "--verbose"}, "envs": []any{"A=1", "B=2"},
		"ports":        []any{map[string]any{"internal": 5000.0, "external": 80.0, "ip": "0.0.0.0"}},
		"healthcheck":  map[string]any{"tests": []any{"CMD", "x"}, "interval": "1s"},
		"capabilities": map[string]any{"drops": []any{"ALL"}},
	}
	maps.Copy(inputs, changes)
	for name, value := range inputs {
		if value == nil {
			delete(inputs, name)
		}
	}
	return inputs
}

func TestDiffOfAContainer(t *testing.T) {
	t.Parallel()
	type kinds map[string]pulumirpc.PropertyDiff_Kind
	const (
		added, addedReplace     = pulumirpc.PropertyDiff_ADD, pulumirpc.PropertyDiff_ADD_REPLACE
		updated, updatedReplace = pulumirpc.PropertyDiff_UPDATE, pulumirpc.PropertyDiff_UPDATE_REPLACE
		deletedReplace          = pulumirpc.PropertyDiff_DELETE_REPLACE
	)
	port := func(external float64) []any {
		return []any{map[string]any{"internal": 5000.0, "external": external, "ip": "0.0.0.0"}}
	}
	tests := map[string]struct {
		changes  properties
		expected kinds
		replaces []string
	}{
		"nothing":                       {nil, kinds{}, nil},
		"a default that is given now":   {properties{DefaultsKey: []any{}}, kinds{}, nil},
		"an empty list for none":        {properties{"labels": []any{}}, kinds{}, nil},
		"the order of a set":            {properties{"envs": []any{"B=2", "A=1"}}, kinds{}, nil},
		"restart":                       {properties{"restart": "always"}, kinds{"restart": updated}, nil},
		"memory":                        {properties{"memory": 64.0}, kinds{"memory": added}, nil},
		"a health check":                {properties{"healthcheck": map[string]any{"tests": []any{"CMD", "y"}, "interval": "1s"}}, kinds{"healthcheck.tests[1]": updated}, nil},
		"the image":                     {properties{"image": "web:2"}, kinds{"image": updatedReplace}, []string{"image"}},
		"a port":                        {properties{"ports": port(81)}, kinds{"ports[0].external": updatedReplace}, []string{"ports"}},
		"no ports":                      {properties{"ports": nil}, kinds{"ports": deletedReplace}, []string{"ports"}},
		"the order of a command":        {properties{"command": []any{"--verbose", "serve"}}, kinds{"command[0]": updatedReplace, "command[1]": updatedReplace}, []string{"command"}},
		"one argument more":             {properties{"command": []any{"serve", "--verbose", "x"}}, kinds{"command[2]": addedReplace}, []string{"command"}},
		"one argument less":             {properties{"command": []any{"serve"}}, kinds{"command[1]": deletedReplace}, []string{"command"}},
		"no command":                    {properties{"command": nil}, kinds{}, nil},
		"what the image says":           {properties{"user": ""}, kinds{}, nil},
		"one more in a set":             {properties{"envs": []any{"0=0", "A=1", "B=2"}}, kinds{"envs[0]": addedReplace}, []string{"envs"}},
		"one less in a set":             {properties{"envs": []any{"B=2"}}, kinds{"envs[0]": deletedReplace}, []string{"envs"}},
		"another in its place":          {properties{"envs": []any{"A=9", "B=2"}}, kinds{"envs[0]": updatedReplace}, []string{"envs"}},
		"a capability":                  {properties{"capabilities": map[string]any{"drops": []any{"CAP_ALL"}}}, kinds{"capabilities.drops[0]": updatedReplace}, []string{"capabilities"}},
		"a mount where none was":        {properties{"volumes": []any{map[string]any{"label": "v"}}}, kinds{"volumes": addedReplace}, []string{"volumes"}},
		"one in place and one replaces": {properties{"restart": "always", "hostname": "h"}, kinds{"restart": updated, "hostname": addedReplace}, []string{"hostname"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := webSchema().Diff(webInputs(nil).decoded(), webInputs(test.changes).decoded(), nil)
			found := kinds{}
			for path, change := range response.GetDetailedDiff() {
				found[path] = change.GetKind()
			}
			assert.Equal(t, test.expected, found)
			assert.Equal(t, test.replaces, response.GetReplaces())
			assert.Equal(t, len(test.expected) > 0, response.GetChanges() == pulumirpc.DiffResponse_DIFF_SOME)
			assert.Equal(t, len(test.replaces) > 0, response.GetDeleteBeforeReplace(), "a name that is given is free only afterwards")
		})
	}
}

func TestAnotherNameNeedsNoDeletionFirst(t *testing.T) {
	t.Parallel()
	response := webSchema().Diff(webInputs(nil).decoded(), webInputs(properties{"name": "web2"}).decoded(), nil)
	assert.Equal(t, []string{"name"}, response.GetReplaces())
	assert.Contains(t, response.GetStables(), "image")
	assert.NotContains(t, response.GetStables(), "restart")
	assert.False(t, response.GetDeleteBeforeReplace())
}

func TestWhatIsIgnoredIsNoDifference(t *testing.T) {
	t.Parallel()
	changed := webInputs(properties{"tmpfs": map[string]any{"a": "1", "b": "2"}, "restart": "always"}).decoded()
	for ignored, expected := range map[string][]string{
		"image": {"restart", "tmpfs"}, "tmpfs": {"restart"}, "]": {"restart", "tmpfs"}, "tmpfs.a": {"restart", "tmpfs"},
	} {
		response := webSchema().Diff(webInputs(properties{"tmpfs": map[string]any{"a": "0", "b": "1"}}).decoded(), changed, []string{ignored})
		assert.Equal(t, expected, response.GetDiffs(), ignored)
		if ignored == "tmpfs.a" {
			assert.NotContains(t, response.GetDetailedDiff(), "tmpfs.a")
			assert.Contains(t, response.GetDetailedDiff(), "tmpfs.b")
		}
	}
}
