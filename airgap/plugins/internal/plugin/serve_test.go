package plugin

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
)

// deadline bounds the waits for events that come at once unless something is broken.
const deadline = 10 * time.Second

type testProvider struct {
	pulumirpc.UnimplementedResourceProviderServer
	calls chan context.Context
}

func (p testProvider) GetPluginInfo(ctx context.Context, _ *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	if p.calls != nil {
		p.calls <- ctx
		<-ctx.Done()
	}
	return &pulumirpc.PluginInfo{Version: "1.2.3"}, nil
}

// startPlugin serves the provider and returns a client and the result of Serve.
func startPlugin(ctx context.Context, t *testing.T, provider testProvider, engine string) (pulumirpc.ResourceProviderClient, <-chan error) {
	t.Helper()
	reader, writer := io.Pipe()
	served := make(chan error, 1)
	go func() {
		served <- Serve(ctx, writer, engine, func(server *grpc.Server) {
			pulumirpc.RegisterResourceProviderServer(server, provider)
		})
	}()
	port, err := bufio.NewReader(reader).ReadString('\n')
	require.NoError(t, err)
	conn, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return pulumirpc.NewResourceProviderClient(conn), served
}

func requireServed(t *testing.T, served <-chan error) {
	t.Helper()
	select {
	case err := <-served:
		require.NoError(t, err)
	case <-time.After(deadline):
		require.Fail(t, "the plugin is still serving")
	}
}

func TestServePrintsThePortAndStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	client, served := startPlugin(ctx, t, testProvider{}, "")
	info, err := client.GetPluginInfo(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	assert.Equal(t, "1.2.3", info.GetVersion())
	cancel()
	requireServed(t, served)
}

// startEngine is an engine that only receives log lines.
func startEngine(t *testing.T) (*grpc.Server, string, <-chan *pulumirpc.LogRequest) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	engine := testEngine{lines: make(chan *pulumirpc.LogRequest, 8)}
	server := grpc.NewServer()
	pulumirpc.RegisterEngineServer(server, engine)
	go func() { _ = server.Serve(listener) }() // ends with Stop
	t.Cleanup(server.Stop)
	return server, listener.Addr().String(), engine.lines
}

type testEngine struct {
	pulumirpc.UnimplementedEngineServer
	lines chan *pulumirpc.LogRequest
}

func (e testEngine) Log(_ context.Context, line *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	e.lines <- line
	return &emptypb.Empty{}, nil
}

func TestServeStopsWhenTheEngineIsGone(t *testing.T) {
	t.Parallel()
	engine, address, _ := startEngine(t)
	provider := testProvider{calls: make(chan context.Context, 1)}
	client, served := startPlugin(t.Context(), t, provider, address)
	answered := make(chan error, 1)
	go func() {
		_, err := client.GetPluginInfo(t.Context(), &emptypb.Empty{})
		answered <- err
	}()
	<-provider.calls
	engine.Stop()
	requireServed(t, served)
	assert.Error(t, <-answered, "a call in flight is cancelled")
}

func TestServeStopsWhenTheEngineWasNeverThere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	_, served := startPlugin(t.Context(), t, testProvider{}, address)
	requireServed(t, served)
}

func TestStatusSendsLinesAboutAResource(t *testing.T) {
	t.Parallel()
	_, address, lines := startEngine(t)
	status, err := NewStatus(address)
	require.NoError(t, err)
	status.Info(t.Context(), "urn:a", "pulling")
	line := <-lines
	assert.Equal(t, "pulling", line.GetMessage())
	assert.Equal(t, "urn:a", line.GetUrn())
	assert.True(t, line.GetEphemeral())
	status.Warn(t.Context(), "urn:a", "careful")
	line = <-lines
	assert.Equal(t, pulumirpc.LogSeverity_WARNING, line.GetSeverity())
	assert.False(t, line.GetEphemeral())
}

func TestStatusWithoutEngineDiscards(t *testing.T) {
	t.Parallel()
	status, err := NewStatus("")
	require.NoError(t, err)
	status.Info(t.Context(), "urn:a", "nobody listens")
	Status{}.Warn(t.Context(), "urn:a", "nobody listens")
}

func TestEngineAddress(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args     []string
		expected string
		wrong    bool
	}{
		"started by hand":    {},
		"address alone":      {args: []string{"127.0.0.1:1"}, expected: "127.0.0.1:1"},
		"with logging flags": {args: []string{"--logtostderr", "-v=9", "--tracing", "file:x", "127.0.0.1:1"}, expected: "127.0.0.1:1"},
		"unknown flag":       {args: []string{"--nonsense"}, wrong: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, err := EngineAddress(test.args)
			assert.Equal(t, test.wrong, err != nil)
			assert.Equal(t, test.expected, address)
		})
	}
}

func TestWhatTheEngineMustKnowOfAValueIsKept(t *testing.T) {
	t.Parallel()
	properties := resource.PropertyMap{
		"key": resource.MakeSecret(resource.NewProperty("k")), "later": resource.MakeComputed(resource.NewProperty("")),
		"none": resource.NewNullProperty(), "list": resource.NewProperty([]resource.PropertyValue{resource.NewProperty(1.5)}),
	}
	wire, err := Encode(properties)
	require.NoError(t, err)
	decoded, err := Decode(wire)
	require.NoError(t, err)
	assert.Equal(t, properties, decoded)
	decoded, err = Decode(nil)
	require.NoError(t, err)
	assert.Empty(t, decoded)
}
