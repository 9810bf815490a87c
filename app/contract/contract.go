// Package contract holds the constants on which the backend and whatever deploys it must agree. The backend serves by
// them and the infrastructure program computes ports, probes, preStop and grace period from them, so that neither can
// change alone.
package contract

import "time"

const (
	// Port is the TCP port on which the backend serves. The service that this one replaces used the same.
	Port = 5000

	// AdminPort is the TCP port of the admin listener: metrics and, where switched on, profiles. The backend binds it on
	// loopback unless AdminAddressVariable says otherwise.
	AdminPort = 9090

	// GreetingsPath is the pattern, as of net/http.ServeMux, of the greetings by name.
	GreetingsPath = "/greetings/{name}"

	// LivenessPath answers 200 for as long as the process runs, also while it drains: a liveness probe that failed on
	// SIGTERM would have the pod killed in the middle of its drain.
	LivenessPath = "/livez"

	// ReadinessPath answers 200 while new requests are welcome and 503 from SIGTERM on, and while nobody reads the log.
	ReadinessPath = "/readyz"

	// StartupPath answers 200 from the moment at which the listener is bound.
	StartupPath = "/startupz"

	// VersionPath answers with the version, commit and Go version that the backend was built from, as JSON.
	VersionPath = "/version"

	// MetricsPath is where the admin listener answers with the metrics in Prometheus' text format.
	MetricsPath = "/metrics"

	// GreetingVariable names the environment variable with the text that / greets with.
	GreetingVariable = "GREETING"

	// AdminAddressVariable names the environment variable with the host:port of the admin listener.
	AdminAddressVariable = "ADMIN_ADDRESS"
)

// The steps of a stop, in their order. Each has a bound of its own, counted from its own beginning.
const (
	// DrainDelay is how long the backend goes on serving after SIGTERM with its readiness down. In this time every
	// proxy in front of it must have learned not to send new requests.
	DrainDelay = 5 * time.Second

	// ShutdownTimeout bounds the wait for requests in flight once the drain delay is over. It is more than 5 s because
	// http.Server.Shutdown closes connections in state new only when they are 5 s old.
	ShutdownTimeout = 10 * time.Second

	// AdminTimeout bounds the wait for a last scrape of the metrics.
	AdminTimeout = 1 * time.Second

	// FlushTimeout bounds the writing of the last lines of the log.
	FlushTimeout = 2 * time.Second

	// StopBudget is the longest that a stop takes, from SIGTERM to the exit.
	StopBudget = DrainDelay + ShutdownTimeout + AdminTimeout + FlushTimeout

	// StopMargin is what the pod gets beyond that before it is killed: for the container runtime to notice the exit.
	StopMargin = 2 * time.Second

	// PreStopDelay is how long a pod that is deleted goes on as before, until it gets SIGTERM. In this time the proxies
	// take it out of their tables, so that a client whose connection the drain closes comes back to another pod.
	PreStopDelay = 2 * time.Second

	// TerminationGracePeriod is the least time that a pod must be given from its deletion to SIGKILL. It includes the
	// preStop hook, as Kubernetes counts it.
	TerminationGracePeriod = PreStopDelay + StopBudget + StopMargin
)
