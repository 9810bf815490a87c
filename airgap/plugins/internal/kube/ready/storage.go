package ready

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func volume(snapshot Snapshot) (Verdict, error) {
	object, err := as[corev1.PersistentVolume](snapshot.Object)
	if err != nil {
		return Verdict{}, err
	}
	phase := object.Status.Phase
	return phaseVerdict("PersistentVolume", string(phase),
		phase == corev1.VolumeAvailable || phase == corev1.VolumeBound), nil
}

// claim is ready when it is bound or, where the storage class waits for the
// first Pod, as soon as it is pending: that Pod may come later in the program.
func claim(snapshot Snapshot) (Verdict, error) {
	object, err := as[corev1.PersistentVolumeClaim](snapshot.Object)
	if err != nil {
		return Verdict{}, err
	}
	phase := object.Status.Phase
	waits := false
	for _, candidate := range snapshot.Related[storageClasses] {
		if object.Spec.StorageClassName == nil || candidate.GetName() != *object.Spec.StorageClassName {
			continue
		}
		class, err := as[storagev1.StorageClass](candidate)
		if err != nil {
			return Verdict{}, err
		}
		mode := class.VolumeBindingMode
		waits = mode != nil && *mode == storagev1.VolumeBindingWaitForFirstConsumer
	}
	return phaseVerdict("PersistentVolumeClaim", string(phase),
		phase == corev1.ClaimBound || waits && phase == corev1.ClaimPending), nil
}

func phaseVerdict(kind, phase string, ready bool) Verdict {
	text := fmt.Sprintf("%s is %s", kind, phase)
	if ready {
		return Verdict{Ready: true, Progress: text}
	}
	return Verdict{Progress: text, Reasons: []string{text}}
}

// definition is ready when the API server serves the new kind.
func definition(snapshot Snapshot) (Verdict, error) {
	conditions, _, err := unstructured.NestedSlice(snapshot.Object.Object, "status", "conditions")
	if err != nil {
		return Verdict{}, fmt.Errorf("reading the conditions of %q: %w", snapshot.Object.GetName(), err)
	}
	verdict := Verdict{Reasons: []string{"the API server does not serve the new kind yet"}}
	for _, condition := range conditions {
		fields, _ := condition.(map[string]any)
		switch {
		case fields["type"] == "Established" && fields["status"] == "True":
			return Verdict{Ready: true}, nil
		case fields["type"] == "NamesAccepted" && fields["status"] == "False":
			verdict.Reasons = []string{fmt.Sprintf("[%v] %v", fields["reason"], fields["message"])}
			verdict.Warnings = verdict.Reasons
		}
	}
	return verdict, nil
}
