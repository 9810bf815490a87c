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
		`"dnsEgress":true,"appArmorProfile":"RuntimeDefault","metricsNamespace":"monitoring"`

	manifests := map[string][]map[string]any{}
	for _, test := range []struct {
		name, stack string
		override    map[string]string
	}{
		{"dev", "dev", nil},
		{"dev with options", "dev", map[string]string{"backend": "{" + options + "}"}},
		{"airgap", "airgap", nil},
		{"airgap with options", "airgap", map[string]string{"backend": "{" + options + "}"}},
		{"prod", "prod", map[string]string{"cluster": existing}},
		{"prod with options", "prod", map[string]string{
			"cluster": existing, "backend": `{"serviceType":"ClusterIP","url":"https://backend.example/",` + options + "}",
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
		assert.Empty(t, findings, stack)
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
