package status_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
	"github.com/ashwanth01/ashapp-backend/ops/internal/status"
)

func TestReleases(t *testing.T) {
	t.Parallel()

	const good = "  release  2, verified, 2026-11-26T13:45:01Z, commit 0123abcd, sha256:aaaabbbbcccc\n"
	for name, test := range map[string]struct {
		releases []release.Release
		healthy  bool
		want     string
	}{
		"none":      {nil, true, "  release  none was verified (ashapp deploy makes releases)\n"},
		"good":      {verified(), true, good},
		"undone":    {append(verified(), later(release.Undone)), true, good + "  latest   3, undone, 2026-11-26T13:45:01Z, sha256:bbbb, it crashes; at once\n"},
		"unchanged": {append(verified(), later(release.Unchanged)), true, good + "  latest   3, unchanged, "},
		"open": {append(verified(), later(release.Pending)), false,
			good + "! latest   3, pending, 2026-11-26T13:45:01Z, sha256:bbbb, it crashes; at once: it is being made, or its command was stopped"},
		"updated":     {append(verified(), later(release.Updated)), false, good + "! latest   3, updated, "},
		"lost":        {append(verified(), later(release.NeedsPerson)), false, good + "! latest   3, needs a person, "},
		"got over it": {append([]release.Release{later(release.NeedsPerson)}, verified()...), true, good},
		"first one failed": {[]release.Release{later(release.NeedsPerson)}, false,
			"  release  none was verified (ashapp deploy makes releases)\n! latest   3, needs a person, "},
		"several that failed": {append(verified(), release.Release{Number: 9, State: release.NeedsPerson}, later(release.Undone)), true,
			good + "  latest   3, undone, "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			from := healthy(deployment())
			from.Releases = func(context.Context) ([]release.Release, error) { return test.releases, nil }
			s := status.Read(t.Context(), from)
			assert.Equal(t, test.healthy, s.Healthy)
			assert.Contains(t, printed(t, s), test.want)
			if name == "good" || name == "got over it" {
				assert.NotContains(t, printed(t, s), "latest")
			}
		})
	}
}

// later is release 3 in a state.
func later(state release.State) release.Release {
	return release.Release{Number: 3, Time: began, State: state, Image: "app@sha256:bbbb", Cause: "it crashes\nat once"}
}

func TestPods(t *testing.T) {
	t.Parallel()

	unknown, two, autoscaled := map[string]string(nil), map[string]string{"replicas": "2", "maxReplicas": "0"}, map[string]string{"replicas": "2", "maxReplicas": "9"}
	for name, test := range map[string]struct {
		deployed map[string]string
		change   func(*appsv1.Deployment)
		want     string
	}{
		"not all ready": {two, func(d *appsv1.Deployment) { d.Status.ReadyReplicas = 1 }, "! pods     1 of 2 ready: some are not ready"},
		"foreign image": {two, func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "evil@sha256:1" },
			"! pods     2 of 2 ready: the stack has deployed " + image},
		"not seen":   {two, func(d *appsv1.Deployment) { d.Generation = 4 }, "! pods     2 of 2 ready: the rollout of a new version has just begun"},
		"begun":      {two, func(d *appsv1.Deployment) { d.Status.UpdatedReplicas = 1 }, "! pods     2 of 2 ready: a rollout is under way: 1 of 2"},
		"old left":   {two, func(d *appsv1.Deployment) { d.Status.Replicas = 3 }, "! pods     2 of 2 ready: a rollout is under way: 2 of 2"},
		"default":    {unknown, func(d *appsv1.Deployment) { d.Spec.Replicas, d.Status = nil, counts(1) }, "  pods     1 of 1 ready\n"},
		"scaled":     {two, func(d *appsv1.Deployment) { *d.Spec.Replicas, d.Status = 1, counts(1) }, "! pods     1 of 1 ready: the stack has deployed 2: ashapp deploy puts"},
		"no pod":     {two, func(d *appsv1.Deployment) { *d.Spec.Replicas, d.Status = 0, counts(0) }, "! pods     0 of 0 ready: the stack has deployed 2"},
		"autoscaled": {autoscaled, func(d *appsv1.Deployment) { *d.Spec.Replicas, d.Status = 5, counts(5) }, "  pods     5 of 5 ready\n"},
		"unknown":    {unknown, func(d *appsv1.Deployment) { *d.Spec.Replicas, d.Status = 5, counts(5) }, "  pods     5 of 5 ready\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			changed := deployment()
			test.change(changed)
			from := healthy(changed)
			from.Snapshot = func(context.Context) (pulumi.Snapshot, error) {
				return pulumi.Snapshot{Outputs: map[string]any{"url": url, "image": image, "namespace": "blue"}, Backend: test.deployed}, nil
			}
			from.Ask = func(context.Context, string, map[string]string) error { return nil }
			s := status.Read(t.Context(), from)
			assert.Contains(t, printed(t, s), test.want)
			assert.Equal(t, test.want[0] == ' ', s.Healthy)
		})
	}
}

// counts is the status of a Deployment of which all pods are ready.
func counts(pods int32) appsv1.DeploymentStatus {
	return appsv1.DeploymentStatus{ObservedGeneration: 3, Replicas: pods, UpdatedReplicas: pods, ReadyReplicas: pods}
}
