package task

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// Reporter hears of the progress, from several goroutines at once. Numbers count from 1.
type Reporter interface {
	Started(number int, name string, running *step.Step)
	Finished(number int, err error)
}

// errSkipped ends a task of which a need has failed.
var errSkipped = errors.New("an earlier step failed")

// Run makes every planned task and returns once all have ended. The first failure cancels the others and is the
// result; when ctx is done, the result is its cause.
func Run(ctx context.Context, planned []*Task, reporter Reporter) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	made := make(map[*Task]chan struct{}, len(planned))
	for _, task := range planned {
		made[task] = make(chan struct{})
	}
	var running sync.WaitGroup
	for i, task := range planned {
		running.Go(func() {
			if awaitNeeds(ctx, task, made) != nil {
				return
			}
			told := &step.Step{Background: task.Background}
			reporter.Started(i+1, task.Name, told)
			err := task.Make(step.With(ctx, told))
			if err != nil {
				err = fmt.Errorf("making %s: %w", task.Name, err)
				cancel(err)
			} else {
				close(made[task])
			}
			reporter.Finished(i+1, err)
		})
	}
	running.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// awaitNeeds returns nil when every need is there. A need that is not planned was there from the start.
func awaitNeeds(ctx context.Context, task *Task, made map[*Task]chan struct{}) error {
	for _, need := range task.Needs {
		done, planned := made[need]
		if !planned {
			continue
		}
		select {
		case <-done:
		case <-ctx.Done():
			return errSkipped
		}
	}
	return nil
}
