// Package status tells in a few lines how a stack is. It changes nothing, and what cannot be asked does not keep it from the rest.
package status

import (
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
)

// Status is how a stack is, as far as that is known. A part with a Problem is not as it should be. The JSON of ashapp status is this.
type Status struct {
	// Healthy tells whether no part has a problem.
	Healthy bool    `json:"healthy"`
	Stack   Stack   `json:"stack"`
	Cluster Cluster `json:"cluster"`
	// Release is the one that was verified last; null where there is none, or where that is not known.
	Release *Release `json:"release"`
	// Latest is the last one that was begun, where that is another: it has failed, or is being made.
	Latest *Release `json:"latest,omitempty"`
	// Pods are those of the Deployment; null where it is not known or not there.
	Pods *Pods `json:"pods"`
	URL  URL   `json:"url"`
}

// Stack is what Pulumi knows.
type Stack struct {
	Name string `json:"name"`
	// Kind is that of its cluster: local or existing.
	Kind string `json:"kind"`
	// Problem says what keeps Pulumi from telling; empty where nothing does.
	Problem string `json:"problem,omitempty"`
}

// Cluster is the Kubernetes cluster of the stack.
type Cluster struct {
	// Node is how the container of a local cluster is, in the engine's words; empty for an existing cluster.
	Node string `json:"node,omitempty"`
	// Version is that of its API server, such as v1.34.2; empty where it has not answered.
	Version string `json:"version"`
	// Problem says why it does not answer, or what its node lacks.
	Problem string `json:"problem,omitempty"`
}

// Release is one release of the backend.
type Release struct {
	Number int           `json:"number"`
	Time   time.Time     `json:"time"`
	State  release.State `json:"state"`
	// Commit is the Git commit of its image; empty where the image does not tell.
	Commit string `json:"commit"`
	// Image is name@sha256:digest.
	Image string `json:"image"`
	// Cause is why it has failed.
	Cause string `json:"cause,omitempty"`
	// Problem says what has to be done about it.
	Problem string `json:"problem,omitempty"`
}

// Pods are the backend's, as its Deployment counts them.
type Pods struct {
	Ready  int32 `json:"ready"`
	Wanted int32 `json:"wanted"`
	// Image is the one that the Deployment runs, name@sha256:digest.
	Image   string `json:"image"`
	Problem string `json:"problem,omitempty"`
}

// URL is where users reach the backend.
type URL struct {
	Address string `json:"address"`
	// Answers tells whether it has answered as it should. Without that and without a problem, nobody has asked.
	Answers bool   `json:"answers"`
	Problem string `json:"problem,omitempty"`
}

// problems are those of all parts, empty where a part has none.
func (s Status) problems() []string {
	problems := []string{s.Stack.Problem, s.Cluster.Problem, s.URL.Problem}
	for _, r := range []*Release{s.Release, s.Latest} {
		if r != nil {
			problems = append(problems, r.Problem)
		}
	}
	if s.Pods != nil {
		problems = append(problems, s.Pods.Problem)
	}
	return problems
}
