package kube

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/diff"
)

// settings is the provider's configuration.
type settings struct {
	access cluster.Access
	// unknown is set while the cluster to use depends on what does not exist yet.
	unknown bool
	// deleteUnreachable takes resources of an unreachable cluster for deleted.
	deleteUnreachable bool
	// skipUpdateUnreachable leaves resources of an unreachable cluster as they are.
	skipUpdateUnreachable bool
	// force takes fields from other managers for all resources.
	force bool
	diff  diff.Options
}

// known names the provider inputs that have an effect here, or whose only
// effect is to silence warnings that are never given here.
var known = map[resource.PropertyKey]bool{
	"kubeconfig": true, "context": true, "cluster": true, "namespace": true, "version": true,
	"clusterIdentifier": true, "deleteUnreachable": true, "skipUpdateUnreachable": true,
	"enablePatchForce": true, "enableConfigMapMutable": true, "enableSecretMutable": true,
	"enableServerSideApply": true, "upsertExistingObjects": true,
	"suppressDeprecationWarnings": true, "suppressHelmHookWarnings": true,
}

// unsupported returns why an input cannot be honoured, or "".
func unsupported(key resource.PropertyKey, value resource.PropertyValue) string {
	switch {
	case !known[key]:
		return fmt.Sprintf("the stand-in for air-gapped machines does not support the provider input %q", key)
	case key == "enableServerSideApply" && isFalse(value):
		return "the stand-in for air-gapped machines always uses server-side apply: remove enableServerSideApply"
	case key == "upsertExistingObjects" && isFalse(value):
		return "the stand-in for air-gapped machines always updates existing objects: remove upsertExistingObjects"
	default:
		return ""
	}
}

// readSettings takes the inputs that CheckConfig let pass. Switches that are
// not among them come from the environment variables of the official provider.
func readSettings(inputs resource.PropertyMap, getenv func(string) string) (settings, error) {
	access, unknown, err := readAccess(inputs)
	if err != nil {
		return settings{}, err
	}
	on := func(key resource.PropertyKey, variable string) bool {
		if value, set := inputs[key]; set && !value.IsNull() {
			return isTrue(value)
		}
		return getenv(variable) == "true"
	}
	return settings{
		access:                access,
		unknown:               unknown,
		deleteUnreachable:     on("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
		skipUpdateUnreachable: on("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
		force:                 on("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
		diff: diff.Options{
			ConfigMapMutable: on("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
			SecretMutable:    on("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
		},
	}, nil
}

// readAccess returns the inputs that choose the cluster. unknown is set when
// one of them is not known yet.
func readAccess(inputs resource.PropertyMap) (access cluster.Access, unknown bool, err error) {
	for key, field := range map[resource.PropertyKey]*string{
		"kubeconfig": &access.Kubeconfig,
		"context":    &access.Context,
		"cluster":    &access.Cluster,
		"namespace":  &access.Namespace,
	} {
		value := reveal(inputs[key])
		switch {
		case value.ContainsUnknowns():
			unknown = true
		case value.IsNull():
		case value.IsString():
			*field = value.StringValue()
		case key == "kubeconfig" && value.IsObject():
			content, err := json.Marshal(value.ObjectValue().MapRepl(nil, nil))
			if err != nil {
				return cluster.Access{}, false, fmt.Errorf("encoding the kubeconfig: %w", err)
			}
			*field = string(content)
		default:
			return cluster.Access{}, false, fmt.Errorf("provider input %q is a %s, want a string", key, value.TypeString())
		}
	}
	return access, unknown, nil
}

func reveal(value resource.PropertyValue) resource.PropertyValue {
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	return value
}

// The engine sends the switches of a provider as strings.
func isTrue(value resource.PropertyValue) bool {
	value = reveal(value)
	return value.IsBool() && value.BoolValue() || value.IsString() && value.StringValue() == "true"
}

func isFalse(value resource.PropertyValue) bool {
	value = reveal(value)
	return value.IsBool() && !value.BoolValue() || value.IsString() && value.StringValue() == "false"
}
