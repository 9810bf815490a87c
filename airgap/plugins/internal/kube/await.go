package kube

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/ready"
)

// notReadyError says why an object that exists did not become ready.
type notReadyError struct {
	message string
	reasons []string
	live    *unstructured.Unstructured // the last state seen
}

func (e *notReadyError) Error() string { return e.message }

// awaitReady waits until the applied object is ready, reporting progress, and
// returns its last state. The error is a *notReadyError when it exists and is
// not ready in time, cannot become ready, or the wait is interrupted.
func awaitReady(
	ctx context.Context, reached *cluster.Cluster, inputs, applied *unstructured.Unstructured, lines *progress,
) (*unstructured.Unstructured, error) {
	rule, exists := ready.For(applied.GroupVersionKind())
	if !exists || object.SkipAwait(inputs) {
		return applied, nil
	}
	ctx, stop := context.WithCancel(ctx) // ends the watches with the wait
	defer stop()
	view, err := reached.Watch(ctx, applied, rule.Related)
	if err != nil {
		return applied, err
	}
	wait := readyWait{rule: rule, view: view, live: applied, lines: lines}
	return wait.until(ctx)
}

// readyWait is one wait for one object.
type readyWait struct {
	rule    ready.Rule
	view    *cluster.View
	lines   *progress
	live    *unstructured.Unstructured // the last state seen
	seen    bool                       // in the view, that is
	settled bool
	reasons []string // of the last verdict
}

func (w *readyWait) until(ctx context.Context) (*unstructured.Unstructured, error) {
	quiet := time.NewTimer(ready.SettleTime)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return w.live, w.ended(ctx)
		case <-quiet.C:
			w.settled = true
		case <-w.view.Changed():
			w.settled = false
			quiet.Reset(ready.SettleTime)
		}
		if done, err := w.judge(ctx); done || err != nil {
			return w.live, err
		}
	}
}

// judge looks at the view and reports whether the wait is over.
func (w *readyWait) judge(ctx context.Context) (bool, error) {
	now := w.view.Object()
	switch {
	case now == nil && !w.seen:
		return false, nil
	case now == nil:
		return false, w.fail(fmt.Sprintf("'%s' was deleted while waiting for it to be Ready", w.live.GetName()))
	case now.GetGeneration() < w.live.GetGeneration():
		return false, nil // older than what was applied
	}
	w.live, w.seen = now, true
	verdict, err := w.rule.Judge(ready.Snapshot{Object: now, Related: w.view.Related(), Settled: w.settled})
	if err != nil {
		return false, err
	}
	w.reasons = verdict.Reasons
	for _, warning := range verdict.Warnings {
		w.lines.warn(ctx, warning)
	}
	w.lines.info(ctx, verdict.Progress)
	if verdict.Hopeless {
		return false, w.fail(fmt.Sprintf("'%s' cannot become Ready", now.GetName()))
	}
	return verdict.Ready, nil
}

// ended tells why the wait could not go on.
func (w *readyWait) ended(ctx context.Context) error {
	if err := w.view.Err(); err != nil && !errors.Is(err, context.Canceled) {
		w.reasons = append(w.reasons, err.Error())
	}
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return w.fail(fmt.Sprintf("'%s' timed out waiting to be Ready", w.live.GetName()))
	}
	return w.fail(fmt.Sprintf("Resource operation was cancelled for %q", w.live.GetName()))
}

func (w *readyWait) fail(message string) error {
	return &notReadyError{message: message, reasons: w.reasons, live: w.live}
}

// judgeNow judges an object once, as a refresh does: it must be ready already.
func judgeNow(
	ctx context.Context, reached *cluster.Cluster, live *unstructured.Unstructured, lines *progress,
) error {
	rule, exists := ready.For(live.GroupVersionKind())
	if !exists {
		return nil
	}
	related, err := reached.Around(ctx, live, rule.Related)
	if err != nil {
		return err
	}
	verdict, err := rule.Judge(ready.Snapshot{Object: live, Related: related, Settled: true})
	if err != nil {
		return err
	}
	if !verdict.Ready {
		return &notReadyError{
			message: fmt.Sprintf("Resource '%s' was created but failed to initialize", live.GetName()),
			reasons: verdict.Reasons,
			live:    live,
		}
	}
	lines.info(ctx, verdict.Progress)
	return nil
}
