package golden_test

import (
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/golden"
)

// messages names the wire type of every method in the recordings, so that a
// new recording with a field or method unknown to the tests is noticed.
func messages(method string) (request, response proto.Message) {
	switch strings.TrimPrefix(method, "ResourceProvider/") {
	case "Handshake":
		return &pulumirpc.ProviderHandshakeRequest{}, &pulumirpc.ProviderHandshakeResponse{}
	case "CheckConfig", "Check":
		return &pulumirpc.CheckRequest{}, &pulumirpc.CheckResponse{}
	case "DiffConfig", "Diff":
		return &pulumirpc.DiffRequest{}, &pulumirpc.DiffResponse{}
	case "Configure":
		return &pulumirpc.ConfigureRequest{}, &pulumirpc.ConfigureResponse{}
	case "Create":
		return &pulumirpc.CreateRequest{}, &pulumirpc.CreateResponse{}
	case "Read":
		return &pulumirpc.ReadRequest{}, &pulumirpc.ReadResponse{}
	case "Update":
		return &pulumirpc.UpdateRequest{}, &pulumirpc.UpdateResponse{}
	case "Delete":
		return &pulumirpc.DeleteRequest{}, nil
	case "LanguageRuntime/Run":
		return &pulumirpc.RunRequest{}, &pulumirpc.RunResponse{}
	case "LanguageRuntime/About":
		return &pulumirpc.AboutRequest{}, &pulumirpc.AboutResponse{}
	case "LanguageRuntime/GetRequiredPackages":
		return &pulumirpc.GetRequiredPackagesRequest{}, &pulumirpc.GetRequiredPackagesResponse{}
	case "LanguageRuntime/GetPluginInfo", "GetPluginInfo":
		return nil, &pulumirpc.PluginInfo{}
	default:
		return nil, nil
	}
}

func TestEveryRecordedCallDecodes(t *testing.T) {
	t.Parallel()
	operations := map[string]bool{}
	for _, call := range golden.Calls(t) {
		operations[call.Operation] = true
		if strings.HasSuffix(call.Method, "/Cancel") {
			continue // carries nothing in either direction
		}
		request, response := messages(call.Method)
		if !assert.Falsef(t, request == nil && response == nil, "unknown method %s", call.Method) {
			continue
		}
		call.Unmarshal(t, request, response)
	}
	assert.Len(t, operations, 11)
}
