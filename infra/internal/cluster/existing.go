package cluster

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/infra/settings/kubeconfig"
)

// newExisting leads to the cluster that the settings name. The state gets the content of the kubeconfig, encrypted, and no path,
// so that whoever can decrypt it can update the stack, from whichever machine.
func newExisting(ctx *pulumi.Context, s settings.Cluster) (*Cluster, error) {
	content, err := kubeconfig.Read(s)
	if err != nil {
		return nil, err
	}
	secret := pulumi.ToSecret(pulumi.String(content)).(pulumi.StringOutput)
	provider, err := kubernetes.NewProvider(ctx, "kubernetes", &kubernetes.ProviderArgs{
		Kubeconfig: secret,
		// Other credentials, or another address, are no other cluster, for which everything would be replaced. Whether it is the
		// same is looked at below.
		ClusterIdentifier: pulumi.String(settings.Existing),
	})
	if err != nil {
		return nil, fmt.Errorf("declaring the provider of the existing cluster: %w", err)
	}
	same, err := confirm(ctx, provider)
	if err != nil {
		return nil, err
	}
	cluster := &Cluster{Options: []pulumi.ResourceOption{pulumi.Provider(provider), pulumi.DependsOnInputs(same)}}
	if s.Kubeconfig != "" {
		cluster.Kubeconfig = secret.ToStringPtrOutput()
	}
	return cluster, nil
}

// confirm keeps the identity of the first cluster that the stack has reached. What it returns fails where another one answers now:
// nothing that waits for it is then changed.
func confirm(ctx *pulumi.Context, provider pulumi.ProviderResource) (pulumi.ResourceArrayOutput, error) {
	kubeSystem := corev1.Namespace{}
	err := ctx.ReadResource("kubernetes:core/v1:Namespace", "kube-system", pulumi.ID("kube-system"), pulumi.Map{
		// What is stated is all that the state takes for its inputs. GetNamespace would state nothing, and mean everything.
		"apiVersion": pulumi.String("v1"), "kind": pulumi.String("Namespace"),
	}, &kubeSystem, pulumi.Provider(provider))
	if err != nil {
		return pulumi.ResourceArrayOutput{}, fmt.Errorf("asking the existing cluster for its identity: %w", err)
	}
	identity := kubeSystem.Metadata.Uid().Elem()
	stash, err := pulumi.NewStash(ctx, settings.ClusterIdentity, &pulumi.StashArgs{Input: identity},
		pulumi.IgnoreChanges([]string{"input"})) // the first one is kept
	if err != nil {
		return pulumi.ResourceArrayOutput{}, fmt.Errorf("declaring the identity of the existing cluster: %w", err)
	}
	return pulumi.All(identity, stash.Output).ApplyT(func(both []any) ([]pulumi.Resource, error) {
		if both[0] != both[1] {
			return nil, fmt.Errorf("this is another cluster: the stack was deployed to the one whose kube-system has the UID %v, and the "+
				"kubeconfig leads to %v: set cluster.context, or take the stack down there first", both[1], both[0])
		}
		return []pulumi.Resource{stash}, nil
	}).(pulumi.ResourceArrayOutput), nil
}
