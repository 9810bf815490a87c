package task

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// recorder makes tasks that note what they do.
type recorder struct {
	mutex  sync.Mutex
	events []string
	names  map[int]string
	steps  map[string]*step.Step
}

func (r *recorder) note(event string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.events = append(r.events, event)
}

func (r *recorder) Started(number int, name string, running *step.Step) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.names == nil {
		r.names, r.steps = map[int]string{}, map[string]*step.Step{}
	}
	r.names[number], r.steps[name] = name, running
	r.events = append(r.events, "started "+name)
}

func (r *recorder) Finished(number int, err error) {
	if err != nil {
		r.note("failed " + r.name(number))
		return
	}
	r.note("finished " + r.name(number))
}

func (r *recorder) name(number int) string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.names[number]
}

func stale(name string, needs ...*Task) *Task {
	return &Task{
		Name: name, Needs: needs,
		Fresh: func(context.Context) (bool, error) { return false, nil },
		Make:  func(context.Context) error { return nil },
	}
}

func fresh(name string, needs ...*Task) *Task {
	task := stale(name, needs...)
	task.Fresh = func(context.Context) (bool, error) { return true, nil }
	return task
}

func names(tasks []*Task) string {
	var all []string
	for _, task := range tasks {
		all = append(all, task.Name)
	}
	return strings.Join(all, " ")
}

func TestPlanHoldsWhatIsOutOfDateInputsFirst(t *testing.T) {
	t.Parallel()
	binary, rootfs := stale("binary"), stale("rootfs")
	for name, test := range map[string]struct {
		goals []*Task
		want  string
	}{
		"everything":                           {[]*Task{stale("image", binary, rootfs), stale("cli")}, "binary rootfs image cli"},
		"nothing":                              {[]*Task{fresh("image"), fresh("cli")}, ""},
		"inputs of a fresh goal do not matter": {[]*Task{fresh("image", binary)}, ""},
		"a fresh input is not made":            {[]*Task{stale("image", fresh("binary"), rootfs)}, "rootfs image"},
		"a shared input is made once":          {[]*Task{stale("one", rootfs), stale("two", rootfs)}, "rootfs one two"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned, err := Plan(t.Context(), test.goals...)
			if err != nil {
				t.Fatal(err)
			}
			if got := names(planned); got != test.want {
				t.Errorf("planned %q, want %q", got, test.want)
			}
		})
	}
}

func TestPlanNamesTheTaskThatCannotBeChecked(t *testing.T) {
	t.Parallel()
	broken := stale("image")
	broken.Fresh = func(context.Context) (bool, error) { return false, errors.New("no engine") }
	if _, err := Plan(t.Context(), broken); err == nil || err.Error() != "checking image: no engine" {
		t.Errorf("got %v", err)
	}
}

func TestRunMakesInputsFirst(t *testing.T) {
	t.Parallel()
	var record recorder
	binary, rootfs := stale("binary"), stale("rootfs")
	image := stale("image", binary, rootfs)
	if err := Run(t.Context(), []*Task{binary, rootfs, image}, &record); err != nil {
		t.Fatal(err)
	}
	started := slices.Index(record.events, "started image")
	for _, input := range []string{"finished binary", "finished rootfs"} {
		if made := slices.Index(record.events, input); made == -1 || made > started {
			t.Errorf("%s is not before the image: %v", input, record.events)
		}
	}
}

func TestRunMakesIndependentTasksSideBySide(t *testing.T) {
	t.Parallel()
	// Each waits for the other: one after the other, they would never end.
	var meeting sync.WaitGroup
	meeting.Add(2)
	meet := func(context.Context) error {
		meeting.Done()
		meeting.Wait()
		return nil
	}
	one, two := stale("one"), stale("two")
	one.Make, two.Make = meet, meet
	if err := Run(t.Context(), []*Task{one, two}, &recorder{}); err != nil {
		t.Fatal(err)
	}
}

func TestFailureCancelsTheOthersAndIsTheResult(t *testing.T) {
	t.Parallel()
	var record recorder
	cause := errors.New("no space left on device")
	slow, broken := stale("slow"), stale("broken")
	started := make(chan struct{})
	slow.Make = func(ctx context.Context) error {
		close(started)
		<-ctx.Done()
		return context.Cause(ctx)
	}
	broken.Make = func(context.Context) error {
		<-started
		return cause
	}
	image := stale("image", slow, broken)
	err := Run(t.Context(), []*Task{slow, broken, image}, &record)
	if !errors.Is(err, cause) || !strings.HasPrefix(err.Error(), "making broken: ") {
		t.Errorf("got %v", err)
	}
	if slices.Contains(record.events, "started image") || !slices.Contains(record.events, "failed slow") {
		t.Errorf("got %v", record.events)
	}
}

func TestInterruptionIsTheResult(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	slow := stale("slow")
	slow.Make = func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}
	if err := Run(ctx, []*Task{slow, stale("image", slow)}, &recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTaskTellsItsStep(t *testing.T) {
	t.Parallel()
	var record recorder
	loud, quiet := stale("loud"), stale("quiet")
	quiet.Background = true
	loud.Make = func(ctx context.Context) error {
		step.From(ctx).Do("shouting")
		return nil
	}
	if err := Run(t.Context(), []*Task{loud, quiet}, &record); err != nil {
		t.Fatal(err)
	}
	if told := record.steps["loud"]; told.Doing() != "shouting" || told.Background {
		t.Errorf("loud: %q, in the background is %t", told.Doing(), told.Background)
	}
	if told := record.steps["quiet"]; told.Doing() != "" || !told.Background {
		t.Errorf("quiet: %q, in the background is %t", told.Doing(), told.Background)
	}
}
