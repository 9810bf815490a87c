package backend

import (
	"maps"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// selector picks the backend's pods.
func selector() pulumi.StringMap { return pulumi.ToStringMap(settings.SelectorLabels()) }

func labels(s settings.Backend, namespace pulumi.StringInput) pulumi.StringMap {
	all := pulumi.ToStringMap(s.Labels)
	maps.Copy(all, pulumi.ToStringMap(settings.Labels()))
	all[settings.InstanceLabel] = namespace
	return all
}

// annotations go with every object. What the stack states counts, whoever has changed it since: an update would otherwise fail
// on a field that somebody has taken over.
func annotations(s settings.Backend) pulumi.StringMap {
	all := pulumi.ToStringMap(s.Annotations)
	all["pulumi.com/patchForce"] = pulumi.String("true")
	return all
}

// metadata names an object in a namespace, labels and annotates it.
func metadata(s settings.Backend, objectName string, namespace pulumi.StringInput) *metav1.ObjectMetaArgs {
	return &metav1.ObjectMetaArgs{
		Name: pulumi.String(objectName), Namespace: namespace.ToStringOutput().ToStringPtrOutput(),
		Labels: labels(s, namespace), Annotations: annotations(s),
	}
}
