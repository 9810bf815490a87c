package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// MaxBody is how many characters GitHub takes in a comment or an issue.
const MaxBody = 65536

// Marker begins a body and is not shown. By it the next run finds what this one has written.
func Marker(name string) string { return "<!-- " + name + " -->\n" }

// Comment writes under a pull request, or edits what was written there under the same marker.
func (c *Client) Comment(ctx context.Context, pullRequest int, marker, body string) error {
	comments := fmt.Sprintf("/issues/%d/comments", pullRequest)
	earlier, err := c.ours(ctx, comments, url.Values{}, marker)
	if err != nil {
		return err
	}
	written := map[string]string{"body": marker + body}
	if earlier == nil {
		return c.call(ctx, http.MethodPost, comments, written, &item{})
	}
	return c.call(ctx, http.MethodPatch, fmt.Sprintf("/issues/comments/%d", earlier.ID), written, &item{})
}

// OpenIssue opens an issue, or brings the open one with the same marker up to date.
func (c *Client) OpenIssue(ctx context.Context, marker, title, body string) error {
	open, err := c.openIssue(ctx, marker)
	if err != nil {
		return err
	}
	written := map[string]string{"title": title, "body": marker + body}
	if open == nil {
		return c.call(ctx, http.MethodPost, "/issues", written, &item{})
	}
	return c.call(ctx, http.MethodPatch, fmt.Sprintf("/issues/%d", open.Number), written, &item{})
}

// CloseIssue closes the open issue with a marker with a last comment. Where there is none, nothing happens.
func (c *Client) CloseIssue(ctx context.Context, marker, comment string) error {
	open, err := c.openIssue(ctx, marker)
	if err != nil || open == nil {
		return err
	}
	path := fmt.Sprintf("/issues/%d", open.Number)
	if err := c.call(ctx, http.MethodPost, path+"/comments", map[string]string{"body": comment}, &item{}); err != nil {
		return err
	}
	return c.call(ctx, http.MethodPatch, path, map[string]string{"state": "closed"}, &item{})
}

func (c *Client) openIssue(ctx context.Context, marker string) (*item, error) {
	return c.ours(ctx, "/issues", url.Values{"state": {"open"}}, strings.TrimSpace(marker))
}
