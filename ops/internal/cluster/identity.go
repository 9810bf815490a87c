package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// answerTime is how long a cluster may take to say which it is. A credential plugin may have to sign in meanwhile.
const answerTime = 30 * time.Second

// interval is how long to wait before a cluster that does not answer is asked again.
const interval = 200 * time.Millisecond

// Identity is the UID of the Namespace kube-system: it is there as long as the cluster is, and no other cluster has it.
func (c *Cluster) Identity(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	namespace, err := c.Typed.CoreV1().Namespaces().Get(ctx, metav1.NamespaceSystem, metav1.GetOptions{})
	if apierrors.IsForbidden(err) {
		return "", fmt.Errorf("asking the stack's cluster which it is: %w: grant the right to get the Namespace %s",
			err, metav1.NamespaceSystem)
	}
	if err != nil {
		return "", fmt.Errorf("asking the stack's cluster which it is: %w", err)
	}
	return string(namespace.UID), nil
}

// Confirm fails where the cluster is another one than that which is recorded; where none is recorded, each is the right one.
func (c *Cluster) Confirm(ctx context.Context, recorded string) error {
	if recorded == "" {
		return nil
	}
	identity, err := c.Identity(ctx)
	if err != nil {
		return err
	}
	if identity != recorded {
		return fmt.Errorf("this is another cluster: the stack was deployed to the one whose %s has the UID %s, and the kubeconfig leads "+
			"to %s: set cluster.context, or take the stack down there first", metav1.NamespaceSystem, recorded, identity)
	}
	return nil
}

// AwaitAnswer waits until the cluster answers at all: one that has been started a moment ago refuses connections. How would be told by
// no event, so it is asked again.
func (c *Cluster) AwaitAnswer(ctx context.Context, limit time.Duration) error {
	var problem error
	err := wait.PollUntilContextTimeout(ctx, interval, limit, true, func(context.Context) (bool, error) {
		_, problem = c.Typed.Discovery().ServerVersion()
		starting := utilnet.IsConnectionRefused(problem) || utilnet.IsConnectionReset(problem) || utilnet.IsProbableEOF(problem) ||
			apierrors.IsServiceUnavailable(problem) || apierrors.IsInternalError(problem)
		return problem == nil || !starting, nil
	})
	if err := errors.Join(problem, err); err != nil {
		return fmt.Errorf("asking the stack's cluster whether it is there: %w", err)
	}
	return nil
}

// CheckVersion fails where the cluster's Kubernetes is older than the backend's pods need.
func (c *Cluster) CheckVersion() error {
	info, err := c.Typed.Discovery().ServerVersion()
	if err != nil {
		return fmt.Errorf("asking the stack's cluster for its version: %w", err)
	}
	running, err := version.ParseGeneric(info.GitVersion)
	if err != nil {
		return fmt.Errorf("reading the version of the stack's cluster: %w", err)
	}
	if running.LessThan(version.MustParseGeneric(settings.OldestKubernetes)) {
		return fmt.Errorf("the stack's cluster has Kubernetes %s, and the backend needs %s or later, which can stop pods without losing "+
			"requests: update the cluster, or choose another one", info.GitVersion, settings.OldestKubernetes)
	}
	return nil
}
