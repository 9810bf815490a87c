// Package github calls the few parts of GitHub's REST API that the pipeline needs: one comment, one issue.
package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// bot is who GITHUB_TOKEN acts as. What somebody else has written is never edited, even if it quotes our marker.
	bot = "github-actions[bot]"
	// pageSize is the most that GitHub lists at once.
	pageSize = 100
	// timeout bounds one request.
	timeout = 30 * time.Second
)

// Client acts on one repository with the rights of its token.
type Client struct {
	repository string // URL of the repository's part of the API
	token      string
	http       *http.Client
}

// New takes what every job has in its environment, and the token that the step was given. All that is missing is named at once.
func New(getenv func(string) string) (*Client, error) {
	var missing []error
	required := func(name string) string {
		value := getenv(name)
		if value == "" {
			missing = append(missing, fmt.Errorf("the variable %s is not set", name))
		}
		return value
	}
	api, repository, token := required("GITHUB_API_URL"), required("GITHUB_REPOSITORY"), required("GITHUB_TOKEN")
	if missing != nil {
		return nil, fmt.Errorf("reaching GitHub: %w", errors.Join(missing...))
	}
	return &Client{
		repository: strings.TrimSuffix(api, "/") + "/repos/" + repository, token: token, http: &http.Client{Timeout: timeout},
	}, nil
}

// item is a comment or an issue.
type item struct {
	ID     int64  `json:"id"`
	Number int    `json:"number"`
	Body   string `json:"body"`
	User   struct {
		Login string `json:"login"`
	} `json:"user"`
	PullRequest *struct{} `json:"pull_request"` // GitHub lists pull requests among the issues
}

// ours finds what this pipeline has written under a marker, nil if there is nothing.
func (c *Client) ours(ctx context.Context, path string, query url.Values, marker string) (*item, error) {
	for page := 1; ; page++ {
		query.Set("per_page", strconv.Itoa(pageSize))
		query.Set("page", strconv.Itoa(page))
		var items []item
		if err := c.call(ctx, http.MethodGet, path+"?"+query.Encode(), nil, &items); err != nil {
			return nil, err
		}
		for _, candidate := range items {
			if candidate.User.Login == bot && candidate.PullRequest == nil && strings.HasPrefix(candidate.Body, marker) {
				return &candidate, nil
			}
		}
		if len(items) < pageSize {
			return nil, nil
		}
	}
}

// call sends a request and reads its answer. An answer that is not a success becomes an error that says what GitHub said.
func (c *Client) call(ctx context.Context, method, path string, in, out any) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("asking GitHub for %s %s: %w", method, path, err)
		}
	}()
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, c.repository+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/vnd.github+json")
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode >= http.StatusMultipleChoices {
		said, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
		return errors.Join(fmt.Errorf("%s: %s", response.Status, said), err)
	}
	return json.NewDecoder(response.Body).Decode(out)
}
