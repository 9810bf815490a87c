// Package verify asks the backend over HTTP whether it is what was deployed.
package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

const (
	// inARow are enough right answers to be sure: for a second after an update the proxy still leads some connections to pods
	// that are ending, half of them or so, and one in a thousand times ten of them in a row lead elsewhere.
	inARow = 10
	// wrongPatience is how long answers may be wrong: what still answers for the version before is gone by then. No answer at all is
	// waited for longer, since the way to the pods may not be there yet.
	wrongPatience = 15 * time.Second
	// pause is how long to wait before asking again. There is no event to wait for: the proxies tell nobody what they have set up.
	pause = 100 * time.Millisecond
)

// Question is what the backend is asked, and where.
type Question struct {
	// Settings say how it must greet and how it is asked.
	Settings settings.Settings
	// Client leads to its cluster. It is needed only where the backend is asked from there.
	Client kubernetes.Interface
	// URL is where it is asked, from here. Empty: where the settings say.
	URL string
	// Commit is what it must have been built from. Empty: it is not asked.
	Commit string
}

// wrongError is an answer of somebody who serves and is not what was deployed.
type wrongError struct{ text string }

func (w *wrongError) Error() string { return w.text }

// Backend asks the backend until it has greeted as it should, and told its commit, ten times in a row. The error is about the
// last answer. Where the settings switch verification off, nothing is asked.
func Backend(ctx context.Context, q Question) error {
	if !q.Settings.Verify.Enabled {
		return nil
	}
	way, err := q.way()
	if err != nil {
		return fmt.Errorf("preparing to ask the backend: %w", err)
	}
	return await(ctx, time.Duration(q.Settings.Verify.TimeoutSeconds)*time.Second, func(ctx context.Context) error {
		if err := way.greets(ctx, q.Settings.Backend.Greeting); err != nil || q.Commit == "" {
			return err
		}
		return way.tells(ctx, q.Commit)
	})
}

// Answers asks the backend once, in the way that the settings choose. It is nil where that has greeted as it should.
func Answers(ctx context.Context, q Question) error {
	way, err := q.way()
	if err != nil {
		return fmt.Errorf("preparing to ask the backend: %w", err)
	}
	return way.greets(ctx, q.Settings.Backend.Greeting)
}

// await asks until the answers have been right in a row. The time limit is for the wait for them: as long as they are right,
// however slowly they come, it does not count.
func await(ctx context.Context, limit time.Duration, ask func(context.Context) error) error {
	began, wrongSince := time.Now(), time.Time{}
	for right := 0; right < inARow; {
		problem := ask(ctx)
		if problem == nil {
			right, wrongSince = right+1, time.Time{}
			continue
		}
		right = 0
		now := time.Now()
		if wrong := (*wrongError)(nil); errors.As(problem, &wrong) && wrongSince.IsZero() {
			wrongSince = now
		}
		if ctx.Err() != nil || now.Sub(began) >= limit || !wrongSince.IsZero() && now.Sub(wrongSince) >= wrongPatience {
			return fmt.Errorf("the pods are ready and the backend does not answer as it should: %w: see make logs", problem)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}
