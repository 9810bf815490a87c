package github

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fake is GitHub with the items that it lists, and the requests that changed something.
type fake struct {
	*Client
	items   []map[string]any
	changes []string
	status  int
}

func newFake(t *testing.T, items ...map[string]any) *fake {
	t.Helper()
	f := &fake{items: items, status: http.StatusOK}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	client, err := New(func(name string) string {
		return map[string]string{"GITHUB_API_URL": server.URL, "GITHUB_REPOSITORY": "owner/name", "GITHUB_TOKEN": "token"}[name]
	})
	require.NoError(t, err)
	f.Client = client
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer token" {
		f.status = http.StatusUnauthorized
	}
	w.WriteHeader(f.status)
	if f.status != http.StatusOK {
		_, _ = io.WriteString(w, "not you")
		return
	}
	if r.Method != http.MethodGet {
		body, _ := io.ReadAll(r.Body)
		f.changes = append(f.changes, r.Method+" "+r.URL.Path+" "+string(body))
		_, _ = io.WriteString(w, "{}")
		return
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	first, last := (page-1)*pageSize, min(page*pageSize, len(f.items))
	_ = json.NewEncoder(w).Encode(f.items[first:last])
}

func written(by, body string) map[string]any {
	return map[string]any{"id": 7, "number": 3, "body": body, "user": map[string]string{"login": by}}
}

func TestOneCommentIsWrittenAndThenEdited(t *testing.T) {
	t.Parallel()

	marker := Marker("preview")
	many := make([]map[string]any, pageSize)
	for i := range many {
		many[i] = written("somebody", fmt.Sprint("remark ", i))
	}
	const (
		write = `POST /repos/owner/name/issues/12/comments {"body":"\u003c!-- preview --\u003e\nnew"}`
		edit  = `PATCH /repos/owner/name/issues/comments/7 {"body":"\u003c!-- preview --\u003e\nnew"}`
	)
	for name, test := range map[string]struct {
		there []map[string]any
		want  string
	}{
		"no comment":                   {nil, write},
		"comments of others":           {[]map[string]any{written("somebody", "remark"), written(bot, "coverage")}, write},
		"somebody quotes the marker":   {[]map[string]any{written("somebody", marker+"quoted")}, write},
		"an earlier one":               {[]map[string]any{written("somebody", "remark"), written(bot, marker+"old")}, edit},
		"an earlier one, on page two":  {append(many, written(bot, marker+"old")), edit},
		"the first page is full, only": {many, write},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFake(t, test.there...)
			require.NoError(t, f.Comment(t.Context(), 12, marker, "new"))
			assert.Equal(t, []string{test.want}, f.changes)
		})
	}
}

func TestOneIssueIsOpenedThenBroughtUpToDateThenClosed(t *testing.T) {
	t.Parallel()

	marker := Marker("drift")
	f := newFake(t)
	require.NoError(t, f.OpenIssue(t.Context(), marker, "Drift", "found"))
	assert.Equal(t, []string{`POST /repos/owner/name/issues {"body":"\u003c!-- drift --\u003e\nfound","title":"Drift"}`}, f.changes)

	f = newFake(t, written(bot, marker+"found"))
	require.NoError(t, f.OpenIssue(t.Context(), marker, "Drift", "more"))
	require.NoError(t, f.CloseIssue(t.Context(), marker, "gone"))
	assert.Equal(t, []string{
		`PATCH /repos/owner/name/issues/3 {"body":"\u003c!-- drift --\u003e\nmore","title":"Drift"}`,
		`POST /repos/owner/name/issues/3/comments {"body":"gone"}`,
		`PATCH /repos/owner/name/issues/3 {"state":"closed"}`,
	}, f.changes)
}

func TestNothingIsClosedWhereNothingIsOpen(t *testing.T) {
	t.Parallel()

	request := written(bot, Marker("drift"))
	request["pull_request"] = map[string]string{}
	f := newFake(t, written("somebody", Marker("drift")), request)
	require.NoError(t, f.CloseIssue(t.Context(), Marker("drift"), "gone"))
	assert.Empty(t, f.changes)
}

func TestARefusalIsAnErrorThatSaysWhatGitHubSaid(t *testing.T) {
	t.Parallel()

	f := newFake(t)
	f.token = "another"
	for _, err := range []error{
		f.Comment(t.Context(), 12, "", "new"), f.OpenIssue(t.Context(), "", "", ""), f.CloseIssue(t.Context(), "", ""),
	} {
		assert.ErrorContains(t, err, "asking GitHub for GET /issues")
		assert.ErrorContains(t, err, "401 Unauthorized: not you")
	}
}

func TestEveryMissingVariableIsNamed(t *testing.T) {
	t.Parallel()

	_, err := New(func(string) string { return "" })
	for _, name := range []string{"GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"} {
		assert.ErrorContains(t, err, "the variable "+name+" is not set")
	}
}
