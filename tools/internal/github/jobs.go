package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Job is a job of a run. One that has not ended has no conclusion.
type Job struct {
	Name       string    `json:"name"`
	Conclusion string    `json:"conclusion"`
	Started    time.Time `json:"started_at"`
	Completed  time.Time `json:"completed_at"`
}

// Jobs are those of the latest attempt of a run, at most 100 of them.
func (c *Client) Jobs(ctx context.Context, run string) ([]Job, error) {
	var found struct {
		Jobs []Job `json:"jobs"`
	}
	path := fmt.Sprintf("/actions/runs/%s/jobs?per_page=%d", url.PathEscape(run), pageSize)
	if err := c.call(ctx, http.MethodGet, path, nil, &found); err != nil {
		return nil, err
	}
	return found.Jobs, nil
}
