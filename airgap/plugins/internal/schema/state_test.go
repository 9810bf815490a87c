package schema

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckFillsInDefaultsAtEveryLevel(t *testing.T) {
	t.Parallel()
	inputs, failures := webSchema().Check("this plugin", properties{
		"name": "web", "image": "i", "hostname": nil, "ports": []any{map[string]any{"internal": 80}}, DefaultsKey: []any{"restart"},
		"healthcheck": map[string]any{"tests": []any{"NONE"}, "interval": "1s"},
	}.decoded())
	assert.Empty(t, failures)
	assert.Equal(t, properties{
		"name": "web", "image": "i", "ports": []any{map[string]any{"internal": 80.0, "ip": "0.0.0.0"}}, "restart": "no", "mustRun": true,
		"waitTimeout": 60.0, "memoryReservation": 0.0, "healthcheck": map[string]any{"tests": []any{"NONE"}, "interval": "1s"},
	}, properties(inputs.Mappable()))
}

func TestCheckTellsEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	_, failures := webSchema().Check("this plugin", properties{
		"image": "i", "nonsense": 1, "user": "u", "mustRun": false, "memoryReservation": 5, "labels": []any{map[string]any{"other": ""}},
	}.decoded())
	found := map[string]string{}
	for _, failure := range failures {
		found[failure.GetProperty()] = failure.GetReason()
	}
	unknown := " is not known to this plugin: leave it out, or use a machine that can download the official plugin"
	assert.Equal(t, map[string]string{
		"name": "name is required", "nonsense": "nonsense" + unknown, "user": "user" + unknown,
		"mustRun": "mustRun can only be true in this plugin", "memoryReservation": "memoryReservation can only be 0 in this plugin",
		"labels[0].other": "labels[0].other" + unknown, "labels[0].label": "labels[0].label is required",
	}, found)
}

func TestWhatTheEngineChoosesIsUnknownInAPreview(t *testing.T) {
	t.Parallel()
	planned := webSchema().Planned(properties{"id": "abc", "hostname": "h", "restart": "no"}.decoded(), properties{"name": "web", "command": []any{"a"}}.decoded())
	assert.Equal(t, properties{"name": "web", "command": []any{"a"}, "id": "abc", "hostname": "h"}.decoded()["id"], planned["id"])
	assert.Equal(t, "h", planned["hostname"].StringValue())
	assert.True(t, planned["envs"].IsComputed())
	assert.False(t, planned["command"].IsComputed(), "it is given")
	assert.NotContains(t, planned, resource.PropertyKey("restart"), "it is not given any more")
}

func TestAStateIsWhatTheEngineTellsButForSetsAndObjects(t *testing.T) {
	t.Parallel()
	inputs := properties{"image": "i", "hostname": "mine", "waitTimeout": 60, "envs": []any{"B", "A"}, "capabilities": map[string]any{"drops": []any{"ALL"}}}
	live := properties{
		"image": "i:1", "hostname": "", "envs": []any{"A", "B"}, "capabilities": map[string]any{"drops": []any{"CAP_ALL"}},
		"ulimits": []any{map[string]any{"name": "nofile"}}, "dns": []any{"10.0.0.1"}, "tmpfs": map[string]any{"a": "b"}, "id": "abc",
	}
	assert.Equal(t, properties{
		"image": "i:1", "hostname": "", "waitTimeout": 60.0, "envs": []any{"B", "A"}, "capabilities": map[string]any{"drops": []any{"ALL"}},
		"dns": []any{"10.0.0.1"}, "tmpfs": map[string]any{"a": "b"}, "id": "abc",
	}, properties(webSchema().Reached(inputs.decoded(), live.decoded()).Mappable()))
}

func TestInputsThatAreAsTheyWereKeepTheirForm(t *testing.T) {
	t.Parallel()
	fresh := webSchema().Refreshed(
		properties{"image": "i:2", "envs": []any{"A", "B"}, "ports": []any{map[string]any{"internal": 80, "external": 32768, "ip": "0.0.0.0"}}}.decoded(),
		properties{"image": "i", "envs": []any{"B", "A"}, "ports": []any{map[string]any{"internal": 80, "ip": "0.0.0.0"}}, "other": 1}.decoded())
	assert.Equal(t, properties{
		"image": "i:2", "envs": []any{"B", "A"}, "ports": []any{map[string]any{"internal": 80.0, "ip": "0.0.0.0"}}, "other": 1.0,
	}, properties(fresh.Mappable()))
}

func TestStructsAreReadAndWrittenByTheirJSON(t *testing.T) {
	t.Parallel()
	decoded, err := Decode[web](properties{"name": "web", "ports": []any{map[string]any{"internal": 80}}}.decoded())
	require.NoError(t, err)
	assert.Equal(t, web{Name: "web", Ports: []port{{Internal: 80}}}, decoded)
	_, err = Decode[web](properties{"name": 1}.decoded())
	require.ErrorContains(t, err, "decoding inputs")
	encoded, err := Encode(map[string]any{"ports": []port{{Internal: 80}}, "none": nil})
	require.NoError(t, err)
	assert.Equal(t, properties{"ports": []any{map[string]any{"internal": 80, "external": 0, "ip": ""}}, "none": nil}.decoded(), encoded)
	_, err = Encode(map[string]any{"no": func() {}})
	require.ErrorContains(t, err, "encoding the state")
}
