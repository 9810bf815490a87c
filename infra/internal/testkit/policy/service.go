package policy

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func serviceRules() []rule {
	return []rule{
		{
			name: "service-reaches-pods", check: each(serviceReachesPods),
			why:    "a Service whose selector or port is off by a letter is accepted and reaches nobody",
			covers: []string{"kube-linter/dangling-service", "kube-linter/invalid-target-ports", "kube-score/service-targets-pod"},
		},
		{
			name: "service-exposure", check: each(serviceExposure),
			why:    "the backend is reached inside the cluster and on its node port, in no other way",
			covers: trivy("0108"),
		},
		{
			name: "no-node-port", check: each(noNodePort),
			why:    "a port of every node lets past whatever an Ingress or a Gateway would check",
			covers: []string{"kube-linter/exposed-services", "kube-score/service-type"},
		},
	}
}

func serviceReachesPods(all objects, service *corev1.Service, report reporter) {
	var pods []*corev1.PodSpec
	for _, deployment := range of[*appsv1.Deployment](all) {
		if deployment.Namespace == service.Namespace && selects(service.Spec.Selector, deployment.Spec.Template.Labels) {
			pods = append(pods, &deployment.Spec.Template.Spec)
		}
	}
	if len(pods) != 1 {
		report("the selector must be labels of the Deployment's pods")
		return
	}
	if len(service.Spec.Ports) == 0 {
		report("ports must be set")
	}
	for _, port := range service.Spec.Ports {
		target := port.TargetPort
		if target == (intstr.IntOrString{}) {
			target = intstr.FromInt32(port.Port) // as the API server does
		}
		for i := range pods[0].Containers {
			if portNumber(&pods[0].Containers[i], target) != contract.Port {
				report("targetPort %s must be the pods' port %d", target.String(), contract.Port)
			}
		}
		if port.Protocol != "" && port.Protocol != corev1.ProtocolTCP {
			report("port %d must be TCP", port.Port)
		}
	}
	if service.Spec.PublishNotReadyAddresses {
		report("publishNotReadyAddresses must not be true: pods that drain would get requests")
	}
}

func serviceExposure(_ objects, service *corev1.Service, report reporter) {
	spec := service.Spec
	if spec.Type != "" && spec.Type != corev1.ServiceTypeClusterIP && spec.Type != corev1.ServiceTypeNodePort {
		report("type must be NodePort or ClusterIP, not %s", spec.Type)
	}
	if len(spec.ExternalIPs) > 0 || spec.ExternalName != "" || len(spec.LoadBalancerSourceRanges) > 0 ||
		spec.LoadBalancerClass != nil || spec.HealthCheckNodePort != 0 {
		report("externalIPs, externalName and what is for load balancers must not be set")
	}
	if spec.SessionAffinity != "" && spec.SessionAffinity != corev1.ServiceAffinityNone {
		report("sessionAffinity must be None: a client of a pod that goes must come to another one")
	}
	for _, port := range spec.Ports {
		switch {
		case spec.Type != corev1.ServiceTypeNodePort && port.NodePort != 0:
			report("nodePort must not be set where the type is not NodePort")
		case spec.Type == corev1.ServiceTypeNodePort && (port.NodePort < 30000 || port.NodePort > 32767):
			report("nodePort must be set, from 30000 to 32767, the API server's default range")
		}
	}
}

func noNodePort(_ objects, service *corev1.Service, report reporter) {
	if service.Spec.Type == corev1.ServiceTypeNodePort {
		report("type must not be NodePort")
	}
}
