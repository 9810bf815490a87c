package docker

import (
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/schema"

	"maps"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// webInputs are those of a container after Check.
func webInputs(changes properties) properties {
	inputs := properties{
		"name": "web", "image": "web:1", "restart": "no", "waitTimeout": 60.0, "mustRun": true,
		"command": []any{"serve", "--verbose"}, "envs": []any{"A=1", "B=2"},
		"ports":        []any{map[string]any{"internal": 5000.0, "external": 80.0, "ip": "0.0.0.0", schema.DefaultsKey: []any{"ip"}}},
		"healthcheck":  map[string]any{"tests": []any{"CMD", "x"}, "interval": "1s", schema.DefaultsKey: []any{}},
		"capabilities": map[string]any{"drops": []any{"ALL"}, schema.DefaultsKey: []any{}}, schema.DefaultsKey: []any{"mustRun"},
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
		"a default that is given now":   {properties{schema.DefaultsKey: []any{}}, kinds{}, nil},
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
		"a mount where none was":        {properties{"volumes": []any{map[string]any{"volumeName": "v"}}}, kinds{"volumes": addedReplace}, []string{"volumes"}},
		"one in place and one replaces": {properties{"restart": "always", "hostname": "h"}, kinds{"restart": updated, "hostname": addedReplace}, []string{"hostname"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := New(nil, nil).Diff(t.Context(), &pulumirpc.DiffRequest{
				Urn: containerURN, Olds: webInputs(nil).wire(t), News: webInputs(test.changes).wire(t),
			})
			require.NoError(t, err)
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
	response, err := New(nil, nil).Diff(t.Context(), &pulumirpc.DiffRequest{
		Urn: containerURN, Olds: webInputs(nil).wire(t), News: webInputs(properties{"name": "web2"}).wire(t),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"name"}, response.GetReplaces())
	assert.False(t, response.GetDeleteBeforeReplace())
}

func TestAContainerThatNeverBecameReadyIsReplaced(t *testing.T) {
	t.Parallel()
	response, err := New(nil, nil).Diff(t.Context(), &pulumirpc.DiffRequest{
		Urn: containerURN, Olds: webInputs(properties{taintedKey: true}).wire(t), News: webInputs(nil).wire(t),
	})
	require.NoError(t, err)
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_SOME, response.GetChanges())
	assert.Equal(t, []string{"wait"}, response.GetReplaces())
	assert.Equal(t, []string{"wait"}, response.GetDiffs())
	assert.True(t, response.GetDeleteBeforeReplace())
}
