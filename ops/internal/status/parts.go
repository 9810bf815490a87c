package status

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
)

// choose finds the release that was verified last, and the one that was begun last where that is another.
func choose(releases []release.Release) (verified, latest *Release) {
	for i, r := range slices.Backward(releases) {
		found := &Release{Number: r.Number, Time: r.Time, State: r.State, Commit: r.Commit, Image: r.Image, Cause: r.Cause}
		if r.State == release.Verified {
			return found, latest
		}
		if i == len(releases)-1 {
			found.Problem = unfinished(r)
			latest = found
		}
	}
	return nil, latest
}

// unfinished tells what has to be done about a release that was not verified; nothing where an earlier one runs again.
func unfinished(r release.Release) string {
	switch {
	case r.Open():
		return "it is being made, or its command was stopped: then ashapp deploy finishes or undoes it first"
	case r.State == release.NeedsPerson:
		return "somebody must look: mend the cause and ashapp deploy again"
	}
	return ""
}

// pods reads what a Deployment says of its pods, and compares it with what Pulumi has deployed.
func pods(deployment *appsv1.Deployment, deployed pulumi.Snapshot) *Pods {
	wanted, state := int32(1), deployment.Status // Kubernetes' default
	if deployment.Spec.Replicas != nil {
		wanted = *deployment.Spec.Replicas
	}
	p := &Pods{Ready: state.ReadyReplicas, Wanted: wanted, Image: deployment.Spec.Template.Spec.Containers[0].Image}
	switch {
	case p.Image != deployed.Text("image"):
		p.Problem = fmt.Sprintf("the stack has deployed %s: ashapp drift shows what else was changed", deployed.Text("image"))
	case rescaled(wanted, deployed.Backend):
		p.Problem = fmt.Sprintf("the stack has deployed %s: ashapp deploy puts them back", deployed.Backend["replicas"])
	case state.ObservedGeneration < deployment.Generation:
		p.Problem = "the rollout of a new version has just begun"
	case state.UpdatedReplicas < wanted || state.Replicas > wanted:
		p.Problem = fmt.Sprintf("a rollout is under way: %d of %d are of the new version", state.UpdatedReplicas, wanted)
	case p.Ready < wanted:
		p.Problem = "some are not ready: ashapp kubectl get pods -A, ashapp logs"
	}
	return p
}

// rescaled tells whether somebody else than an autoscaler has changed the number of pods. Settings that are not known say nothing.
func rescaled(wanted int32, backend map[string]string) bool {
	replicas := backend["replicas"]
	return replicas != "" && backend["maxReplicas"] == "0" && replicas != fmt.Sprint(wanted)
}
