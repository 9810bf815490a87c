// Package verify asks the backend over HTTP whether it is what was deployed.
package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

const (
	// patience bounds the wait for the right answers. The pods are ready by then, only the node's proxy may lag.
	patience = 15 * time.Second
	// inARow are enough right answers to be sure: for a second after an update the proxy still leads some connections to pods
	// that are ending, half of them or so.
	inARow = 20
	// enough of an answer: a greeting has at most 1 KiB.
	enough = 4 << 10
)

// Backend asks the backend at a URL until it greets so and, where a commit is given, tells that it was built from it. There
// is no event to wait for: the proxy tells nobody what it has set up. The error is about the last answer.
func Backend(ctx context.Context, base, greeting, commit string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// Every question takes a connection of its own, so that it can reach any pod.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for right := 0; right < inARow; right++ {
		problem := greets(ctx, client, base, greeting)
		if problem == nil && commit != "" {
			problem = tells(ctx, client, base, commit)
		}
		if problem == nil {
			continue
		}
		right = -1
		select {
		case <-ctx.Done():
			return fmt.Errorf("the pods are ready and the backend does not answer as it should: %w: see make logs", problem)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// Answers asks the backend at a URL once. It is nil where that has answered with status 200.
func Answers(ctx context.Context, base string) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	_, err := get(ctx, client, base, "text/plain")
	if wrapped := (&url.Error{}); errors.As(err, &wrapped) {
		return wrapped.Err // the rest of it is the URL once more
	}
	return err
}

// greets is nil when the answer holds the greeting.
func greets(ctx context.Context, client *http.Client, base, greeting string) error {
	answer, err := get(ctx, client, base, "text/plain")
	if err == nil && !strings.Contains(answer, greeting) {
		err = fmt.Errorf("asking %s: it answers %q and not %q", base, answer, greeting)
	}
	return err
}

// tells is nil when the backend says that it was built from the commit.
func tells(ctx context.Context, client *http.Client, base, commit string) error {
	address, err := url.JoinPath(base, contract.VersionPath)
	if err != nil {
		return fmt.Errorf("asking for the version: %w", err)
	}
	answer, err := get(ctx, client, address, "application/json")
	if err != nil {
		return err
	}
	var version struct{ Commit string }
	if err := json.Unmarshal([]byte(answer), &version); err != nil {
		return fmt.Errorf("asking %s: it answers %q: %w", address, answer, err)
	}
	if version.Commit != commit {
		return fmt.Errorf("asking %s: it was built from commit %s and not %s", address, version.Commit, commit)
	}
	return nil
}

// get returns what a URL answers with status 200.
func get(ctx context.Context, client *http.Client, address, accept string) (answer string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", fmt.Errorf("asking %s: %w", address, err)
	}
	request.Header.Set("Accept", accept)
	response, err := client.Do(request)
	if err != nil {
		return "", err // it names method and URL
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("asking %s: %s", address, response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, enough))
	if err != nil {
		return "", fmt.Errorf("asking %s: %w", address, err)
	}
	return string(content), nil
}
