package kube_test

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

func urn(token string) string { return "urn:pulumi:s::p::" + token + "::web" }

func structOf(t *testing.T, fields map[string]any) *structpb.Struct {
	t.Helper()
	made, err := structpb.NewStruct(fields)
	require.NoError(t, err)
	return made
}

func TestCheckRefusesResourceTypesThatAreNoObjects(t *testing.T) {
	t.Parallel()
	provider := start(t)
	for _, token := range []string{
		"kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart", "kubernetes:yaml:ConfigFile",
		"kubernetes:yaml/v2:ConfigGroup", "kubernetes:kustomize:Directory", "kubernetes:kustomize/v2:Directory",
		"kubernetes:apps/v1:DeploymentPatch", "kubernetes:core/v1:ConfigMapList",
	} {
		_, err := provider.client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn(token)})
		require.ErrorContains(t, err, token+" is not supported by the stand-in for air-gapped machines: it knows")
	}
}

func TestFunctionsMethodsComponentsAndSchemaAreRefusedByName(t *testing.T) {
	t.Parallel()
	client := start(t).client
	_, err := client.Invoke(t.Context(), &pulumirpc.InvokeRequest{Tok: "kubernetes:yaml:decode"})
	require.ErrorContains(t, err, "the function kubernetes:yaml:decode is not supported")
	_, err = client.Call(t.Context(), &pulumirpc.CallRequest{Tok: "kubernetes:x:y"})
	require.ErrorContains(t, err, "the method kubernetes:x:y is not supported")
	_, err = client.Construct(t.Context(), &pulumirpc.ConstructRequest{Type: "kubernetes:helm.sh/v4:Chart"})
	require.ErrorContains(t, err, "kubernetes:helm.sh/v4:Chart is not supported")
	_, err = client.GetSchema(t.Context(), &pulumirpc.GetSchemaRequest{})
	require.ErrorContains(t, err, "the schema of the kubernetes package is not supported")
}

func TestCheckNamesWhatIsWrongWithInputs(t *testing.T) {
	t.Parallel()
	provider := start(t)
	annotated := func(name, value string) map[string]any {
		return map[string]any{"apiVersion": "apps/v1", "kind": "Deployment",
			"metadata": map[string]any{"annotations": map[string]any{name: value}}}
	}
	for name, test := range map[string]struct {
		inputs           map[string]any
		property, reason string
	}{
		"unknown field": {
			map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "spec": map[string]any{"replica": 2}},
			"", `unknown field "spec.replica"`,
		},
		"another kind than the type says": {
			map[string]any{"apiVersion": "v1", "kind": "Pod"}, "kind", `is "Pod", but the resource type says "Deployment"`,
		},
		"generateName": {
			map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"generateName": "web-"}},
			"metadata.generateName", "leave the name to Pulumi or set it",
		},
		"annotation without effect": {
			annotated("pulumi.com/waitFor", "condition=Ready"), "metadata.annotations", "does not support pulumi.com/waitFor",
		},
		"timeout that is no number": {
			annotated("pulumi.com/timeoutSeconds", "long"), "metadata.annotations", "set it to a positive number of whole seconds",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := provider.client.Check(t.Context(), &pulumirpc.CheckRequest{
				Urn: urn("kubernetes:apps/v1:Deployment"), News: structOf(t, test.inputs),
			})
			require.NoError(t, err)
			require.Len(t, response.GetFailures(), 1)
			assert.Equal(t, test.property, response.GetFailures()[0].GetProperty())
			assert.Contains(t, response.GetFailures()[0].GetReason(), test.reason)
		})
	}
}

func TestCheckConfigRefusesInputsWithoutEffect(t *testing.T) {
	t.Parallel()
	provider := start(t)
	response, err := provider.client.CheckConfig(t.Context(), &pulumirpc.CheckRequest{News: structOf(t, map[string]any{
		"renderYamlToDirectory": "out", "enableServerSideApply": "false", "helmReleaseSettings": "{}",
		"namespace": "probe", "enablePatchForce": "true", "suppressDeprecationWarnings": "true",
	})})
	require.NoError(t, err)
	var refused []string
	for _, failure := range response.GetFailures() {
		refused = append(refused, failure.GetProperty())
	}
	assert.Equal(t, []string{"enableServerSideApply", "helmReleaseSettings", "renderYamlToDirectory"}, refused)
}
