package release

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

const project = "ashapp-backend"

// image is one by a digit.
func image(digit string) string {
	return "registry.test/app@sha256:" + strings.Repeat(digit, 64)
}

// running is a Deployment whose pods run an image.
func running(image, namespace string) *appsv1.Deployment {
	replicas := int32(2)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: project, Generation: 1},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, Template: corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: project, Image: image}}},
		}},
		Status: appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: 2, UpdatedReplicas: 2, ReadyReplicas: 2, AvailableReplicas: 2, Conditions: []appsv1.DeploymentCondition{
			{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionTrue},
		}},
	}
}

// pod is one that runs an image and is ready.
func pod(name, image, namespace string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"app.kubernetes.io/name": project}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: project, Image: image}}},
		Status:     corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}},
	}
}

// deployer releases commit c1, which builds image 1, then whatever the test sets; said is what the user has been told.
func deployer(t *testing.T) (d *Deployer, p *engine, said *[]string) {
	t.Helper()
	client := fake.NewClientset()
	p = &engine{
		client: client, config: "config: {}\n", built: image("1"), early: map[string]error{}, fails: map[string]error{}, pretends: map[string]bool{},
	}
	said = &[]string{}
	return &Deployer{
		Pulumi: p, Settings: settings.Default(), Project: project,
		Say:     func(line string) { *said = append(*said, line) },
		Connect: func(context.Context) (kubernetes.Interface, error) { return client, nil },
		Objects: p,
		Images:  &shelf{},
		Drifted: p.drifted,
		Commit:  func(context.Context) (string, error) { return "c" + p.built[len(p.built)-1:], nil },
		Verify:  func(context.Context, verify.Question) error { return nil },
	}, p, said
}

// deployed releases versions one after the other; each is good.
func deployed(t *testing.T, d *Deployer, p *engine, digits ...string) {
	t.Helper()
	for _, digit := range digits {
		p.built = image(digit)
		require.NoError(t, d.Deploy(t.Context()))
	}
	p.calls = nil
}

// states are those of all releases, in order, as "number state image".
func states(t *testing.T, d *Deployer) (found []string) {
	t.Helper()
	releases, err := d.History(t.Context())
	require.NoError(t, err)
	for _, release := range releases {
		found = append(found, fmt.Sprintf("%d %s %s", release.Number, release.State, release.Image[max(0, len(release.Image)-1):]))
	}
	return found
}

// merged is one map with the entries of all.
func merged(all ...map[string]error) map[string]error {
	result := map[string]error{}
	for _, one := range all {
		maps.Copy(result, one)
	}
	return result
}
