// Package release makes a version of the backend what runs, or undoes it, and keeps what came of each.
//
// A release is written down before each step, so that whoever comes after one that was killed knows what to finish or to undo. Only a
// rollout or a verification that has failed is gone back from, to the last release that was verified; nothing is destroyed that this
// very run has not made.
//
// Pulumi keeps the specification of a failed rollout in its state and does not go back by itself. So that state and cluster
// agree, going back is an update as well: one that deploys the image and the settings of an earlier release. Of an update that was
// stopped the state may hold nothing, though the cluster has it all, so what differs is read anew before anything else is applied.
package release

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// State is how far a release has come.
type State string

// States. A release begins as Pending; Verified, Unchanged, Undone and NeedsPerson are ends.
const (
	// Pending is written down before the update.
	Pending State = "pending"
	// Updated: Pulumi has updated the cluster, and nobody has seen yet that it is as it should be.
	Updated State = "updated"
	// Verified: the cluster shows nothing else, and the backend has answered as it should.
	Verified State = "verified"
	// Unchanged: it has failed before anything was changed.
	Unchanged State = "unchanged"
	// Undone: it has failed, and the release before it runs again, or what a first one had made is removed.
	Undone State = "undone"
	// NeedsPerson: it has failed, and what runs is not known to be good.
	NeedsPerson State = "needs a person"
)

// Release is one deployment of a version, and what came of it.
type Release struct {
	// Number tells releases of a stack apart and orders them. The first is 1.
	Number int `json:"number"`
	// Time is when it began, in UTC.
	Time  time.Time `json:"time"`
	State State     `json:"state"`
	// Image is name@sha256:digest; empty where the cluster never got one.
	Image string `json:"image"`
	// Commit is the Git commit that the image was built from; empty where the image does not tell it.
	Commit string `json:"commit"`
	// Backend are the settings of the backend, by key without the group's name.
	Backend map[string]string `json:"backend"`
	// Rendered are the objects as the program had rendered them: a later one may do so otherwise.
	Rendered map[string]pulumi.Object `json:"rendered,omitempty"`
	// Restores is the number of the release that it brings back; 0 for a new version.
	Restores int `json:"restores,omitempty"`
	// Cause is why it has failed.
	Cause string `json:"cause,omitempty"`
}

// String names the release by its number, and by digest and commit as far as one needs to tell it from others.
func (r Release) String() string {
	text := fmt.Sprintf("release %d", r.Number)
	if _, digest, found := strings.Cut(r.Image, "@"); found {
		text += ", " + digest
	}
	if r.Commit != "" {
		text += ", commit " + r.Commit
	}
	return text
}

// Open tells whether the release has not come to an end: it is being made, or whoever made it was killed.
func (r Release) Open() bool { return r.State == Pending || r.State == Updated }

// same tells whether two releases deploy the same.
func (r Release) same(other Release) bool {
	return r.Image == other.Image && maps.Equal(r.Backend, other.Backend)
}

// failure is the error of a release that has failed and come to an end.
type failure struct {
	state State
	text  string
	cause error
}

// Error implements error.
func (f *failure) Error() string { return f.text }

// Unwrap gives the cause.
func (f *failure) Unwrap() error { return f.cause }

// StateOf is the state that a failed release has ended in; empty where the error is of another kind: nothing was changed then.
func StateOf(err error) State {
	failed := &failure{}
	if errors.As(err, &failed) {
		return failed.state
	}
	return ""
}
