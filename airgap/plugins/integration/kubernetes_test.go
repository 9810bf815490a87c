//go:build integration

package integration

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/golden"
)

// Environment variables: the folder with the plugin, and a kubeconfig of a cluster that it may read.
const (
	pluginFolder = "ASHAPP_PLUGINS"
	cluster      = "ASHAPP_KUBECONFIG"
)

// TestVerdictsOfKubernetesAreThoseRecorded replays what an official release was asked about what it wants to know, and what it made
// of an object's old and new inputs, on the plugin as it was built here.
func TestVerdictsOfKubernetesAreThoseRecorded(t *testing.T) {
	calls := golden.Calls(t)
	client := startPlugin(t)
	configure(t, client)
	replayed := map[string]int{}
	for _, call := range calls {
		method := strings.TrimPrefix(call.Method, "ResourceProvider/")
		replay, known := replays[method]
		if !known || call.Kind != "resource" || len(call.Errors) > 0 || !strings.Contains(call.URN(t), "kubernetes") {
			continue
		}
		replayed[method]++
		t.Run(fmt.Sprintf("%s/%d-%s", call.Operation, call.Line, method), func(t *testing.T) { replay(t, client, call) })
	}
	for method := range replays {
		assert.NotZero(t, replayed[method], "no recorded call of %s", method)
	}
	t.Logf("replayed: %v", replayed)
}

var replays = map[string]func(*testing.T, pulumirpc.ResourceProviderClient, golden.Call){
	"CheckConfig": func(t *testing.T, client pulumirpc.ResourceProviderClient, call golden.Call) {
		exact(t, call, &pulumirpc.CheckRequest{}, &pulumirpc.CheckResponse{}, client.CheckConfig)
	},
	"DiffConfig": func(t *testing.T, client pulumirpc.ResourceProviderClient, call golden.Call) {
		exact(t, call, &pulumirpc.DiffRequest{}, &pulumirpc.DiffResponse{}, client.DiffConfig)
	},
	"Check": replayCheck,
	"Diff": func(t *testing.T, client pulumirpc.ResourceProviderClient, call golden.Call) {
		exact(t, call, &pulumirpc.DiffRequest{}, &pulumirpc.DiffResponse{}, client.Diff)
	},
}

// exact wants the recorded answer to the recorded question.
func exact[Request, Response proto.Message](t *testing.T, call golden.Call, request Request, want Response,
	ask func(context.Context, Request, ...grpc.CallOption) (Response, error),
) {
	t.Helper()
	call.Unmarshal(t, request, want)
	got, err := ask(t.Context(), request)
	require.NoError(t, err)
	assertSame(t, want, got)
}

// replayCheck allows for the random end of a name that the plugin gives.
func replayCheck(t *testing.T, client pulumirpc.ResourceProviderClient, call golden.Call) {
	request, want := &pulumirpc.CheckRequest{}, &pulumirpc.CheckResponse{}
	call.Unmarshal(t, request, want)
	got, err := client.Check(t.Context(), request)
	require.NoError(t, err)
	if named, recorded := nameOf(got), nameOf(want); named != nil && len(request.GetOlds().GetFields()) == 0 && nameOf(&pulumirpc.CheckResponse{Inputs: request.GetNews()}) == nil {
		assert.Regexp(t, "^web-[0-9a-f]{8}$", named.GetStringValue())
		got.Inputs.Fields["metadata"].GetStructValue().Fields["name"] = recorded
	}
	assertSame(t, want, got)
}

func nameOf(response *pulumirpc.CheckResponse) *structpb.Value {
	return response.GetInputs().GetFields()["metadata"].GetStructValue().GetFields()["name"]
}

func assertSame(t *testing.T, want, got proto.Message) {
	t.Helper()
	if !proto.Equal(want, got) {
		assert.JSONEq(t, protojson.Format(want), protojson.Format(got))
	}
}

// startPlugin runs the plugin until the test ends.
func startPlugin(t *testing.T) pulumirpc.ResourceProviderClient {
	t.Helper()
	folder := os.Getenv(pluginFolder)
	require.NotEmpty(t, folder, "%s must name the folder of the plugins, as make integration does", pluginFolder)
	plugin := exec.CommandContext(t.Context(), folder+"/pulumi-resource-kubernetes", "127.0.0.1:1")
	plugin.Cancel = func() error { return plugin.Process.Signal(syscall.SIGTERM) }
	printed, err := plugin.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, plugin.Start())
	t.Cleanup(func() { _ = plugin.Wait() }) // it was told to end
	line, err := bufio.NewReader(printed).ReadString('\n')
	require.NoError(t, err)
	port, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	connection, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, connection.Close()) })
	return pulumirpc.NewResourceProviderClient(connection)
}

// configure leads the plugin to the cluster, which it asks for the kinds of objects that there are.
func configure(t *testing.T, client pulumirpc.ResourceProviderClient) {
	t.Helper()
	path := os.Getenv(cluster)
	require.NotEmpty(t, path, "%s must name a kubeconfig, as make integration does", cluster)
	arguments, err := structpb.NewStruct(map[string]any{"kubeconfig": path})
	require.NoError(t, err)
	_, err = client.Configure(t.Context(), &pulumirpc.ConfigureRequest{
		Args: arguments, Variables: map[string]string{"kubernetes:config:kubeconfig": path}, AcceptSecrets: true, AcceptResources: true,
	})
	require.NoError(t, err)
}
