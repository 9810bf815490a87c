package rollout

import (
	"cmp"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

// revision is the annotation by which a Deployment's controller marks the ReplicaSet of its newest generation, and by which
// kubectl finds it: both have the same.
const revision = "deployment.kubernetes.io/revision"

// view is what the cluster shows of a Deployment at one time. Nothing in it is changed.
type view struct {
	deployment *appsv1.Deployment // nil: it is not there
	sets       []*appsv1.ReplicaSet
	pods       []*corev1.Pod // in the order of their names
}

func (t Target) view(from informers) view {
	var v view
	if object, there, _ := from.deployments.GetStore().GetByKey(t.Namespace + "/" + t.Name); there { // its error is always nil
		v.deployment, _ = object.(*appsv1.Deployment)
	}
	v.sets = all[*appsv1.ReplicaSet](from.sets)
	v.pods = all[*corev1.Pod](from.pods)
	slices.SortFunc(v.pods, func(a, b *corev1.Pod) int { return cmp.Compare(a.Name, b.Name) })
	return v
}

func all[Object any](from cache.SharedIndexInformer) (found []Object) {
	for _, object := range from.GetStore().List() {
		if one, is := object.(Object); is {
			found = append(found, one)
		}
	}
	return found
}

// observed tells whether the Deployment's controller has seen its newest generation: until then it speaks of an earlier one.
func (v view) observed() bool {
	return v.deployment != nil && v.deployment.Status.ObservedGeneration >= v.deployment.Generation
}

// newest is the ReplicaSet of the Deployment's newest generation; nil where there is none yet.
func (v view) newest() *appsv1.ReplicaSet {
	if !v.observed() {
		return nil
	}
	for _, set := range v.sets {
		if metav1.IsControlledBy(set, v.deployment) && set.Annotations[revision] == v.deployment.Annotations[revision] {
			return set
		}
	}
	return nil
}

// podsOf are the pods of a ReplicaSet that are not about to go.
func (v view) podsOf(set *appsv1.ReplicaSet) (found []*corev1.Pod) {
	for _, pod := range v.pods {
		if pod.DeletionTimestamp == nil &&
			pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey] == set.Labels[appsv1.DefaultDeploymentUniqueLabelKey] {
			found = append(found, pod)
		}
	}
	return found
}
