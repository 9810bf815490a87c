package docker

import (
	"context"
	"errors"
	"testing"

	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

const (
	containerURN = "urn:pulumi:dev::shop::docker:index/container:Container::web"
	networkURN   = "urn:pulumi:dev::shop::docker:index/network:Network::net"
	volumeURN    = "urn:pulumi:dev::shop::docker:index/volume:Volume::data"
	imageURN     = "urn:pulumi:dev::shop::docker:index/image:Image::img"
)

// properties are a literal of inputs or state.
type properties map[string]any

func (p properties) wire(t *testing.T) *structpb.Struct {
	t.Helper()
	encoded, err := plugin.Encode(resource.NewPropertyMapFromMap(p))
	require.NoError(t, err)
	return encoded
}

// lines collects what is reported.
type lines struct{ shown []string }

func (l *lines) Info(_ context.Context, _, message string) { l.shown = append(l.shown, message) }
func (l *lines) Warn(_ context.Context, _, message string) {
	l.shown = append(l.shown, "warning: "+message)
}

// configured returns a provider on the engine, and what it reports.
func configured(t *testing.T, engine *fakeEngine) (*Provider, *lines) {
	t.Helper()
	shown := &lines{}
	provider := New(func(context.Context, string) (client.APIClient, error) { return engine, nil }, shown)
	_, err := provider.Configure(t.Context(), &pulumirpc.ConfigureRequest{})
	require.NoError(t, err)
	return provider, shown
}

// checked passes inputs through Check, as the engine does before anything else.
func checked(t *testing.T, provider *Provider, urn string, inputs properties) *structpb.Struct {
	t.Helper()
	response, err := provider.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn, News: inputs.wire(t)})
	require.NoError(t, err)
	require.Empty(t, response.GetFailures())
	return response.GetInputs()
}

func TestHandshakeIsLeftToTheEngine(t *testing.T) {
	t.Parallel()
	_, err := New(nil, nil).Handshake(t.Context(), &pulumirpc.ProviderHandshakeRequest{})
	assert.Equal(t, codes.Unimplemented, status.Code(err), "as the official plugin answers")
}

func TestUnsupportedTypesAreNamed(t *testing.T) {
	t.Parallel()
	provider, _ := configured(t, newFakeEngine())
	_, err := provider.Check(t.Context(), &pulumirpc.CheckRequest{Urn: "urn:pulumi:dev::shop::docker:index/secret:Secret::s"})
	require.EqualError(t, err, "docker:index/secret:Secret is not known to the docker plugin for closed machines: "+
		"it knows Image, Network, Volume and Container")
	_, err = provider.Invoke(t.Context(), &pulumirpc.InvokeRequest{Tok: "docker:index/getNetwork:getNetwork"})
	require.ErrorContains(t, err, "getNetwork is not known")
}

func TestSettingsThatWouldBeIgnoredAreRefused(t *testing.T) {
	t.Parallel()
	provider := New(nil, nil)
	response, err := provider.CheckConfig(t.Context(), &pulumirpc.CheckRequest{
		News: properties{"host": "unix:///x", "version": "4.11.2", "registryAuth": "[]"}.wire(t),
	})
	require.NoError(t, err)
	require.Len(t, response.GetFailures(), 1)
	assert.Equal(t, "registryAuth", response.GetFailures()[0].GetProperty())
}

func TestConfigurePassesTheHostAndItsFailure(t *testing.T) {
	t.Parallel()
	provider := New(func(_ context.Context, host string) (client.APIClient, error) {
		return nil, errors.New("cannot reach " + host)
	}, nil)
	_, err := provider.Configure(t.Context(), &pulumirpc.ConfigureRequest{Args: properties{"host": "unix:///x"}.wire(t)})
	require.EqualError(t, err, "cannot reach unix:///x")
	_, err = provider.Create(t.Context(), &pulumirpc.CreateRequest{Urn: networkURN})
	require.ErrorContains(t, err, "not configured")
}

func TestPreviewsTouchNothing(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	provider, _ := configured(t, engine)
	for urn, inputs := range map[string]properties{
		containerURN: {"name": "web", "image": "registry:probe"}, networkURN: {"name": "n"}, volumeURN: {"name": "v"},
	} {
		wire := checked(t, provider, urn, inputs)
		created, err := provider.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Properties: wire, Preview: true})
		require.NoError(t, err)
		assert.Empty(t, created.GetId())
		_, err = provider.Update(t.Context(), &pulumirpc.UpdateRequest{Urn: urn, Id: "x", News: wire, OldInputs: wire, Preview: true})
		require.NoError(t, err)
	}
	assert.Empty(t, engine.calls)
}

func TestReadOfSomethingGoneIsEmpty(t *testing.T) {
	t.Parallel()
	provider, _ := configured(t, newFakeEngine())
	for _, urn := range []string{containerURN, networkURN, volumeURN} {
		response, err := provider.Read(t.Context(), &pulumirpc.ReadRequest{Urn: urn, Id: "gone", Inputs: properties{"name": "x"}.wire(t)})
		require.NoError(t, err)
		assert.Empty(t, response.GetId())
		_, err = provider.Delete(t.Context(), &pulumirpc.DeleteRequest{Urn: urn, Id: "gone"})
		require.NoError(t, err, "deleting what is gone succeeds")
	}
}

func TestImportIsRefused(t *testing.T) {
	t.Parallel()
	provider, _ := configured(t, newFakeEngine())
	_, err := provider.Read(t.Context(), &pulumirpc.ReadRequest{Urn: networkURN, Id: "abc"})
	require.ErrorContains(t, err, "importing abc is not known")
}

func TestPluginInfoNamesTheVersionStoodInFor(t *testing.T) {
	t.Parallel()
	info, err := New(nil, nil).GetPluginInfo(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	assert.Equal(t, Version, info.GetVersion())
}
