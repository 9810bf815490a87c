package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWaiverTakesOffItsRuleFromItsKind(t *testing.T) {
	t.Parallel()

	findings := []Finding{
		{Rule: "no-node-port", Object: "Service shop/web"},
		{Rule: "service-exposure", Object: "Service shop/web"},
		{Rule: "no-node-port", Object: "ServiceAccount shop/web"},
	}
	assert.Equal(t, findings[1:], waive(findings, []Waiver{{Rule: "no-node-port", Kind: "Service"}}))
}

func TestWaiverInVainIsAFinding(t *testing.T) {
	t.Parallel()

	left := waive(nil, []Waiver{
		{Rule: "no-node-port", Kind: "Service"},
		{Rule: "default-deny", Kind: "Deployment", Optional: true},
	})
	assert.Equal(t, []Finding{{
		Rule: "waiver-in-vain", Object: "Service (any)", Message: "nothing breaks no-node-port: delete the waiver",
	}}, left)
}

func TestEveryWaiverHasAReason(t *testing.T) {
	t.Parallel()

	for _, waiver := range Waivers() {
		assert.NotEmpty(t, waiver.Reason, waiver.Rule)
	}
}
