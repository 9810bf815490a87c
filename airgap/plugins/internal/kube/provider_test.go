package kube_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/golden"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/apitest"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

type callOption = grpc.CallOption

// provider is a running provider whose cluster is a test server.
type provider struct {
	client pulumirpc.ResourceProviderClient
	api    *apitest.Server
	lines  *lines
}

// world describes the cluster of a test.
type world struct {
	apply   apitest.Apply
	after   []*unstructured.Unstructured // what controllers make once something is applied
	objects []*unstructured.Unstructured
	config  map[string]any
	env     map[string]string
}

type option func(*testing.T, *world)

// holding puts objects into the cluster.
func holding(objects ...*unstructured.Unstructured) option {
	return func(_ *testing.T, w *world) { w.objects = append(w.objects, objects...) }
}

// with sets a provider input.
func with(name string, value any) option {
	return func(_ *testing.T, w *world) { w.config[name] = value }
}

// answering answers every server-side apply with apply.
func answering(apply apitest.Apply) option {
	return func(_ *testing.T, w *world) { w.apply = apply }
}

// clusterOf answers as the cluster of the recording did: with the recorded
// live object, or with the recorded error.
func clusterOf(call golden.Call, recorded *structpb.Struct) option {
	return func(t *testing.T, w *world) {
		made := live(t, recorded)
		w.after = around(t, made)
		w.apply = func(*unstructured.Unstructured, bool) (*unstructured.Unstructured, *metav1.Status) {
			switch {
			case len(call.Errors) > 0 && strings.Contains(call.Errors[0], "API server: "):
				_, message, _ := strings.Cut(call.Errors[0], "API server: ")
				return nil, apitest.Failure(http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, message)
			case made.GetUID() == "" && recorded.GetFields()["__inputs"] == nil:
				// A preview that could not ask the server: the namespace was yet to come.
				failure := apitest.Failure(http.StatusNotFound, metav1.StatusReasonNotFound, "no such namespace")
				failure.Details = &metav1.StatusDetails{Kind: "namespaces", Name: made.GetNamespace()}
				return nil, failure
			default:
				return made, nil
			}
		}
	}
}

// start runs a provider with a configured cluster.
func start(t *testing.T, options ...option) *provider {
	t.Helper()
	w := &world{config: map[string]any{}, env: map[string]string{}}
	for _, option := range options {
		option(t, w)
	}
	api := apitest.New(t, w.apply)
	for _, object := range append(w.objects, w.after...) {
		api.Put(t, object)
	}
	if _, given := w.config["kubeconfig"]; !given {
		w.config["kubeconfig"] = api.Kubeconfig()
	}
	shown := &lines{}
	client := serve(t, kube.New(shown, func(name string) string { return w.env[name] }))
	args, err := structpb.NewStruct(w.config)
	require.NoError(t, err)
	_, err = client.Configure(t.Context(), &pulumirpc.ConfigureRequest{Args: args, AcceptSecrets: true})
	require.NoError(t, err)
	return &provider{client: client, api: api, lines: shown}
}

// serve puts the provider behind a real connection, so that errors arrive as
// the engine sees them.
func serve(t *testing.T, provider pulumirpc.ResourceProviderServer) pulumirpc.ResourceProviderClient {
	t.Helper()
	server := grpc.NewServer()
	pulumirpc.RegisterResourceProviderServer(server, provider)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, connection.Close())
		server.Stop()
		require.NoError(t, <-served)
	})
	return pulumirpc.NewResourceProviderClient(connection)
}

// live returns the live object in a state.
func live(t *testing.T, state *structpb.Struct) *unstructured.Unstructured {
	t.Helper()
	decoded, err := plugin.Decode(state)
	require.NoError(t, err)
	return object.ParseCheckpoint(decoded).Live
}

// lines records what the provider reports.
type lines struct {
	mutex sync.Mutex
	all   []string
}

func (l *lines) Info(_ context.Context, _, message string)              { l.add("", message) }
func (l *lines) InfoStatusWarning(_ context.Context, _, message string) { l.add("warning: ", message) }
func (l *lines) Warn(_ context.Context, _, message string)              { l.add("diagnostic: ", message) }

func (l *lines) add(prefix, message string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.all = append(l.all, prefix+message)
}

func (l *lines) get() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return append([]string(nil), l.all...)
}
