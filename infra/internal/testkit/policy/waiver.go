package policy

import (
	"slices"
	"strings"
)

// waiverInVain is the rule that every waiver waives something.
const waiverInVain = "waiver-in-vain"

// Waiver takes one rule off the objects of one kind.
type Waiver struct {
	Rule, Kind string
	// Reason says why the design wants what the rule is against.
	Reason string
	// Optional is for what only some stacks have: on the others the waiver may waive nothing.
	Optional bool
}

// Waivers are what the design wants although a rule is against it.
func Waivers() []Waiver {
	const burstable = "a greeting needs little, and a burst may take more while the node has it to spare: reserving the limit " +
		"would leave most of the node idle"
	return []Waiver{
		{
			Rule: "no-node-port", Kind: "Service", Optional: true,
			Reason: "the node port is how the backend is reached where there is no load balancer, as that of the service it replaces",
		},
		{
			Rule: "kube-score/container-image-pull-policy", Kind: "Deployment",
			Reason: "a digest names the same bytes for good, so asking again finds nothing new and a restart would need the registry",
		},
		{Rule: "kube-score/container-resource-requests-equal-limits", Kind: "Deployment", Reason: burstable},
		{Rule: "kube-score/container-cpu-requests-equal-limits", Kind: "Deployment", Reason: burstable},
		{Rule: "kube-score/container-ephemeral-storage-request-equals-limit", Kind: "Deployment", Reason: burstable},
	}
}

func (w Waiver) covers(f Finding) bool {
	return f.Rule == w.Rule && strings.HasPrefix(f.Object, w.Kind+" ")
}

// waive takes off what is waived and adds the waivers that waive nothing.
func waive(findings []Finding, waivers []Waiver) (left []Finding) {
	for _, waiver := range waivers {
		if !waiver.Optional && !slices.ContainsFunc(findings, waiver.covers) {
			left = append(left, Finding{
				Rule: waiverInVain, Object: waiver.Kind + " (any)",
				Message: "nothing breaks " + waiver.Rule + ": delete the waiver",
			})
		}
	}
	for _, finding := range findings {
		if !slices.ContainsFunc(waivers, func(w Waiver) bool { return w.covers(finding) }) {
			left = append(left, finding)
		}
	}
	return left
}
