package object

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// Kind returns the Kubernetes kind of a resource type such as
// "kubernetes:apps/v1:Deployment"; "core/v1" is Pulumi's name for "v1".
func Kind(urn resource.URN) (schema.GroupVersionKind, error) {
	parts := strings.Split(string(urn.Type()), ":")
	if len(parts) != 3 || parts[0] != "kubernetes" {
		return schema.GroupVersionKind{}, fmt.Errorf("%s is not a resource type of the kubernetes provider", urn.Type())
	}
	groupVersion, err := schema.ParseGroupVersion(parts[1])
	if err != nil {
		return schema.GroupVersionKind{}, fmt.Errorf("parsing the resource type %s: %w", urn.Type(), err)
	}
	if groupVersion.Group == "core" {
		groupVersion.Group = ""
	}
	return groupVersion.WithKind(parts[2]), nil
}

// Namespaced reports whether objects of a kind that is built into Kubernetes
// live in a namespace. known is false for every other kind: only the API
// server can tell.
func Namespaced(kind schema.GroupVersionKind) (namespaced, known bool) {
	if !scheme.Scheme.Recognizes(kind) && kind.Kind != "CustomResourceDefinition" {
		return false, false
	}
	return !slices.Contains(clusterWide[kind.Group], kind.Kind), true
}

// clusterWide lists the built-in kinds outside namespaces by API group, as
// `kubectl api-resources --namespaced=false` does for Kubernetes 1.34.
var clusterWide = map[string][]string{
	"":                             {"Namespace", "Node", "PersistentVolume", "ComponentStatus"},
	"admissionregistration.k8s.io": {"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"},
	"apiextensions.k8s.io":         {"CustomResourceDefinition"},
	"authentication.k8s.io":        {"SelfSubjectReview", "TokenReview"},
	"authorization.k8s.io":         {"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"},
	"certificates.k8s.io":          {"CertificateSigningRequest", "ClusterTrustBundle"},
	"flowcontrol.apiserver.k8s.io": {"FlowSchema", "PriorityLevelConfiguration"},
	"internal.apiserver.k8s.io":    {"StorageVersion"},
	"networking.k8s.io":            {"IPAddress", "IngressClass", "ServiceCIDR"},
	"node.k8s.io":                  {"RuntimeClass"},
	"rbac.authorization.k8s.io":    {"ClusterRole", "ClusterRoleBinding"},
	"resource.k8s.io":              {"DeviceClass", "DeviceTaintRule", "ResourceSlice"},
	"scheduling.k8s.io":            {"PriorityClass"},
	"storage.k8s.io":               {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"},
	"storagemigration.k8s.io":      {"StorageVersionMigration"},
}
