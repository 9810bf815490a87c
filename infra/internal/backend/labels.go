package backend

import (
	"maps"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// selector picks the backend's pods. A Deployment's selector can never change, so it holds no more than it needs.
func selector() pulumi.StringMap {
	return pulumi.StringMap{"app.kubernetes.io/name": pulumi.String(name)}
}

// labels are Kubernetes' recommended ones, without the version: the image's digest says more, and is stated with it. The
// namespace tells instances on one cluster apart.
func labels(namespace pulumi.StringInput) pulumi.StringMap {
	recommended := pulumi.StringMap{
		"app.kubernetes.io/instance":   namespace,
		"app.kubernetes.io/part-of":    pulumi.String("ashapp"),
		"app.kubernetes.io/component":  pulumi.String("backend"),
		"app.kubernetes.io/managed-by": pulumi.String("pulumi"),
	}
	maps.Copy(recommended, selector())
	return recommended
}

// metadata names an object in a namespace and labels it.
func metadata(objectName string, namespace pulumi.StringInput) *metav1.ObjectMetaArgs {
	return &metav1.ObjectMetaArgs{
		Name: pulumi.String(objectName), Namespace: namespace.ToStringOutput().ToStringPtrOutput(), Labels: labels(namespace),
	}
}
