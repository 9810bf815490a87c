package deploy

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/internal/rollout"
	"github.com/ashwanth01/ashapp-backend/infra/internal/settings"
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

// verify asks the backend over HTTP whether it is what was deployed.
func (d *Deployer) verify(ctx context.Context, deployed settings.Settings, commit string) error {
	return d.Verify(ctx, d.url(deployed), deployed.Backend.Greeting, commit)
}

// complete fills in what only the cluster knows: the image, by which the release can be deployed again.
func (d *Deployer) complete(ctx context.Context, release *Release, deployed settings.Settings) error {
	client, err := d.Connect(ctx)
	if err != nil || client == nil {
		return err
	}
	deployment, err := client.AppsV1().Deployments(deployed.Backend.Namespace).Get(ctx, deploymentName, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("looking at the Deployment %s/%s: %w", deployed.Backend.Namespace, deploymentName, err)
	}
	release.Image = deployment.Spec.Template.Spec.Containers[0].Image
	pinned, err := settings.PinImage([]byte(release.Config), d.Project, release.Image)
	release.Config = string(pinned)
	return err
}
