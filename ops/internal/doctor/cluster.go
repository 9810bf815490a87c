package doctor

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/util/version"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// Cluster looks at the cluster that a stack deploys to.
type Cluster struct {
	// Connect leads to it; nil where it is not there yet.
	Connect func(ctx context.Context) (kubernetes.Interface, error)
	// Backend is what is deployed.
	Backend settings.Backend

	client kubernetes.Interface // once it has answered
}

// Checks are the looks at the cluster, in an order in which each can go on from the one before.
func (c *Cluster) Checks() []Check {
	return []Check{{"cluster", c.reach}, {"version", c.version}, {"rights", c.rights}}
}

// errNotReached is for looks that need a cluster that answers.
const errNotReached = NotLookedAtError("the cluster does not answer")

func (c *Cluster) reach(ctx context.Context) (string, error) {
	client, err := c.Connect(ctx)
	if err != nil {
		return "", err
	}
	if client == nil {
		return "", NotLookedAtError("it is not there yet: ashapp up makes it")
	}
	if _, err := client.Discovery().ServerVersion(); err != nil {
		return "", fmt.Errorf("its API server does not answer: %w: see whether it runs, and whether the kubeconfig is the right one", err)
	}
	c.client = client
	return "its API server answers", nil
}

func (c *Cluster) version(context.Context) (string, error) {
	if c.client == nil {
		return "", errNotReached
	}
	found, err := c.client.Discovery().ServerVersion()
	if err != nil {
		return "", fmt.Errorf("asking the API server for its version: %w", err)
	}
	parsed, err := version.ParseGeneric(found.GitVersion)
	if err != nil {
		return "", fmt.Errorf("the API server says that it is version %q: %w", found.GitVersion, err)
	}
	if !parsed.AtLeast(version.MustParseGeneric(settings.OldestKubernetes)) {
		return "", fmt.Errorf("the cluster runs Kubernetes %s, and the pods need %s or later: upgrade it", found.GitVersion, settings.OldestKubernetes)
	}
	return "Kubernetes " + found.GitVersion, nil
}
