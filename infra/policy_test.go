package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/policy"
)

// rendered gives the backend's manifests on every stack, as it is committed and with what it leaves off switched on.
func rendered(t *testing.T) map[string][]map[string]any {
	t.Helper()
	existing := onSomeCluster(t)
	const options = `"namespace":"elsewhere","replicas":3,"maxReplicas":9,"maxSurge":1,"minReadySeconds":5,"memoryLimit":"100M","memoryRequest":"100M",` +
		`"dnsEgress":true,"appArmorProfile":"RuntimeDefault","metricsNamespace":"monitoring",` +
		`"env":{"PLAIN":"a","DATABASE_PASSWORD":{"secret":"password"},"TOKEN":{"fromSecret":"a/b"},"LEVEL":{"fromConfigMap":"a/b"},"POD":{"field":"metadata.name"}},` +
		`"files":{"/etc/app/plain":"a","/etc/app/key":{"secret":"password"},"/etc/app/token":{"fromSecret":"a/b"},"/etc/app/level":{"fromConfigMap":"a/b"}},` +
		`"tmpSize":"16Mi","egress":[{"namespace":"databases","port":5432},{"cidr":"10.0.0.0/8","port":53,"protocol":"UDP"}],` +
		`"ingressFrom":[{"namespace":"ingress-nginx"},{"cidr":"192.168.0.0/16"}],"labels":{"team":"greeters"},"annotations":{"example.com/owner":"greeters"},` +
		`"podAnnotations":{"example.com/inject":"false"},"serviceAccountAnnotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/a"},` +
		`"nodeSelector":{"pool":"web"},"tolerations":[{"key":"pool","value":"web","effect":"NoSchedule"},{"key":"spot"}],` +
		`"priorityClassName":"web","imagePullSecrets":["registry"]`

	const secrets = `{"password":"canary"}`

	manifests := map[string][]map[string]any{}
	for _, test := range []struct {
		name, stack string
		override    map[string]string
	}{
		{"dev", "dev", nil},
		{"dev with options", "dev", map[string]string{"backend": "{" + options + "}", "secrets": secrets}},
		{"airgap", "airgap", nil},
		{"airgap with options", "airgap", map[string]string{"backend": "{" + options + "}", "secrets": secrets}},
		{"prod", "prod", map[string]string{"cluster": existing}},
		{"prod with options", "prod", map[string]string{
			"cluster": existing, "secrets": secrets, "backend": `{"serviceType":"ClusterIP","url":"https://backend.example/",` + options + "}",
		}},
	} {
		recorded, _, err := record(t, test.stack, test.override, false)
		require.NoError(t, err, test.name)
		manifests[test.name] = recorded.Manifests(t, "ashapp:backend:Backend")
	}
	return manifests
}

func TestNoStackBreaksARule(t *testing.T) {
	t.Parallel()

	for stack, manifests := range rendered(t) {
		findings, err := policy.Check(manifests, policy.Waivers())
		require.NoError(t, err, stack)
		for _, finding := range findings {
			t.Errorf("%s: %s", stack, finding)
		}
	}
}

// A waiver that no stack needs hides the next mistake.
func TestEveryWaiverIsNeededBySomeStack(t *testing.T) {
	t.Parallel()

	var needed []string
	for stack, manifests := range rendered(t) {
		findings, err := policy.Check(manifests, nil)
		require.NoError(t, err, stack)
		for _, finding := range findings {
			needed = append(needed, finding.Rule)
		}
	}
	for _, waiver := range policy.Waivers() {
		assert.True(t, slices.Contains(needed, waiver.Rule), "no stack needs the waiver of %s", waiver.Rule)
	}
}
