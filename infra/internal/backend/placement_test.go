package backend_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

func TestWaysOutAndInAreOpened(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.DNSEgress = true
	s.Egress = []settings.Egress{
		{Peer: settings.Peer{Namespace: "databases"}, Port: 5432, Protocol: "TCP"}, {Peer: settings.Peer{CIDR: "10.0.0.0/8"}, Port: 53, Protocol: "UDP"},
	}
	s.IngressFrom = []settings.Peer{{Namespace: "ingress-nginx"}, {CIDR: "192.0.2.0/24"}}
	policy := record(t, s, false).Resource(t, "network-policy")
	namespace := func(name string) map[string]any {
		return map[string]any{"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": name}}}
	}
	block := func(cidr string) map[string]any { return map[string]any{"ipBlock": map[string]any{"cidr": cidr}} }
	port := func(protocol string, number float64) []any {
		return []any{map[string]any{"protocol": protocol, "port": number}}
	}
	assert.Equal(t, []any{
		map[string]any{"ports": port("TCP", 5432), "to": []any{namespace("databases")}},
		map[string]any{"ports": port("UDP", 53), "to": []any{block("10.0.0.0/8")}},
	}, policy.Text("spec.egress").([]any)[1:], "after the cluster's DNS server")
	assert.Equal(t, []any{
		map[string]any{"ports": port("TCP", 5000), "from": []any{namespace("ingress-nginx"), block("192.0.2.0/24")}},
	}, policy.Text("spec.ingress"))
}

func TestLabelsAndAnnotationsAreOnEveryObject(t *testing.T) {
	t.Parallel()

	s := withSources()
	s.MaxReplicas, s.MetricsNamespace = 5, "monitoring"
	s.Labels = map[string]string{"team": "greeters"}
	s.Annotations = map[string]string{"example.com/owner": "greeters"}
	s.PodAnnotations = map[string]string{"example.com/inject": "false"}
	s.ServiceAccountAnnotations = map[string]string{"example.com/role": "reader"}
	recorded := recordWith(t, s, secrets())
	objects := 0
	for name, kind := range recorded.Types() {
		if kind == "pulumi:providers:kubernetes" || kind == "ashapp:backend:Backend" {
			continue
		}
		objects++
		object := recorded.Resource(t, name)
		assert.Equal(t, "greeters", object.Text("metadata.labels.team"), name)
		assert.Equal(t, "ashapp-backend", object.Text(`metadata.labels["app.kubernetes.io/name"]`), name)
		assert.Equal(t, "greeters", object.Text(`metadata.annotations["example.com/owner"]`), name)
		assert.Equal(t, "true", object.Text(`metadata.annotations["pulumi.com/patchForce"]`), name)
		role := any(nil)
		if name == "service-account" {
			role = "reader"
		}
		assert.Equal(t, role, object.Text(`metadata.annotations["example.com/role"]`), name)
	}
	assert.Equal(t, 10, objects)
	deployment := recorded.Resource(t, "deployment")
	assert.Equal(t, "greeters", deployment.Text("spec.template.metadata.labels.team"))
	assert.Equal(t, map[string]any{"app.kubernetes.io/name": "ashapp-backend"}, deployment.Text("spec.selector.matchLabels"),
		"a Deployment's selector can never change")
	assert.Equal(t, map[string]any{
		"example.com/inject": "false", "prometheus.io/scrape": "true", "prometheus.io/port": "9090", "prometheus.io/path": "/metrics",
	}, deployment.Text("spec.template.metadata.annotations"))
}

func TestPodsGoWhereTheStackFileSays(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.NodeSelector = map[string]string{"pool": "web"}
	s.Tolerations = []settings.Toleration{{Key: "pool", Value: "web", Effect: "NoSchedule"}, {Key: "spot"}}
	s.PriorityClassName, s.RunAsUser = "web", "20000"
	s.ImagePullSecrets = []string{"registry", "mirror"}
	deployment := record(t, s, false).Resource(t, "deployment")
	pod := func(path string) any { return deployment.Text("spec.template.spec." + path) }
	assert.Equal(t, map[string]any{"pool": "web", "kubernetes.io/os": "linux"}, pod("nodeSelector"))
	assert.Equal(t, []any{
		map[string]any{"key": "pool", "operator": "Equal", "value": "web", "effect": "NoSchedule"},
		map[string]any{"key": "spot", "operator": "Exists"},
	}, pod("tolerations"))
	assert.Equal(t, "web", pod("priorityClassName"))
	assert.Equal(t, []any{map[string]any{"name": "registry"}, map[string]any{"name": "mirror"}}, pod("imagePullSecrets"))
	assert.Equal(t, 20000.0, pod("securityContext.runAsUser"))
	assert.Equal(t, 20000.0, pod("securityContext.runAsGroup"))

	s.RunAsUser = ""
	deployment = record(t, s, false).Resource(t, "deployment")
	assert.Nil(t, pod("securityContext.runAsUser"), "the cluster assigns a user")
	assert.Nil(t, pod("securityContext.runAsGroup"))
	assert.Equal(t, true, pod("securityContext.runAsNonRoot"))
}
