package ready

import (
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// service is ready when its endpoints are, and an address is there if it asks
// for a load balancer. Without any endpoint it is ready once nothing has
// changed for a while: a selector may match no Pod on purpose. The official
// provider settles in every case; ready endpoints need no such patience.
func service(snapshot Snapshot) (Verdict, error) {
	object, err := as[corev1.Service](snapshot.Object)
	if err != nil {
		return Verdict{}, err
	}
	balancer := object.Spec.Type == corev1.ServiceTypeLoadBalancer
	addressed := !balancer || len(object.Status.LoadBalancer.Ingress) > 0
	ready, pending, err := endpoints(object.Name, snapshot.Related[endpointSlices])
	if err != nil {
		return Verdict{}, err
	}
	alone := object.Spec.Type == corev1.ServiceTypeExternalName || object.Spec.ClusterIP == corev1.ClusterIPNone ||
		len(object.Spec.Selector) == 0
	served := alone || pending == 0 && (ready > 0 || snapshot.Settled)
	var verdict Verdict
	switch {
	case served && addressed:
		return Verdict{Ready: true, Progress: "Service initialization complete"}, nil
	case served:
		verdict.Progress = "[2/3] Attempting to allocate IP address to Service"
	default:
		verdict.Progress = "[1/3] Finding Pods to direct traffic to"
	}
	if !alone && ready == 0 {
		verdict.Reasons = append(verdict.Reasons, "Service does not target any Pods. Selected Pods may not be ready, "+
			"or field '.spec.selector' may not match labels on any Pods")
	}
	if !addressed {
		verdict.Reasons = append(verdict.Reasons,
			"Service was not allocated an IP address; does your cloud provider support this?")
	}
	return verdict, nil
}

// endpoints counts the endpoints of a Service; Pods that are going away are
// neither ready nor pending.
func endpoints(service string, slices []*unstructured.Unstructured) (ready, pending int, err error) {
	for _, object := range slices {
		if object.GetLabels()[discoveryv1.LabelServiceName] != service {
			continue
		}
		slice, err := as[discoveryv1.EndpointSlice](object)
		if err != nil {
			return 0, 0, err
		}
		for _, endpoint := range slice.Endpoints {
			conditions := endpoint.Conditions
			switch {
			case conditions.Ready == nil || *conditions.Ready:
				ready++
			case conditions.Terminating == nil || !*conditions.Terminating:
				pending++
			}
		}
	}
	return ready, pending, nil
}

func ingress(snapshot Snapshot) (Verdict, error) {
	object, err := as[networkingv1.Ingress](snapshot.Object)
	if err != nil {
		return Verdict{}, err
	}
	if len(object.Status.LoadBalancer.Ingress) > 0 {
		return Verdict{Ready: true, Progress: "Ingress initialization complete"}, nil
	}
	return Verdict{
		Progress: "Waiting for an address for the Ingress",
		Reasons:  []string{"Ingress .status.loadBalancer field was not updated with a hostname/IP address."},
	}, nil
}
