package rollout

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// newVersion is what a cluster shows of a rollout from the first revision to the second.
func newVersion(d *appsv1.Deployment, set *appsv1.ReplicaSet, pods ...*corev1.Pod) view {
	return view{deployment: d, sets: []*appsv1.ReplicaSet{replicaSet("1"), set}, pods: pods}
}

// rolling is a Deployment whose second revision is being rolled out.
func rolling() *appsv1.Deployment { return deployment(badImage, progressed(time.Second)) }

func TestWhatIsFinalAtOnce(t *testing.T) {
	t.Parallel()

	quota := `pods "a" is forbidden: exceeded quota: few`
	for name, test := range map[string]struct {
		view   view
		before map[types.UID]int32
		want   string // empty: nothing
	}{
		"nothing":                         {view: newVersion(rolling(), replicaSet("2"))},
		"no Deployment":                   {},
		"no ReplicaSet yet":               {view: view{deployment: rolling(), pods: []*corev1.Pod{podOf("2", "a", crashed(1))}}},
		"image not there":                 {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", waiting("ErrImagePull", "not found"))), want: "Pod app/a: ErrImagePull: not found"},
		"registry not there":              {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", waiting("ErrImagePull", "refused")))},
		"no node":                         {view: newVersion(rolling(), replicaSet("2"), unschedulable(podOf("2", "a")))},
		"a pod of the version before":     {view: newVersion(rolling(), replicaSet("2"), podOf("1", "a", waiting("ErrImagePull", "not found")), podOf("1", "b", crashed(5)))},
		"the set of the version before":   {view: view{deployment: rolling(), sets: []*appsv1.ReplicaSet{refused(replicaSet("1"), "is forbidden: "), replicaSet("2")}}},
		"a set of another Deployment":     {view: view{deployment: rolling(), sets: []*appsv1.ReplicaSet{foreign(refused(replicaSet("2"), "is forbidden: "))}}},
		"a pod that is going":             {view: newVersion(rolling(), replicaSet("2"), going(podOf("2", "a", waiting("ErrImagePull", "not found"))))},
		"evicted, many times":             {view: newVersion(rolling(), replicaSet("2"), failed(podOf("2", "a", crashed(0)), "Evicted"), failed(podOf("2", "b", crashed(0)), "Evicted"))},
		"one end":                         {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", crashed(0)))},
		"one restart":                     {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", restarted(1, false)))},
		"ended twice":                     {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", crashed(1))), want: "Pod app/a: Error: the process ended with exit code 3"},
		"crash loop":                      {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", backingOff(2))), want: "Pod app/a: Error: the process ended with exit code 3"},
		"two pods that ended once":        {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", restarted(1, false)), podOf("2", "b", crashed(0))), want: "Pod app/b: Error: the process ended with exit code 3"},
		"restarts of pods that are ready": {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", restarted(1, true)), podOf("2", "b", crashed(0)))},
		"ends from before":                {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", backingOff(7))), before: map[types.UID]int32{"a": 6}},
		"ends from before, and two more":  {view: newVersion(rolling(), replicaSet("2"), podOf("2", "a", backingOff(8))), before: map[types.UID]int32{"a": 6}, want: "Pod app/a: Error: the process ended with exit code 3"},
		"a quota":                         {view: newVersion(rolling(), refused(replicaSet("2"), quota))},
		"refused for good":                {view: newVersion(rolling(), refused(replicaSet("2"), `is forbidden: violates PodSecurity`)), want: "ReplicaSet app/backend-2: FailedCreate: is forbidden: violates PodSecurity"},
		"what is final comes first":       {view: newVersion(rolling(), replicaSet("2"), unschedulable(podOf("2", "a")), podOf("2", "b", waiting("InvalidImageName", "it")), podOf("2", "c", crashed(1))), want: "Pod app/b: InvalidImageName: it"},
		"AppArmor":                        {view: newVersion(rolling(), replicaSet("2"), failed(podOf("2", "a"), "AppArmor")), want: "Pod app/a: AppArmor: the node was low on disk"},
		"not seen by the controller":      {view: newVersion(deployment(badImage, unseen), replicaSet("2"), podOf("2", "a", crashed(1)))},
		"not begun":                       {view: newVersion(deployment(badImage, generation(2)), replicaSet("2"), podOf("2", "a", crashed(1)))},
		"another one of the same name":    {view: newVersion(deployment(badImage, generation(1), another), owned(replicaSet("2"), "another"), podOf("2", "a", crashed(1))), want: "Pod app/a: Error: the process ended with exit code 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, patience := range []time.Duration{0, time.Minute} {
				found, _ := (&judge{before: before{"deployment", 2, test.before}, patience: patience}).look(test.view, now)
				if test.want == "" {
					assert.Nil(t, found)
				} else if assert.NotNil(t, found) {
					assert.Equal(t, test.want, found.String())
				}
			}
		})
	}
}

func unseen(d *appsv1.Deployment) { d.Status.ObservedGeneration = d.Generation - 1 }

func another(d *appsv1.Deployment) { d.UID = "another" }

func generation(n int64) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Generation, d.Status.ObservedGeneration = n, n }
}

func foreign(set *appsv1.ReplicaSet) *appsv1.ReplicaSet { return owned(set, "another") }

func owned(set *appsv1.ReplicaSet, by types.UID) *appsv1.ReplicaSet {
	set.OwnerReferences[0].UID = by
	return set
}

func TestTheDeadlineIsFinalAndNamesTheCause(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		view view
		want string
	}{
		"nothing known": {newVersion(deployment(badImage, late(0)), replicaSet("2")), "Deployment app/backend: ProgressDeadlineExceeded: it is late"},
		"no node":       {newVersion(deployment(badImage, late(0)), replicaSet("2"), unschedulable(podOf("2", "a"))), "Pod app/a: Unschedulable: no node"},
		"quota":         {newVersion(deployment(badImage, late(0)), refused(replicaSet("2"), "exceeded quota: few")), "ReplicaSet app/backend-2: FailedCreate: exceeded quota: few"},
		"a pod rather than its set, and that rather than an evicted one": {
			newVersion(deployment(badImage, late(0)), refused(replicaSet("2"), "exceeded quota: few"), failed(podOf("2", "a"), "Evicted")), "ReplicaSet app/backend-2: FailedCreate: exceeded quota: few",
		},
		"evicted": {newVersion(deployment(badImage, late(0)), replicaSet("2"), failed(podOf("2", "a"), "Evicted")), "Pod app/a: Evicted: the node was low on disk"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			j := &judge{before: before{deployment: "deployment", generation: 2}}
			found, again := j.look(newVersion(rolling(), replicaSet("2")), now)
			require.Nil(t, found)
			assert.Zero(t, again)
			found, _ = j.look(test.view, now)
			require.NotNil(t, found)
			assert.Equal(t, test.want+" (and no progress for the time in backend.progressDeadlineSeconds)", found.String())
		})
	}
}

// The controller goes on saying it of the generation after, until that makes progress.
func TestADeadlineOfTheVersionBeforeDoesNotCount(t *testing.T) {
	t.Parallel()

	j := &judge{before: before{deployment: "deployment", generation: 2}}
	for _, step := range []struct {
		says *appsv1.Deployment
		want bool
	}{
		{deployment(badImage, late(time.Minute), generation(2)), false}, // it comes after the watch has begun, before the update
		{deployment(badImage, late(time.Second), generation(2)), false},
		{deployment(badImage, late(time.Second), unseen), false},
		{deployment(badImage, late(time.Second)), false},
		{deployment(badImage, late(time.Second)), false},
		{deployment(badImage, progressed(0)), false},
		{deployment(badImage, late(-time.Minute)), true},
	} {
		found, _ := j.look(newVersion(step.says, replicaSet("2")), now)
		assert.Equal(t, step.want, found != nil)
	}
}

func TestPatienceEndsWhereNothingMoves(t *testing.T) {
	t.Parallel()

	quota := func(since time.Duration) view {
		return newVersion(deployment(badImage, progressed(since)), refused(replicaSet("2"), "exceeded quota: few"))
	}
	j := &judge{before: before{deployment: "deployment", generation: 2}, patience: 10 * time.Second}
	for _, step := range []struct {
		view  view
		after time.Duration // since the first look
		again time.Duration
		want  string
	}{
		{quota(time.Hour), 0, 10 * time.Second, ""},
		{quota(time.Hour), 4 * time.Second, 6 * time.Second, ""},
		{quota(time.Minute), 9 * time.Second, 10 * time.Second, ""}, // progress
		{quota(time.Minute), 18 * time.Second, time.Second, ""},
		{newVersion(rolling(), replicaSet("2")), 19 * time.Second, 0, ""}, // nothing is wrong
		{newVersion(deployment(badImage, progressed(time.Minute)), replicaSet("2"), unschedulable(podOf("2", "a"))), 20 * time.Second, 10 * time.Second, ""},
		{quota(time.Minute), 30 * time.Second, 0, "ReplicaSet app/backend-2: FailedCreate: exceeded quota: few (and no progress for the time in backend.rolloutPatienceSeconds)"},
	} {
		found, again := j.look(step.view, now.Add(step.after))
		assert.Equal(t, step.again, again, step.after)
		if step.want == "" {
			assert.Nil(t, found, step.after)
		} else if assert.NotNil(t, found, step.after) {
			assert.Equal(t, step.want, found.String())
		}
	}
}
