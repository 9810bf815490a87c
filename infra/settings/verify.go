package settings

import "fmt"

// Verify says how a deployment asks the backend whether it is what was deployed. The program itself does not look at it, and
// what an earlier release had does not come back with it: it is about the way from this machine to the cluster.
type Verify struct {
	// Enabled: false takes a rollout that the cluster shows for a release that is good, and asks nothing.
	Enabled bool
	// From is Here, over the URL and from this machine, or InCluster, through the API server, which asks the Service.
	From string
	// Path is where the backend is, below the URL.
	Path string
	// Headers are sent along, one a line, as "Name: value".
	Headers string
	// CA holds certificates in PEM by which the URL's is trusted, besides those of this machine.
	CA string
	// Proxy is the URL of a proxy, or NoProxy. Empty: HTTP_PROXY, HTTPS_PROXY and NO_PROXY decide.
	Proxy string
	// TimeoutSeconds bounds the wait for the first right answer, and RequestTimeoutSeconds that for each answer.
	TimeoutSeconds, RequestTimeoutSeconds int
}

// Where a deployment asks from, and a proxy that is none.
const (
	Here      = "here"
	InCluster = "cluster"
	NoProxy   = "none"
)

func defaultVerify() Verify {
	return Verify{
		Enabled: true, From: Here, Path: "/", RequestTimeoutSeconds: 5,
		TimeoutSeconds: 90, // an Ingress or a load balancer may need a minute to be there
	}
}

func verifyFields() map[string]field {
	return map[string]field{
		"verify.enabled":        boolean(func(s *Settings) *bool { return &s.Verify.Enabled }),
		"verify.from":           text(func(s *Settings) *string { return &s.Verify.From }, oneOf(Here, InCluster)),
		"verify.path":           text(func(s *Settings) *string { return &s.Verify.Path }, webPath),
		"verify.headers":        text(func(s *Settings) *string { return &s.Verify.Headers }, headers),
		"verify.ca":             text(func(s *Settings) *string { return &s.Verify.CA }, optional(certificates)),
		"verify.proxy":          text(func(s *Settings) *string { return &s.Verify.Proxy }, proxy),
		"verify.timeoutSeconds": integer(func(s *Settings) *int { return &s.Verify.TimeoutSeconds }, 5, 3600),
		"verify.requestTimeoutSeconds": integer(
			func(s *Settings) *int { return &s.Verify.RequestTimeoutSeconds }, 1, 60),
	}
}

// checkLocal wants a local cluster to be asked where its users ask.
func (v Verify) checkLocal() (problems []error) {
	if v.From != Here {
		problems = append(problems, fmt.Errorf("verify.from: %q: must be %s when cluster.kind is %s, whose node port is on this machine",
			v.From, Here, Local))
	}
	return problems
}
