package kube_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/golden"
)

// TestVerdictsAreThoseOfTheOfficialProvider replays every recorded call about
// Kubernetes against the provider and, where the official one talked to a
// cluster, against a server that answers with what the cluster answered then.
func TestVerdictsAreThoseOfTheOfficialProvider(t *testing.T) {
	t.Parallel()
	replayed := map[string]int{}
	for _, call := range golden.Calls(t) {
		replay, about := replays[strings.TrimPrefix(call.Method, "ResourceProvider/")]
		if call.Kind != "resource" || !about || !strings.Contains(call.URN(t), "kubernetes") ||
			interrupted(call) {
			continue
		}
		replayed[call.Method]++
		t.Run(fmt.Sprintf("%s/%d-%s", call.Operation, call.Line, strings.TrimPrefix(call.Method, "ResourceProvider/")),
			func(t *testing.T) {
				t.Parallel()
				replay(t, call)
			})
	}
	for method := range replays {
		assert.NotZerof(t, replayed["ResourceProvider/"+method], "no recorded call of %s", method)
	}
}

// interrupted reports whether the engine gave up before the provider answered.
func interrupted(call golden.Call) bool {
	return len(call.Errors) > 0 && strings.Contains(call.Errors[0], "client connection is closing")
}

var replays = map[string]func(*testing.T, golden.Call){
	"CheckConfig": func(t *testing.T, call golden.Call) {
		exact(t, call, &pulumirpc.CheckRequest{}, &pulumirpc.CheckResponse{}, pulumirpc.ResourceProviderClient.CheckConfig)
	},
	"DiffConfig": func(t *testing.T, call golden.Call) {
		exact(t, call, &pulumirpc.DiffRequest{}, &pulumirpc.DiffResponse{}, pulumirpc.ResourceProviderClient.DiffConfig)
	},
	"Configure": func(t *testing.T, call golden.Call) {
		exact(t, call, &pulumirpc.ConfigureRequest{}, &pulumirpc.ConfigureResponse{},
			pulumirpc.ResourceProviderClient.Configure)
	},
	"Check": func(t *testing.T, call golden.Call) {
		exact(t, call, &pulumirpc.CheckRequest{}, &pulumirpc.CheckResponse{}, checkWithRecordedSuffix(t, call))
	},
	"Diff": func(t *testing.T, call golden.Call) {
		exact(t, call, &pulumirpc.DiffRequest{}, &pulumirpc.DiffResponse{}, pulumirpc.ResourceProviderClient.Diff)
	},
	"Create": replayCreate,
	"Update": replayUpdate,
	"Read":   replayRead,
}

// exact replays a call that needs no cluster.
func exact[Request, Response proto.Message](t *testing.T, call golden.Call, request Request, want Response,
	send rpc[Request, Response],
) {
	call.Unmarshal(t, request, want)
	got, err := send(start(t).client, t.Context(), request)
	require.NoError(t, err)
	assertSame(t, want, got)
}

func replayCreate(t *testing.T, call golden.Call) {
	request, want := &pulumirpc.CreateRequest{}, &pulumirpc.CreateResponse{}
	call.Unmarshal(t, request, want)
	provider := start(t, clusterOf(call, want.GetProperties()))
	got, err := provider.client.Create(t.Context(), request)
	if len(call.Errors) > 0 {
		assert.EqualError(t, err, call.Errors[0])
		return
	}
	require.NoError(t, err)
	if manager, chosen := want.GetProperties().GetFields()["__fieldManager"]; chosen {
		require.Regexp(t, "^pulumi-kubernetes-[0-9a-f]{8}$", got.GetProperties().GetFields()["__fieldManager"].GetStringValue())
		got.GetProperties().GetFields()["__fieldManager"] = manager // random
	}
	assertSame(t, want, got)
}

func replayUpdate(t *testing.T, call golden.Call) {
	if len(call.Errors) > 0 {
		replayBadImage(t, call)
		return
	}
	request, want := &pulumirpc.UpdateRequest{}, &pulumirpc.UpdateResponse{}
	call.Unmarshal(t, request, want)
	provider := start(t, clusterOf(call, want.GetProperties()), holding(live(t, request.GetOlds())))
	got, err := provider.client.Update(t.Context(), request)
	require.NoError(t, err)
	assertSame(t, want, got)
}

