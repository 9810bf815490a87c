// Package task runs the steps of the build: only those that are out of date, each as soon as what it needs is there,
// and side by side where nothing stands between them.
package task

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Task makes one thing out of its inputs.
type Task struct {
	// Name says what is made.
	Name string
	// Needs are the tasks whose results are inputs.
	Needs []*Task
	// Background says that the task only takes the CPU time that the others leave.
	Background bool
	// ColdCPU is the CPU time that making it takes when nothing is there, as it was measured, or 0 for little.
	ColdCPU time.Duration
	// Fresh says whether the result of exactly these inputs is there.
	Fresh func(ctx context.Context) (bool, error)
	// Make makes the result. It leaves nothing half-done behind, even when ctx is done meanwhile.
	Make func(ctx context.Context) error
}

// Plan returns what must be made to have every goal, inputs first. What only a fresh goal needs is not looked at.
func Plan(ctx context.Context, goals ...*Task) ([]*Task, error) {
	var planned, seen []*Task
	var visit func(*Task) error
	visit = func(task *Task) error {
		if slices.Contains(seen, task) {
			return nil
		}
		seen = append(seen, task)
		fresh, err := task.Fresh(ctx)
		if err != nil {
			return fmt.Errorf("checking %s: %w", task.Name, err)
		}
		if fresh {
			return nil
		}
		for _, need := range task.Needs {
			if err := visit(need); err != nil {
				return err
			}
		}
		planned = append(planned, task)
		return nil
	}
	for _, goal := range goals {
		if err := visit(goal); err != nil {
			return nil, err
		}
	}
	return planned, nil
}
