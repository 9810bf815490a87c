package contract_test

import (
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestGracePeriodHoldsTheWholeStop(t *testing.T) {
	t.Parallel()

	if stop := contract.DrainDelay + contract.ShutdownTimeout; contract.TerminationGracePeriod <= stop {
		t.Errorf("a stop may take %s, the pod is killed after %s", stop, contract.TerminationGracePeriod)
	}
	if contract.TerminationGracePeriod%time.Second != 0 {
		t.Errorf("Kubernetes counts the grace period in whole seconds, got %s", contract.TerminationGracePeriod)
	}
}

func TestShutdownOutlastsNewConnections(t *testing.T) {
	t.Parallel()

	if contract.ShutdownTimeout <= 5*time.Second {
		t.Errorf("http.Server.Shutdown needs more than 5s for connections in state new, got %s", contract.ShutdownTimeout)
	}
}

func TestProbesAreApart(t *testing.T) {
	t.Parallel()

	if contract.LivenessPath == contract.ReadinessPath {
		t.Errorf("liveness and readiness must differ, or a draining pod is killed: both are %s", contract.LivenessPath)
	}
}
