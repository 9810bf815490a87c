package release

import "errors"

// State is how far a release has come. It is written down before each step.
type State string

// Undone and NeedsPerson are the states in which a release has failed.
const (
	// Undone: the last good release runs again, or what a first one had made is removed.
	Undone State = "undone"
	// NeedsPerson: what runs is not known to be good.
	NeedsPerson State = "needs a person"
)

// failure is the error of a release that has failed in a state.
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
