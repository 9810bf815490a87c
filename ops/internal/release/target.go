package release

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/rollout"
)

// deploymentName and selector are those of internal/backend.
const (
	deploymentName = "ashapp-backend"
	selector       = "app.kubernetes.io/name=" + deploymentName
)

func target(s settings.Settings) rollout.Target {
	return rollout.Target{Namespace: s.Backend.Namespace, Name: deploymentName, Selector: selector}
}

func (d *Deployer) url(s settings.Settings) string {
	if d.URL != "" {
		return d.URL
	}
	return s.URL()
}

// settingsOf reads the settings in the content of a stack file.
func (d *Deployer) settingsOf(config string) (settings.Settings, error) {
	values, secretKeys, err := settings.ParseStackFile([]byte(config))
	if err != nil {
		return settings.Settings{}, err
	}
	return settings.Load(d.Project, values, secretKeys)
}

// live is the Deployment on the cluster; nil where there is none.
func (d *Deployer) live(ctx context.Context) (*appsv1.Deployment, error) {
	client, err := d.Connect(ctx)
	if err != nil || client == nil {
		return nil, err
	}
	namespace := d.Settings.Backend.Namespace
	deployment, err := client.AppsV1().Deployments(namespace).Get(ctx, deploymentName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking at the Deployment %s/%s: %w", namespace, deploymentName, err)
	}
	return deployment, nil
}

// healthy tells whether all pods of a Deployment are of its latest version, and available.
func healthy(deployment *appsv1.Deployment) bool {
	status := deployment.Status
	return status.ObservedGeneration == deployment.Generation && status.UpdatedReplicas == status.Replicas &&
		status.AvailableReplicas == status.Replicas && status.Replicas > 0
}

func imageOf(deployment *appsv1.Deployment) string {
	return deployment.Spec.Template.Spec.Containers[0].Image
}
