package release

import (
	"context"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
)

// The Lease beside the backend keeps two commands apart from the first look to the last, which Pulumi's lock does not: that one is
// held during an update only. Its holder renews it, so that one which was killed does not hold it for long.
const (
	leaseName     = settings.Template + "-release"
	leaseDuration = 20 * time.Second
	leaseRenewal  = 5 * time.Second
)

// held is the error of a command while another one releases, or changes the stack. Nothing was changed and nothing was written down.
func held(holder string, since time.Time) *lock.HeldError {
	return &lock.HeldError{Doing: "another command is changing the stack", Holder: holder, Since: since}
}

// Hold keeps others from changing a stack, whose backend is in a namespace of the cluster, until it is given back. Where somebody else
// does change it, that is a lock.HeldError.
func Hold(ctx context.Context, client kubernetes.Interface, namespace string) (giveBack func(), err error) {
	return lease{client, namespace, identity(), mayRun}.acquire(ctx)
}

// lease is one that this process holds.
type lease struct {
	client    kubernetes.Interface
	namespace string
	holder    string
	alive     func(holder string) bool // whether a holder is known to run, or not known not to
}

// acquire takes the lease, or returns a lock.HeldError. release gives it back; both do nothing where the namespace does not exist, since
// then nobody can have released anything into it.
func (l lease) acquire(ctx context.Context) (release func(), err error) {
	leases := l.client.CoordinationV1().Leases(l.namespace)
	now, seconds := metav1.NowMicro(), int32(leaseDuration/time.Second)
	wanted := &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: leaseName},
		Spec:       coordinationv1.LeaseSpec{HolderIdentity: &l.holder, AcquireTime: &now, RenewTime: &now, LeaseDurationSeconds: &seconds},
	}
	found, err := leases.Get(ctx, leaseName, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		_, err = leases.Create(ctx, wanted, metav1.CreateOptions{})
		if apierrors.IsNotFound(err) {
			return func() {}, nil
		}
	case err == nil && l.held(found, now.Time):
		return nil, held(*found.Spec.HolderIdentity, found.Spec.AcquireTime.Time)
	case err == nil:
		wanted.ResourceVersion = found.ResourceVersion
		_, err = leases.Update(ctx, wanted, metav1.UpdateOptions{})
	}
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		return nil, held("somebody who was faster", now.Time)
	}
	if err != nil {
		return nil, fmt.Errorf("taking the Lease %s/%s: %w", l.namespace, leaseName, err)
	}
	return l.renew(ctx), nil
}

// held tells whether somebody holds a lease at a time.
func (l lease) held(found *coordinationv1.Lease, now time.Time) bool {
	spec := found.Spec
	if spec.HolderIdentity == nil || *spec.HolderIdentity == "" || spec.RenewTime == nil || spec.AcquireTime == nil || spec.LeaseDurationSeconds == nil {
		return false
	}
	expired := spec.RenewTime.Add(time.Duration(*spec.LeaseDurationSeconds) * time.Second).Before(now)
	return !expired && l.alive(*spec.HolderIdentity)
}

// renew holds the lease until the returned function is called. A renewal that fails is tried again by the next one.
func (l lease) renew(ctx context.Context) (release func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // an interrupted release still ends in good order
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(leaseRenewal)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				_ = l.write(ctx, l.holder)
			}
		}
	}()
	return func() {
		cancel()
		<-ended
		_ = l.write(context.WithoutCancel(ctx), "") // where that fails, it ends by itself
	}
}

// write renews the lease for a holder, nobody where that is empty, if it is still ours.
func (l lease) write(ctx context.Context, holder string) error {
	ctx, cancel := context.WithTimeout(ctx, leaseRenewal)
	defer cancel()
	leases := l.client.CoordinationV1().Leases(l.namespace)
	found, err := leases.Get(ctx, leaseName, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("reading the Lease: %w", err)
	}
	if found.Spec.HolderIdentity == nil || *found.Spec.HolderIdentity != l.holder {
		return nil
	}
	now := metav1.NowMicro()
	found.Spec.HolderIdentity, found.Spec.RenewTime = &holder, &now
	if _, err := leases.Update(ctx, found, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("writing the Lease: %w", err)
	}
	return nil
}

// identity names this process to others.
func identity() string { return lock.Self().String() }

// mayRun tells whether the process that an identity names may run: of this machine it is known, of another one not.
func mayRun(holder string) bool {
	process, known := lock.Parse(holder)
	return !known || !process.Gone()
}
