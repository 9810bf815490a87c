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
		contract.GreetingsPath, contract.LivenessPath, contract.ReadinessPath, contract.StartupPath, contract.VersionPath, contract.MetricsPath,
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

// Clients, dashboards, manifests and runbooks have these values, and none of them is compiled with this module.
func TestValuesAreThoseThatOthersHave(t *testing.T) {
	t.Parallel()

	for name, values := range map[string][2]any{
		"port":               {contract.Port, 5000},
		"admin port":         {contract.AdminPort, 9090},
		"greetings":          {contract.GreetingsPath, "/greetings/{name}"},
		"liveness":           {contract.LivenessPath, "/livez"},
		"readiness":          {contract.ReadinessPath, "/readyz"},
		"startup":            {contract.StartupPath, "/startupz"},
		"version":            {contract.VersionPath, "/version"},
		"metrics":            {contract.MetricsPath, "/metrics"},
		"greeting":           {contract.GreetingVariable, "GREETING"},
		"admin address":      {contract.AdminAddressVariable, "ADMIN_ADDRESS"},
		"drain delay":        {contract.DrainDelay, 5 * time.Second},
		"shutdown timeout":   {contract.ShutdownTimeout, 10 * time.Second},
		"admin timeout":      {contract.AdminTimeout, time.Second},
		"flush timeout":      {contract.FlushTimeout, 2 * time.Second},
		"stop budget":        {contract.StopBudget, 18 * time.Second},
		"pre-stop delay":     {contract.PreStopDelay, 2 * time.Second},
		"termination period": {contract.TerminationGracePeriod, 22 * time.Second},
	} {
		if values[0] != values[1] {
			t.Errorf("%s: got %v, want %v", name, values[0], values[1])
		}
	}
}
