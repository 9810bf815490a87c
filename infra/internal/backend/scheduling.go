package backend

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Well-known labels of nodes (https://kubernetes.io/docs/reference/labels-annotations-taints/).
const (
	hostLabel         = "kubernetes.io/hostname"
	zoneLabel         = "topology.kubernetes.io/zone"
	systemLabel       = "kubernetes.io/os"
	architectureLabel = "kubernetes.io/arch"
)

// nodes are those that can run the image, and that the stack file wants. Without an architecture it was built for that of every node.
func nodes(s settings.Backend, architecture string) pulumi.StringMap {
	labels := pulumi.ToStringMap(s.NodeSelector)
	labels[systemLabel] = pulumi.String("linux")
	if architecture != "" {
		labels[architectureLabel] = pulumi.String(architecture)
	}
	return labels
}

// tolerations are for taints of any value where the stack file names none.
func tolerations(s settings.Backend) (all corev1.TolerationArray) {
	for _, toleration := range s.Tolerations {
		taint := &corev1.TolerationArgs{Key: pulumi.String(toleration.Key), Operator: pulumi.String("Exists")}
		if toleration.Value != "" {
			taint.Operator, taint.Value = pulumi.String("Equal"), pulumi.String(toleration.Value)
		}
		if toleration.Effect != "" {
			taint.Effect = pulumi.String(toleration.Effect)
		}
		all = append(all, taint)
	}
	return all
}

func priority(s settings.Backend) pulumi.StringPtrInput {
	if s.PriorityClassName == "" {
		return nil
	}
	return pulumi.String(s.PriorityClassName)
}

func pullSecrets(s settings.Backend) (all corev1.LocalObjectReferenceArray) {
	for _, secret := range s.ImagePullSecrets {
		all = append(all, &corev1.LocalObjectReferenceArgs{Name: pulumi.String(secret)})
	}
	return all
}

// spread keeps the pods of one version apart, on hosts and in zones. It is a wish: on a cluster of one node all of them
// run there.
func spread() corev1.TopologySpreadConstraintArray {
	var constraints corev1.TopologySpreadConstraintArray
	for _, label := range []string{hostLabel, zoneLabel} {
		constraints = append(constraints, &corev1.TopologySpreadConstraintArgs{
			TopologyKey:       pulumi.String(label),
			MaxSkew:           pulumi.Int(1),
			WhenUnsatisfiable: pulumi.String("ScheduleAnyway"),
			LabelSelector:     &metav1.LabelSelectorArgs{MatchLabels: selector()},
			// The pods that a rollout is about to remove do not count.
			MatchLabelKeys: pulumi.ToStringArray([]string{"pod-template-hash"}),
		})
	}
	return constraints
}

// apart prefers hosts without a pod of the backend.
func apart() *corev1.AffinityArgs {
	return &corev1.AffinityArgs{PodAntiAffinity: &corev1.PodAntiAffinityArgs{
		PreferredDuringSchedulingIgnoredDuringExecution: corev1.WeightedPodAffinityTermArray{
			&corev1.WeightedPodAffinityTermArgs{
				Weight: pulumi.Int(100), // of 100: nothing else is asked for
				PodAffinityTerm: &corev1.PodAffinityTermArgs{
					TopologyKey:   pulumi.String(hostLabel),
					LabelSelector: &metav1.LabelSelectorArgs{MatchLabels: selector()},
				},
			},
		},
	}}
}
