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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
