package status_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/runtime"
	clienttesting "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
	"github.com/ashwanth01/ashapp-backend/ops/internal/status"
)

// silent is a way in which sources do not answer, and what is printed then.
type silent struct {
	breaks func(*status.Sources)
	want   string
}

func silences() map[string]silent {
	refused := errors.New("connection\nrefused")
	return map[string]silent{
		"nothing at all": {func(s *status.Sources) {
			s.Node = func(context.Context) (string, error) { return "", errors.New("the Docker engine does not run") }
			s.Snapshot = func(context.Context) (pulumi.Snapshot, error) {
				return pulumi.Snapshot{}, errors.New("not up: ashapp up")
			}
			s.Ask = func(context.Context, string, map[string]string) error { return refused }
		}, `! stack    airgap, local: not up: ashapp up
! cluster  the Docker engine does not run
  release  unknown
  pods     unknown
! url      http://127.0.0.1:30080/: connection; refused
`},
		"only Pulumi": {func(s *status.Sources) {
			s.Snapshot = func(context.Context) (pulumi.Snapshot, error) {
				return pulumi.Snapshot{}, errors.New("no tools: ashapp tools")
			}
			s.Ask = func(context.Context, string, map[string]string) error { return nil }
		}, `! stack    airgap, local: no tools: ashapp tools
  cluster  node ashapp-backend-node running (healthy)
  release  unknown
  pods     unknown
  url      http://127.0.0.1:30080/ answers
`},
		"the URL, since nobody asks": {func(s *status.Sources) {
			s.Settings.Cluster.Kind = settings.Existing
			s.Connect = func(context.Context) (kubernetes.Interface, error) { return nil, refused }
			s.Ask = nil
		}, `  stack    airgap, existing
! cluster  connection; refused
  release  unknown
  pods     unknown
  url      http://192.0.2.1/, not asked: the settings switch that off
`},
		"an existing cluster": {func(s *status.Sources) {
			s.Settings.Cluster.Kind = settings.Existing
			s.Node = func(context.Context) (string, error) { return "", errors.New("it has no node of ours") }
			s.Connect = func(context.Context) (kubernetes.Interface, error) { return nil, refused }
		}, `  stack    airgap, existing
! cluster  connection; refused
  release  unknown
  pods     unknown
  url      http://192.0.2.1/ answers
`},
		"a cluster that is not there": {func(s *status.Sources) {
			s.Connect = func(context.Context) (kubernetes.Interface, error) { return nil, nil }
		}, `  stack    airgap, local
! cluster  node ashapp-backend-node running (healthy): it is not there: ashapp up
  release  unknown
  pods     unknown
  url      http://192.0.2.1/ answers
`},
		"a node that is not well, and its API server": {func(s *status.Sources) {
			s.Node = func(context.Context) (string, error) { return "ashapp-backend-node exited", errors.New("start it") }
			s.Connect = func(context.Context) (kubernetes.Interface, error) { return nil, refused }
		}, `  stack    airgap, local
! cluster  node ashapp-backend-node exited: start it
  release  unknown
  pods     unknown
  url      http://192.0.2.1/ answers
`},
		"the releases": {func(s *status.Sources) {
			s.Releases = func(context.Context) ([]release.Release, error) { return nil, errors.New("secrets is forbidden") }
		}, `  stack    airgap, local
  cluster  node ashapp-backend-node running (healthy), Kubernetes v1.34.2
! release  secrets is forbidden
  image    localhost:5001/ashapp-backend@sha256:aaaabbbbccccdddd
  pods     2 of 2 ready
  url      http://192.0.2.1/ answers
`},
	}
}

// Whatever does not answer is said, and everything else is told all the same.
func TestWhatDoesNotAnswer(t *testing.T) {
	t.Parallel()

	for name, test := range silences() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			from := healthy(deployment())
			test.breaks(&from)
			s := status.Read(t.Context(), from)
			assert.False(t, s.Healthy)
			assert.Equal(t, test.want, printed(t, s))
		})
	}
}

func TestAPIServerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()

	client := fake.NewClientset(deployment())
	client.PrependReactor("get", "version", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("connection refused")
	})
	s := status.Read(t.Context(), sources(client))
	assert.Equal(t, "its API server does not answer: connection refused", s.Cluster.Problem)
	assert.Nil(t, s.Pods)
	assert.False(t, s.Healthy)
}

// A source that does not end keeps nobody from the others.
func TestSourcesThatDoNotEnd(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		breaks func(*status.Sources)
		want   string
	}{
		"the node": {func(s *status.Sources) {
			s.Node = func(context.Context) (string, error) { time.Sleep(time.Hour); return "", nil }
		}, "! cluster  Kubernetes v1.34.2: no answer"},
		"Pulumi": {func(s *status.Sources) {
			s.Snapshot = func(context.Context) (pulumi.Snapshot, error) { time.Sleep(time.Hour); return pulumi.Snapshot{}, nil }
			s.Ask = func(context.Context, string, map[string]string) error { return nil }
		}, "! stack    airgap, local: no answer"},
		"the cluster": {func(s *status.Sources) {
			s.Connect = func(context.Context) (kubernetes.Interface, error) { time.Sleep(time.Hour); return nil, nil }
		}, "! cluster  node ashapp-backend-node running (healthy): no answer"},
		"the releases": {func(s *status.Sources) {
			s.Releases = func(context.Context) ([]release.Release, error) { time.Sleep(time.Hour); return nil, nil }
		}, "! release  no answer"},
		"the URL": {func(s *status.Sources) {
			s.Ask = func(context.Context, string, map[string]string) error { time.Sleep(time.Hour); return nil }
		}, "! url      http://192.0.2.1/: no answer: context deadline exceeded\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				from := healthy(deployment())
				test.breaks(&from)
				began := time.Now()
				s := status.Read(t.Context(), from)
				assert.Equal(t, 5*time.Second, time.Since(began))
				assert.False(t, s.Healthy)
				assert.Contains(t, printed(t, s), test.want)
				time.Sleep(time.Hour) // until what was left behind has ended
			})
		})
	}
}
