package rollout

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

// cluster is one on which the first version runs in a pod that has ended twice, watched for the rollout of the second.
type cluster struct {
	*fake.Clientset
	result <-chan error
	stop   func()
}

func watched(t *testing.T, patience time.Duration) *cluster {
	t.Helper()
	old := podOf("1", "old", restarted(2, true))
	client := fake.NewClientset(deployment(goodImage, generation(2)), replicaSet("1"), old)
	target := target
	target.Patience = patience
	watcher, err := NewWatcher(t.Context(), client, target)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	return &cluster{client, start(ctx, watcher), stop}
}

// start runs Watch, which has seen what there is when start returns.
func start(ctx context.Context, watcher *Watcher) <-chan error {
	result := make(chan error, 1)
	go func() { result <- watcher.Watch(ctx) }()
	settle()
	return result
}

// settle gives what watches the time to see what there is: informers look every 100 ms whether they are in step.
func settle() {
	time.Sleep(time.Second)
	synctest.Wait()
}

// update is what the API server and the controllers do with a new version: its ReplicaSet has these pods.
func (c *cluster) update(t *testing.T, d *appsv1.Deployment, pods ...*corev1.Pod) {
	t.Helper()
	_, err := c.AppsV1().ReplicaSets("app").Create(t.Context(), replicaSet("2"), metav1.CreateOptions{})
	require.NoError(t, err)
	for _, pod := range pods {
		_, err := c.CoreV1().Pods("app").Create(t.Context(), pod, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	_, err = c.AppsV1().Deployments("app").Update(t.Context(), d, metav1.UpdateOptions{})
	require.NoError(t, err)
	settle()
}

func (c *cluster) change(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	_, err := c.CoreV1().Pods("app").Update(t.Context(), pod, metav1.UpdateOptions{})
	require.NoError(t, err)
	settle()
}

// ended tells whether the watch has, and with what.
func (c *cluster) ended() (is bool, err error) {
	select {
	case err := <-c.result:
		return true, err
	default:
		return false, nil
	}
}