// replayBadImage brings the cluster into the state that the recorded messages
// describe: the old Pods serve, and the new one cannot pull its image.
func replayBadImage(t *testing.T, call golden.Call) {
	request := &pulumirpc.UpdateRequest{}
	call.Unmarshal(t, request, nil)
	request.Timeout = 1 // second, not the 20 of the annotation
	stuck, set, pod := stuckRollout(t, live(t, request.GetOlds()))
	apply := func(*unstructured.Unstructured, bool) (*unstructured.Unstructured, *metav1.Status) { return stuck, nil }
	provider := start(t, answering(apply), holding(live(t, request.GetOlds()), set, pod))
	_, err := provider.client.Update(t.Context(), request)
	assert.EqualError(t, err, call.Errors[0])
	failed := initFailed(t, err)
	assert.Equal(t, request.GetId(), failed.GetId())
	assert.ElementsMatch(t, keys(request.GetOlds()), keys(failed.GetProperties()))
	assertSame(t, request.GetNews(), failed.GetProperties().GetFields()["__inputs"].GetStructValue())
	assert.Equal(t, []string{
		"the Kubernetes API server reported that \"probe/web-d66a0115\" failed to fully initialize or become live: " +
			"'web-d66a0115' timed out waiting to be Ready",
		"Minimum number of Pods to consider the application live was not attained",
		"[Pod probe/web-d66a0115-5f5856d477-4cnnb]: containers with unready status: [web]" +
			"[ImagePullBackOff] Back-off pulling image \"localhost:5001/missing:1\"",
	}, failed.GetReasons())
	assert.Contains(t, provider.lines.get(), "Waiting for app ReplicaSet to be available (0/1 Pods available)")
}

func replayRead(t *testing.T, call golden.Call) {
	request, want := &pulumirpc.ReadRequest{}, &pulumirpc.ReadResponse{}
	call.Unmarshal(t, request, want)
	object := live(t, want.GetProperties())
	provider := start(t, holding(object), holding(around(t, object)...))
	got, err := provider.client.Read(t.Context(), request)
	require.NoError(t, err)
	assertSame(t, want, got)
}

// checkWithRecordedSuffix puts the recorded name in the place of a random one.
func checkWithRecordedSuffix(
	t *testing.T, call golden.Call,
) rpc[*pulumirpc.CheckRequest, *pulumirpc.CheckResponse] {
	return func(
		client pulumirpc.ResourceProviderClient, ctx context.Context, request *pulumirpc.CheckRequest, _ ...callOption,
	) (*pulumirpc.CheckResponse, error) {
		response, err := client.Check(ctx, request)
		want := &pulumirpc.CheckResponse{}
		call.Unmarshal(t, nil, want)
		metadata := response.GetInputs().GetFields()["metadata"].GetStructValue()
		recorded := want.GetInputs().GetFields()["metadata"].GetStructValue().GetFields()["name"]
		if _, autonamed := metadata.GetFields()["annotations"]; autonamed && len(request.GetOlds().GetFields()) == 0 {
			assert.Regexp(t, "^web-[0-9a-f]{8}$", metadata.GetFields()["name"].GetStringValue())
			metadata.GetFields()["name"] = recorded
		}
		return response, err
	}
}

type rpc[Request, Response proto.Message] = func(
	pulumirpc.ResourceProviderClient, context.Context, Request, ...callOption) (Response, error)

func TestHandshakeIsNotImplementedAsInTheOfficialProvider(t *testing.T) {
	t.Parallel()
	for _, call := range golden.Calls(t) {
		if call.Method != "ResourceProvider/Handshake" {
			continue
		}
		_, err := start(t).client.Handshake(t.Context(), &pulumirpc.ProviderHandshakeRequest{})
		assert.EqualError(t, err, call.Errors[0])
	}
}

func TestCancelSucceeds(t *testing.T) {
	t.Parallel()
	provider := start(t)
	for range 2 {
		_, err := provider.client.Cancel(t.Context(), &emptypb.Empty{})
		require.NoError(t, err)
	}
}

func assertSame(t *testing.T, want, got proto.Message) {
	t.Helper()
	if !proto.Equal(want, got) {
		assert.JSONEq(t, protojson.Format(want), protojson.Format(got))
	}
}

func initFailed(t *testing.T, err error) *pulumirpc.ErrorResourceInitFailed {
	t.Helper()
	for _, detail := range status.Convert(err).Details() {
		if failed, is := detail.(*pulumirpc.ErrorResourceInitFailed); is {
			return failed
		}
	}
	require.Failf(t, "no partial state", "in %v", err)
	return nil
}

func keys(properties *structpb.Struct) []string {
	var names []string
	for name := range properties.GetFields() {
		names = append(names, name)
	}
	return names
}
