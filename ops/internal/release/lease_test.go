package release

import (
	"context"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	testing_ "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
)

func TestTwoReleasesAtOnce(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	other := lease{p.client, project, "ann@laptop, process 7", mayRun}
	giveBack, err := other.acquire(t.Context())
	require.NoError(t, err)

	for name, operate := range map[string]func() error{
		"deploy": func() error { return d.Deploy(t.Context()) }, "rollback": func() error { return d.Rollback(t.Context(), 0) },
	} {
		locked := &lock.HeldError{}
		require.ErrorAs(t, operate(), &locked, name)
		assert.Equal(t, "ann@laptop, process 7", locked.Holder)
		assert.WithinDuration(t, time.Now(), locked.Since, time.Minute)
		assert.ErrorContains(t, locked, "another command is changing the stack: ann@laptop, process 7, since 20")
	}
	assert.Empty(t, p.calls)
	assert.Equal(t, []string{"1 verified 1"}, states(t, d), "nothing is written down")

	giveBack()
	require.NoError(t, d.Deploy(t.Context()))
}

func TestLeaseIsKeptAndGivenBack(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		client := fake.NewClientset()
		ctx, cancel := context.WithCancel(t.Context())
		giveBack, err := lease{client, project, "me", mayRun}.acquire(ctx)
		require.NoError(t, err)
		cancel() // what is interrupted still ends in good order
		time.Sleep(10 * leaseDuration)
		_, err = lease{client, project, "you", mayRun}.acquire(t.Context())
		require.ErrorContains(t, err, "changing the stack: me")
		giveBack()
		giveBack, err = lease{client, project, "you", mayRun}.acquire(t.Context())
		require.NoError(t, err)
		giveBack()
	})
}

// Whoever was killed holds a lease until it ends, or for no time where it is known that there is no such process.
func TestLeaseOfWhoWasKilledEnds(t *testing.T) {
	t.Parallel()

	host, err := os.Hostname()
	require.NoError(t, err)
	gone := fmt.Sprintf("me@%s, process %d", host, 1<<30)
	for name, test := range map[string]struct {
		holder string
		waited time.Duration
		locked bool
	}{
		"another machine":                  {"me@elsewhere, process 1", 0, true},
		"another machine, for a while":     {"me@elsewhere, process 1", leaseDuration - time.Second, true},
		"another machine, for long enough": {"me@elsewhere, process 1", leaseDuration + time.Second, false},
		"this machine":                     {gone, 0, false},
		"this process":                     {identity(), 0, true},
		"of another form":                  {"somebody", 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				client := fake.NewClientset()
				giveBack, err := lease{client, project, "me", mayRun}.acquire(t.Context())
				require.NoError(t, err)
				giveBack()
				held, err := client.CoordinationV1().Leases(project).Get(t.Context(), leaseName, metav1.GetOptions{})
				require.NoError(t, err)
				held.Spec.HolderIdentity = &test.holder
				_, err = client.CoordinationV1().Leases(project).Update(t.Context(), held, metav1.UpdateOptions{})
				require.NoError(t, err)
				time.Sleep(test.waited)
				giveBack, err = lease{client, project, "you", mayRun}.acquire(t.Context())
				if test.locked {
					require.ErrorContains(t, err, "changing the stack: "+test.holder)
					return
				}
				require.NoError(t, err)
				giveBack()
			})
		})
	}
}

func TestLeaseThatWasTakenOverIsNotTakenBack(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		client := fake.NewClientset()
		giveBack, err := lease{client, project, "me", mayRun}.acquire(t.Context())
		require.NoError(t, err)
		held, err := client.CoordinationV1().Leases(project).Get(t.Context(), leaseName, metav1.GetOptions{})
		require.NoError(t, err)
		other := "other"
		held.Spec.HolderIdentity = &other
		_, err = client.CoordinationV1().Leases(project).Update(t.Context(), held, metav1.UpdateOptions{})
		require.NoError(t, err)
		time.Sleep(2 * leaseRenewal)
		giveBack()
		held, err = client.CoordinationV1().Leases(project).Get(t.Context(), leaseName, metav1.GetOptions{})
		require.NoError(t, err)
		assert.Equal(t, "other", *held.Spec.HolderIdentity)
	})
}

func TestLeaseOfNobodyIsTaken(t *testing.T) {
	t.Parallel()

	who, nobody, now, seconds := "ann@elsewhere, process 7", "", metav1.NowMicro(), int32(20)
	for name, spec := range map[string]coordinationv1.LeaseSpec{
		"no holder":      {AcquireTime: &now, RenewTime: &now, LeaseDurationSeconds: &seconds},
		"given back":     {HolderIdentity: &nobody, AcquireTime: &now, RenewTime: &now, LeaseDurationSeconds: &seconds},
		"no beginning":   {HolderIdentity: &who, RenewTime: &now, LeaseDurationSeconds: &seconds},
		"never renewed":  {HolderIdentity: &who, AcquireTime: &now, LeaseDurationSeconds: &seconds},
		"without an end": {HolderIdentity: &who, AcquireTime: &now, RenewTime: &now},
	} {
		client := fake.NewClientset(&coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: project, Name: leaseName}, Spec: spec})
		giveBack, err := Hold(t.Context(), client, project)
		require.NoError(t, err, name)
		giveBack()
	}
}

func TestSomebodyWhoIsFasterIsTold(t *testing.T) {
	t.Parallel()

	leases := schema.GroupResource{Resource: "leases"}
	for verb, answer := range map[string]error{
		"create": apierrors.NewAlreadyExists(leases, leaseName), "update": apierrors.NewConflict(leases, leaseName, errBroken),
	} {
		client := fake.NewClientset()
		if verb == "update" {
			giveBack, err := Hold(t.Context(), client, project)
			require.NoError(t, err)
			giveBack()
		}
		client.PrependReactor(verb, "leases", func(testing_.Action) (bool, runtime.Object, error) { return true, nil, answer })
		_, err := Hold(t.Context(), client, project)
		locked := &lock.HeldError{}
		require.ErrorAs(t, err, &locked, verb)
		assert.Equal(t, "somebody who was faster", locked.Holder)
		assert.WithinDuration(t, time.Now(), locked.Since, time.Minute)
	}
}

// Where the namespace is not there, nobody can have released anything into it, and there is nowhere to write to.
func TestNamespaceMayNotExistYet(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	made := false
	p.ctx = func() { made = true }
	p.client.(*fake.Clientset).PrependReactor("create", "*", func(testing_.Action) (bool, runtime.Object, error) {
		return !made, nil, apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, project)
	})
	require.NoError(t, d.Deploy(t.Context()))
	assert.Equal(t, []string{"1 verified 1"}, states(t, d))
}

func TestIdentityTellsUserHostAndProcess(t *testing.T) {
	t.Parallel()

	host, err := os.Hostname()
	require.NoError(t, err)
	assert.Regexp(t, `^\S+@`+host+fmt.Sprintf(`, process %d$`, os.Getpid()), identity())
	assert.NotContains(t, identity(), "unknown@")
}
