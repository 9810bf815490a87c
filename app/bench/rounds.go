package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

// warmUp is how long every server is loaded before the first round.
const warmUp = time.Second

// loadResults is what the rounds came to, with a value for each round. Ratios are of measurements of the same round: other
// work on the machine comes and goes in longer times than that.
type loadResults struct {
	backend, bare []float64 // answers per second
	ofBare        []float64 // the backend's answers per second as a share of the bare handler's, 1 is as many
	timesGunicorn []float64 // the backend's answers per second over gunicorn's; in each second round only
	timesFlask    []float64 // as above, over those of Flask's own server
	answers       int       // that wrk got from the backend altogether, warm-up included
}

// measureLoad warms every server up and goes through the rounds.
func (f *fleet) measureLoad(ctx context.Context, chosen settings, progress io.Writer) (loadResults, error) {
	var results loadResults
	_, _ = fmt.Fprintf(progress, "warming %d servers up\n", len(f.started))
	for _, s := range f.started {
		if _, err := f.load(ctx, s, chosen.connections, warmUp, &results); err != nil {
			return loadResults{}, err
		}
	}
	for i := range chosen.rounds {
		// The first, the third and so on, so that a single round has everything.
		summary, err := f.round(ctx, chosen, i%2 == 0, &results)
		if err != nil {
			return loadResults{}, fmt.Errorf("round %d: %w", i+1, err)
		}
		_, _ = fmt.Fprintf(progress, "round %d of %d, requests/s: %s\n", i+1, chosen.rounds, summary)
	}
	return results, nil
}

// round measures each server once, adds that to the results and sums it up for the reader.
func (f *fleet) round(ctx context.Context, chosen settings, withPython bool, results *loadResults) (string, error) {
	bare, err := f.load(ctx, f.bare, chosen.connections, chosen.round, results)
	if err != nil {
		return "", err
	}
	backend, err := f.load(ctx, f.backend, chosen.connections, chosen.round, results)
	if err != nil {
		return "", err
	}
	results.bare, results.backend = append(results.bare, bare), append(results.backend, backend)
	results.ofBare = append(results.ofBare, backend/bare)
	summary := fmt.Sprintf("bare %.0f, backend %.0f", bare, backend)
	if !withPython {
		return summary, nil
	}
	gunicorn, err := f.load(ctx, f.gunicorn, chosen.connections, chosen.round, results)
	if err != nil {
		return "", err
	}
	flask, err := f.load(ctx, f.flask, chosen.connections, chosen.round, results)
	if err != nil {
		return "", err
	}
	results.timesGunicorn = append(results.timesGunicorn, backend/gunicorn)
	results.timesFlask = append(results.timesFlask, backend/flask)
	return summary + fmt.Sprintf(", gunicorn %.0f, flask %.0f", gunicorn, flask), nil
}

// load is one measurement, in answers per second. An answer that is no greeting makes it worthless. The Go servers keep
// their connections and must not lose one; the Python servers close theirs after each answer, under wrk's hands.
func (f *fleet) load(ctx context.Context, s *server, connections int, duration time.Duration, results *loadResults) (float64, error) {
	measured, err := runWrk(ctx, s, connections, duration)
	if ended := s.endedUnasked(); ended != nil {
		return 0, ended
	}
	if err != nil {
		return 0, err
	}
	if measured.badStatuses != "" {
		return 0, fmt.Errorf("%s answered with errors under load: %s", s.name, measured.badStatuses)
	}
	if measured.socketErrors != "" && (s == f.backend || s == f.bare) {
		return 0, fmt.Errorf("%s lost connections under load: %s", s.name, measured.socketErrors)
	}
	if s == f.backend {
		results.answers += measured.answers
	}
	return measured.perSecond, nil
}
