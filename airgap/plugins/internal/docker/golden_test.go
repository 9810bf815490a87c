package docker

import (
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/schema"

	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/client"
	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/golden"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// TestVerdictsAreThoseOfTheOfficialPlugin replays all calls to the official
// docker plugin, in order, against an engine in memory. It is not parallel: an
// Image is built from the current folder.
func TestVerdictsAreThoseOfTheOfficialPlugin(t *testing.T) {
	calls := golden.Calls(t)
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(root+"/app", 0o750))
	require.NoError(t, os.Mkdir(root+"/infra", 0o750))
	require.NoError(t, os.WriteFile(root+"/app/Dockerfile", []byte("FROM scratch\n"), 0o600))
	t.Chdir(root + "/infra")
	t.Setenv("DOCKER_CONFIG", root)

	engine := newFakeEngine()
	connect := func(context.Context, string) (client.APIClient, error) { return engine, nil }
	provider := New(connect, plugin.Status{})
	replayed := 0
	for _, call := range calls {
		if concernsDocker(t, call) {
			replay(t, provider, engine, call)
			replayed++
		}
	}
	assert.Equal(t, 237, replayed, "calls to the docker plugin in the recordings")
	assert.Empty(t, engine.containers, "the recordings end with a destroy")
	assert.Empty(t, engine.volumes)
}

func concernsDocker(t *testing.T, call golden.Call) bool {
	t.Helper()
	if call.Kind != "resource" || strings.HasSuffix(call.Method, "/Cancel") {
		return false
	}
	urn := call.URN(t)
	return strings.Contains(urn, "::docker:") || strings.Contains(urn, "pulumi:providers:docker")
}

// An rpc makes one kind of call; request and response are empty messages.
type rpc struct {
	request, response proto.Message
	call              func(context.Context, *Provider, proto.Message) (proto.Message, error)
}

func method[Request, Response proto.Message](request Request, response Response,
	call func(*Provider, context.Context, Request) (Response, error),
) rpc {
	return rpc{request, response, func(ctx context.Context, provider *Provider, request proto.Message) (proto.Message, error) {
		return call(provider, ctx, request.(Request))
	}}
}

func rpcs() map[string]rpc {
	return map[string]rpc{
		"CheckConfig": method(&pulumirpc.CheckRequest{}, &pulumirpc.CheckResponse{}, (*Provider).CheckConfig),
		"DiffConfig":  method(&pulumirpc.DiffRequest{}, &pulumirpc.DiffResponse{}, (*Provider).DiffConfig),
		"Configure":   method(&pulumirpc.ConfigureRequest{}, &pulumirpc.ConfigureResponse{}, (*Provider).Configure),
		"Check":       method(&pulumirpc.CheckRequest{}, &pulumirpc.CheckResponse{}, (*Provider).Check),
		"Diff":        method(&pulumirpc.DiffRequest{}, &pulumirpc.DiffResponse{}, (*Provider).Diff),
		"Create":      method(&pulumirpc.CreateRequest{}, &pulumirpc.CreateResponse{}, (*Provider).Create),
		"Read":        method(&pulumirpc.ReadRequest{}, &pulumirpc.ReadResponse{}, (*Provider).Read),
		"Update":      method(&pulumirpc.UpdateRequest{}, &pulumirpc.UpdateResponse{}, (*Provider).Update),
		"Delete":      method(&pulumirpc.DeleteRequest{}, &emptypb.Empty{}, (*Provider).Delete),
	}
}

var pushedDigest = regexp.MustCompile(`@(sha256:[0-9a-f]{64})"`)

func replay(t *testing.T, provider *Provider, engine *fakeEngine, recorded golden.Call) {
	t.Helper()
	name := strings.TrimPrefix(recorded.Method, "ResourceProvider/")
	rpc, known := rpcs()[name]
	require.Truef(t, known, "no replay for %s", recorded.Method)
	recorded.Unmarshal(t, rpc.request, rpc.response)
	if created, ok := rpc.response.(*pulumirpc.CreateResponse); ok && created.GetId() != "" {
		engine.id = created.GetId()
	}
	if digest := pushedDigest.FindSubmatch(recorded.Response); digest != nil {
		engine.digest = string(digest[1])
	}
	response, err := rpc.call(t.Context(), provider, rpc.request)
	where := recorded.Operation + " " + name + " " + recorded.URN(t)
	require.NoErrorf(t, err, "%s:%d %s", recorded.Operation, recorded.Line, where)
	difference := cmp.Diff(comparable(t, rpc.response), comparable(t, response))
	assert.Emptyf(t, difference, "line %d of %s: the official plugin answers -, this one +", recorded.Line, where)
}

// digestOfContext is that of the recorded application, which tests do not have.
var digestOfContext = regexp.MustCompile(`"contextDigest":\s*"[0-9a-f]{64}"`)

// notes are what the official plugin writes for itself: which inputs are defaults, and how to translate the state back to
// Terraform's. It does without them.
var notes = []string{schema.DefaultsKey, "__pulumi_raw_state_delta"}

// comparable is a message as plain data, without what differs by nature. A state has many forms for nothing, which all mean
// the same to Diff.
func comparable(t *testing.T, message proto.Message) any {
	t.Helper()
	encoded, err := protojson.Marshal(message)
	require.NoError(t, err)
	var plain map[string]any
	require.NoError(t, json.Unmarshal(digestOfContext.ReplaceAll(encoded, []byte(`"contextDigest":"<digest>"`)), &plain))
	if properties, isState := plain["properties"]; isState {
		plain["properties"] = without(properties, func(value any) bool { return value == nil || value == "" || value == false || value == 0.0 })
	}
	return without(plain, func(value any) bool { return value == nil })
}

// without drops the notes, and the fields of objects that mean nothing, with objects and lists of which nothing is left.
func without(value any, nothing func(any) bool) any {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			if set, isList := field.([]any); isList && name == "securityOpts" {
				slices.SortFunc(set, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
			}
			value[name] = without(field, nothing)
			if slices.Contains(notes, name) || nothing(value[name]) {
				delete(value, name)
			}
		}
		if len(value) == 0 {
			return nil
		}
	case []any:
		for i, element := range value {
			value[i] = without(element, nothing)
		}
		if len(value) == 0 {
			return nil
		}
	}
	return value
}
