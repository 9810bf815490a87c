package status_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/version"
	discovery "k8s.io/client-go/discovery/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
	"github.com/ashwanth01/ashapp-backend/ops/internal/status"
)

const (
	image = "localhost:5001/ashapp-backend@sha256:aaaabbbbccccdddd"
	url   = "http://192.0.2.1/"
)

var began = time.Date(2026, 11, 26, 13, 45, 1, 0, time.UTC)

// verified are two good releases.
func verified() []release.Release {
	return []release.Release{
		{Number: 1, Time: began.Add(-time.Hour), State: release.Verified, Image: "old@sha256:0000"},
		{Number: 2, Time: began, State: release.Verified, Image: image, Commit: "0123abcd"},
	}
}

// deployment is one of two pods that are ready.
func deployment() *appsv1.Deployment {
	replicas := int32(2)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "blue", Name: "ashapp-backend", Generation: 3},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, Template: corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "backend", Image: image}}},
		}},
		Status: appsv1.DeploymentStatus{ObservedGeneration: 3, Replicas: 2, UpdatedReplicas: 2, ReadyReplicas: 2},
	}
}

// healthy are the sources of a local stack with which all is well, on a cluster with these objects.
func healthy(objects ...runtime.Object) status.Sources {
	client := fake.NewClientset(objects...)
	client.Discovery().(*discovery.FakeDiscovery).FakedServerVersion = &version.Info{GitVersion: "v1.34.2"}
	return sources(client)
}

func sources(client kubernetes.Interface) status.Sources {
	return status.Sources{
		Stack: "airgap", Settings: settings.Default(),
		Node: func(context.Context) (string, error) { return "ashapp-backend-node running (healthy)", nil },
		Snapshot: func(context.Context) (pulumi.Snapshot, error) {
			return pulumi.Snapshot{Resources: 3, Outputs: map[string]any{"url": url, "image": image, "namespace": "blue"},
				Backend: map[string]string{"replicas": "2", "maxReplicas": "0"}}, nil
		},
		Connect:  func(context.Context) (kubernetes.Interface, error) { return client, nil },
		Releases: func(context.Context) ([]release.Release, error) { return verified(), nil },
		Ask: func(_ context.Context, asked string, deployed map[string]string) error {
			if asked != url || deployed["replicas"] != "2" {
				return fmt.Errorf("unexpected URL %s or settings %v", asked, deployed)
			}
			return nil
		},
	}
}

func printed(t *testing.T, s status.Status) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, s.Print(&out))
	assert.LessOrEqual(t, strings.Count(out.String(), "\n"), 10, "a status is read at one glance")
	return out.String()
}

func TestHealthyStack(t *testing.T) {
	t.Parallel()

	s := status.Read(t.Context(), healthy(deployment()))
	assert.True(t, s.Healthy)
	assert.Equal(t, `  stack    airgap, local
  cluster  node ashapp-backend-node running (healthy), Kubernetes v1.34.2
  release  2, verified, 2026-11-26T13:45:01Z, commit 0123abcd, sha256:aaaabbbbcccc
  image    localhost:5001/ashapp-backend@sha256:aaaabbbbccccdddd
  pods     2 of 2 ready
  url      http://192.0.2.1/ answers
`, printed(t, s))
}

func TestStatusAsJSON(t *testing.T) {
	t.Parallel()

	encoded, err := json.Marshal(status.Read(t.Context(), healthy(deployment())))
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"healthy": true,
		"stack": {"name": "airgap", "kind": "local"},
		"cluster": {"node": "ashapp-backend-node running (healthy)", "version": "v1.34.2"},
		"release": {"number": 2, "time": "2026-11-26T13:45:01Z", "state": "verified", "commit": "0123abcd", "image": "`+image+`"},
		"pods": {"ready": 2, "wanted": 2, "image": "`+image+`"},
		"url": {"address": "`+url+`", "answers": true}
	}`, string(encoded))
}

func TestDeploymentThatCannotBeSeen(t *testing.T) {
	t.Parallel()

	s := status.Read(t.Context(), healthy())
	assert.Contains(t, printed(t, s), "! pods     unknown: the Deployment blue/ashapp-backend is not there: ashapp deploy puts it back\n")

	client := fake.NewClientset()
	client.PrependReactor("get", "deployments", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("forbidden")
	})
	s = status.Read(t.Context(), sources(client))
	assert.Contains(t, printed(t, s), "! pods     unknown: looking at the Deployment blue/ashapp-backend: forbidden\n")
	assert.False(t, s.Healthy)
}

// A stack that an earlier version has brought up may have no such outputs.
func TestOutputsThatAreMissing(t *testing.T) {
	t.Parallel()

	in := deployment()
	in.Namespace = "ashapp-backend"
	from := healthy(in)
	from.Snapshot = func(context.Context) (pulumi.Snapshot, error) {
		return pulumi.Snapshot{Outputs: map[string]any{"image": image}}, nil
	}
	from.Ask = func(context.Context, string, map[string]string) error { return nil }
	s := status.Read(t.Context(), from)
	assert.True(t, s.Healthy, s)
	assert.Equal(t, "http://127.0.0.1:30080/", s.URL.Address)
}
