//go:build integration

package docker

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/containerd/errdefs"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestFailuresOfRealContainers(t *testing.T) {
	t.Parallel()
	provider, engine := realEngine(t)
	image := probeImage(t, engine)

	t.Run("it exits", func(t *testing.T) {
		t.Parallel()
		inputs := probeInputs(unique(t), image)
		inputs["command"] = []any{"fail"}
		detail := failureOf(t, provider, inputs, "it exited with code 3", "docker logs")
		require.NotNil(t, detail)
		deleted(t, provider, specimen{urn: containerURN, id: detail.GetId(), state: detail.GetProperties()})
	})
	t.Run("it is not healthy in time", func(t *testing.T) {
		t.Parallel()
		inputs := probeInputs(unique(t), image)
		inputs["waitTimeout"], inputs["healthcheck"] = 2, map[string]any{"tests": []any{"CMD", "/probe", "fail"}, "interval": "100ms"}
		detail := failureOf(t, provider, inputs, "is not healthy after 2s (waitTimeout)")
		require.NotNil(t, detail)
		deleted(t, provider, specimen{urn: containerURN, id: detail.GetId(), state: detail.GetProperties()})
	})
	t.Run("its name is taken", func(t *testing.T) {
		t.Parallel()
		inputs := probeInputs(unique(t), image)
		made(t, provider, containerURN, inputs)
		assert.Nil(t, failureOf(t, provider, inputs, "is already in use by container"))
	})
	t.Run("its port is taken", func(t *testing.T) {
		t.Parallel()
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { assert.NoError(t, listener.Close()) }()
		taken := listener.Addr().(*net.TCPAddr).Port
		name := unique(t)
		inputs := probeInputs(name, image)
		inputs["ports"] = []any{map[string]any{"internal": 5000, "external": taken, "ip": "127.0.0.1"}}
		assert.Nil(t, failureOf(t, provider, inputs, fmt.Sprint(taken), "a process outside of Docker"))
		_, err = engine.ContainerInspect(t.Context(), name)
		assert.True(t, errdefs.IsNotFound(err), "nothing is left")
	})
}

// failureOf creates a container that must fail, and returns what is left of it.
func failureOf(t *testing.T, provider *Provider, inputs properties, messages ...string) *pulumirpc.ErrorResourceInitFailed {
	t.Helper()
	_, err := create(t.Context(), t, provider, inputs)
	require.Error(t, err)
	for _, message := range messages {
		require.ErrorContains(t, err, message)
	}
	return leftover(t, err)
}

// leftover is what an error says about a resource that exists, or nil.
func leftover(t *testing.T, err error) *pulumirpc.ErrorResourceInitFailed {
	t.Helper()
	failure, ok := status.FromError(err)
	if !ok || len(failure.Details()) == 0 {
		return nil
	}
	return partial(t, err)
}

// reportOnce tells when a wait has begun.
type reportOnce struct{ waiting chan struct{} }

func (r reportOnce) Info(_ context.Context, _, message string) {
	if strings.HasPrefix(message, "The container is") {
		close(r.waiting)
	}
}

func (r reportOnce) Warn(context.Context, string, string) {}

func TestCancelOfARealWait(t *testing.T) {
	t.Parallel()
	provider, engine := realEngine(t)
	waiting := make(chan struct{})
	provider.status = reportOnce{waiting: waiting}
	inputs := probeInputs(unique(t), probeImage(t, engine))
	inputs["healthcheck"] = map[string]any{"tests": []any{"CMD", "/probe", "health"}, "interval": "1h"}
	ended := make(chan error, 1)
	go func() {
		_, err := create(context.WithoutCancel(t.Context()), t, provider, inputs)
		ended <- err
	}()
	<-waiting
	_, err := provider.Cancel(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	err = <-ended
	require.ErrorContains(t, err, "was cancelled")
	left := leftover(t, err)
	require.NotNil(t, left)
	// A cancelled provider does nothing more: another one clears up.
	other, _ := realEngine(t)
	deleted(t, other, specimen{urn: containerURN, id: left.GetId(), state: left.GetProperties()})
}
