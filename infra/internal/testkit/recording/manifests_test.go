package recording_test

import (
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
)

func TestManifestsAreTheObjectsOfAComponent(t *testing.T) {
	t.Parallel()

	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		component := &pulumi.ResourceState{}
		if err := ctx.RegisterComponentResource("test:index:App", "app", component); err != nil {
			return err
		}
		if err := declareService(ctx, "service", pulumi.Parent(component)); err != nil {
			return err
		}
		return declareService(ctx, "elsewhere")
	}, false)
	require.NoError(t, err)
	assert.Equal(t, []map[string]any{{
		"apiVersion": "v1", "kind": "Service",
		"metadata": map[string]any{"name": "service"},
		"spec":     map[string]any{"ports": []any{map[string]any{"port": int64(80)}}},
	}}, recorded.Manifests(t, "test:index:App"))
}

func declareService(ctx *pulumi.Context, name string, options ...pulumi.ResourceOption) error {
	_, err := corev1.NewService(ctx, name, &corev1.ServiceArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(name)},
		Spec:     &corev1.ServiceSpecArgs{Ports: corev1.ServicePortArray{&corev1.ServicePortArgs{Port: pulumi.Int(80)}}},
	}, options...)
	return err
}
