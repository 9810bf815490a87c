package contract_test

import (
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestGracePeriodHoldsTheWholeStop(t *testing.T) {
	t.Parallel()

	steps := contract.PreStopDelay + contract.DrainDelay + contract.ShutdownTimeout + contract.FlushTimeout + contract.AdminTimeout
	if contract.TerminationGracePeriod <= steps {
		t.Errorf("a stop may take %s, the pod is killed after %s", steps, contract.TerminationGracePeriod)
	}
	for _, period := range []time.Duration{contract.TerminationGracePeriod, contract.PreStopDelay} {
		if period%time.Second != 0 {
			t.Errorf("Kubernetes counts grace period and preStop in whole seconds, got %s", period)
		}
	}
}

func TestShutdownOutlastsNewConnections(t *testing.T) {
	t.Parallel()

	if contract.ShutdownTimeout <= 5*time.Second {
		t.Errorf("http.Server.Shutdown needs more than 5s for connections in state new, got %s", contract.ShutdownTimeout)
	}
}

func TestPathsAndPortsAreApart(t *testing.T) {
	t.Parallel()

	seen := map[string]bool{}
	for _, path := range []string{
		contract.LivenessPath, contract.ReadinessPath, contract.StartupPath, contract.VersionPath, contract.MetricsPath,
	} {
		if seen[path] {
			t.Errorf("%s has two meanings; a pod whose liveness is its readiness, for one, is killed while it drains", path)
		}
		seen[path] = true
	}
	if contract.AdminPort == contract.Port {
		t.Errorf("metrics must not be reachable where the backend serves, both are on %d", contract.Port)
	}
}
