package backend_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

func TestNamespaceRefusesPodsThatAreNotConfined(t *testing.T) {
	t.Parallel()

	labels := record(t, settings.Default().Backend, false).Resource(t, "namespace").Text("metadata.labels").(map[string]any)
	for _, mode := range []string{"enforce", "warn", "audit"} {
		assert.Equal(t, "restricted", labels["pod-security.kubernetes.io/"+mode], mode)
		assert.Regexp(t, `^v1\.\d+$`, labels["pod-security.kubernetes.io/"+mode+"-version"], mode)
	}
}

func TestServiceAccountHasNoToken(t *testing.T) {
	t.Parallel()

	recorded := record(t, settings.Default().Backend, false)
	assert.Equal(t, false, recorded.Resource(t, "service-account").Text("automountServiceAccountToken"))
	assert.True(t, dependsOn(recorded.Resource(t, "deployment"), "ServiceAccount::service-account"),
		"a pod is refused while its ServiceAccount does not exist")
}

func TestOnlyTheBackendsPortIsOpen(t *testing.T) {
	t.Parallel()

	recorded := record(t, settings.Default().Backend, false)
	deny, allow := recorded.Resource(t, "default-deny"), recorded.Resource(t, "network-policy")
	assert.Equal(t, map[string]any{"podSelector": map[string]any{}, "policyTypes": []any{"Ingress", "Egress"}}, deny.Text("spec"),
		"no rule and every pod: nothing in, nothing out")
	assert.Equal(t, map[string]any{
		"podSelector": map[string]any{"matchLabels": recorded.Resource(t, "deployment").Text("spec.selector.matchLabels")},
		"policyTypes": []any{"Ingress", "Egress"},
		"ingress":     []any{map[string]any{"ports": []any{map[string]any{"protocol": "TCP", "port": float64(contract.Port)}}}},
	}, allow.Text("spec"))
}

func TestMetricsAreForOneNamespace(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.MetricsNamespace = "monitoring"
	recorded := record(t, s, false)
	deployment := recorded.Resource(t, "deployment")
	assert.Contains(t, deployment.Text("spec.template.spec.containers[0].env"), map[string]any{"name": "ADMIN_ADDRESS", "value": ":9090"})
	assert.Contains(t, deployment.Text("spec.template.spec.containers[0].ports"), map[string]any{"name": "admin", "containerPort": 9090.0})
	assert.Equal(t, map[string]any{
		"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "prometheus.io/path": "/metrics",
	}, deployment.Text("spec.template.metadata.annotations"))
	assert.Equal(t, map[string]any{
		"ports": []any{map[string]any{"protocol": "TCP", "port": 9090.0}},
		"from": []any{map[string]any{"namespaceSelector": map[string]any{
			"matchLabels": map[string]any{"kubernetes.io/metadata.name": "monitoring"},
		}}},
	}, recorded.Resource(t, "network-policy").Text("spec.ingress[1]"))
}

func TestOnlyTheDNSServerMayBeAskedIfAnything(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.DNSEgress = true
	assert.Equal(t, []any{map[string]any{
		"ports": []any{map[string]any{"protocol": "UDP", "port": 53.0}, map[string]any{"protocol": "TCP", "port": 53.0}},
		"to": []any{map[string]any{
			"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": "kube-system"}},
			"podSelector":       map[string]any{"matchLabels": map[string]any{"k8s-app": "kube-dns"}},
		}},
	}}, record(t, s, false).Resource(t, "network-policy").Text("spec.egress"))
}

func TestRolloutFollowsTheSettings(t *testing.T) {
	t.Parallel()

	for surge, want := range map[string]any{"1": 1.0, "25%": "25%"} {
		s := settings.Default().Backend
		s.MaxSurge, s.MinReadySeconds, s.RevisionHistoryLimit, s.AppArmorProfile = surge, 7, 5, "RuntimeDefault"
		deployment := record(t, s, false).Resource(t, "deployment")
		assert.Equal(t, want, deployment.Text("spec.strategy.rollingUpdate.maxSurge"))
		assert.Equal(t, 7.0, deployment.Text("spec.minReadySeconds"))
		assert.Equal(t, 5.0, deployment.Text("spec.revisionHistoryLimit"))
		assert.Equal(t, "RuntimeDefault", deployment.Text("spec.template.spec.securityContext.appArmorProfile.type"))
	}
}

func TestAutoscalerChoosesTheNumberOfPods(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.Replicas, s.MaxReplicas, s.TargetCPUPercent = 3, 9, 60
	recorded := record(t, s, false)
	deployment, autoscaler := recorded.Resource(t, "deployment"), recorded.Resource(t, "autoscaler")
	assert.NotContains(t, deployment.Text("spec"), "replicas", "an update must not undo the autoscaler's choice")
	assert.Equal(t, []string{"spec.replicas"}, deployment.Request.GetIgnoreChanges(), "and not unset it either, which means one pod")
	assert.Equal(t, map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": deployment.Text("metadata.name")},
		autoscaler.Text("spec.scaleTargetRef"))
	assert.Equal(t, []any{3.0, 9.0, 60.0}, []any{
		autoscaler.Text("spec.minReplicas"), autoscaler.Text("spec.maxReplicas"),
		autoscaler.Text("spec.metrics[0].resource.target.averageUtilization"),
	})
}

func TestDisruptionsTakeOnePodAtATime(t *testing.T) {
	t.Parallel()

	recorded := record(t, settings.Default().Backend, false)
	assert.Equal(t, map[string]any{
		"maxUnavailable":             1.0,
		"unhealthyPodEvictionPolicy": "AlwaysAllow",
		"selector":                   map[string]any{"matchLabels": recorded.Resource(t, "deployment").Text("spec.selector.matchLabels")},
	}, recorded.Resource(t, "disruption-budget").Text("spec"))
}

func TestPodsKeepApart(t *testing.T) {
	t.Parallel()

	deployment := record(t, settings.Default().Backend, false).Resource(t, "deployment")
	labels := map[string]any{"matchLabels": deployment.Text("spec.selector.matchLabels")}
	var wanted []any
	for _, key := range []string{"kubernetes.io/hostname", "topology.kubernetes.io/zone"} {
		wanted = append(wanted, map[string]any{
			"topologyKey": key, "maxSkew": 1.0, "whenUnsatisfiable": "ScheduleAnyway",
			"labelSelector": labels, "matchLabelKeys": []any{"pod-template-hash"},
		})
	}
	assert.Equal(t, wanted, deployment.Text("spec.template.spec.topologySpreadConstraints"))
	assert.Equal(t, []any{map[string]any{
		"weight": 100.0, "podAffinityTerm": map[string]any{"topologyKey": "kubernetes.io/hostname", "labelSelector": labels},
	}}, deployment.Text("spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution"))
}
