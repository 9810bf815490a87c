package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/infra/internal/engine"
)

// Up brings the stack to what the checkout says and waits until the backend answers.
func (s *Stack) Up(ctx context.Context) error {
	p, err := s.ready(ctx)
	if err != nil {
		return err
	}
	if err := s.remember(); err != nil {
		return err
	}
	arguments, err := s.update(ctx)
	if err != nil {
		return err
	}
	if err := p.operate(ctx, arguments...); err != nil {
		return s.withNodeLogs(ctx, err)
	}
	if !s.local() {
		return nil
	}
	if err := s.awaitAnswer(ctx); err != nil {
		return err
	}
	return s.say("ashapp-backend answers on " + s.Settings.URL())
}

// update is the call of Pulumi that brings the stack up to date, with what it would not notice by itself.
func (s *Stack) update(ctx context.Context) (arguments []string, err error) {
	arguments = []string{"up", "--yes", "--skip-preview"}
	lost, err := s.lostImages(ctx)
	if err != nil || lost == nil {
		return arguments, err
	}
	for _, urn := range lost {
		arguments = append(arguments, "--replace", urn)
	}
	return arguments, s.say("the registry has lost the image: packaging and pushing it again")
}

// ready checks this machine, installs the tools and mends the state.
func (s *Stack) ready(ctx context.Context) (*pulumi, error) {
	var containers []engine.Container
	if s.local() {
		var err error
		if containers, err = s.preflight(ctx); err != nil {
			return nil, err
		}
	}
	p, err := s.prepare(ctx)
	if err != nil {
		return nil, err
	}
	return p, p.recover(ctx, containers)
}

// answerTimeout bounds the wait for the greeting. The pods are ready by then, only the node's proxy may lag.
const answerTimeout = 30 * time.Second

// answersInARow are enough to be sure: for a second after an update the proxy still leads some connections to pods that
// are ending, half of them or so.
const answersInARow = 20

// awaitAnswer asks the backend until it greets as configured. There is no event to wait for: the proxy tells nobody what
// it has set up.
func (s *Stack) awaitAnswer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	// Every question takes a connection of its own, so that it can reach any pod.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for right := 0; right < answersInARow; right++ {
		problem := ask(ctx, client, s.Settings.URL(), s.Settings.Backend.Greeting)
		if problem == nil {
			continue
		}
		right = -1
		select {
		case <-ctx.Done():
			return fmt.Errorf("the pods are ready and the backend does not greet: %w: see make logs", problem)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// ask is nil when an answer holds the greeting.
func ask(ctx context.Context, client *http.Client, url, greeting string) (err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("asking %s: %w", url, err)
	}
	request.Header.Set("Accept", "text/plain")
	response, err := client.Do(request)
	if err != nil {
		return err // it names method and URL
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("asking %s: %s", url, response.Status)
	}
	const enough = 4 << 10 // a greeting has at most 1 KiB
	body, err := io.ReadAll(io.LimitReader(response.Body, enough))
	if err != nil {
		return fmt.Errorf("asking %s: %w", url, err)
	}
	if !strings.Contains(string(body), greeting) {
		return fmt.Errorf("asking %s: it answers %q and not %q", url, body, greeting)
	}
	return nil
}
