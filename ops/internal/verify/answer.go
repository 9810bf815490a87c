package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// enough of an answer: a greeting has at most 1 KiB.
const enough = 4 << 10

// greets is nil when the answer is the greeting, in a line, as text and nothing else.
func (w *way) greets(ctx context.Context, greeting string) error {
	answer, err := w.get(ctx, "", "text/plain")
	if err != nil {
		return err
	}
	if answer.text != greeting+"\n" {
		return &wrongError{fmt.Sprintf("asking %s: it answers %q and not %q", answer.address, answer.text, greeting+"\n")}
	}
	return nil
}

// tells is nil when the backend says that it was built from the commit.
func (w *way) tells(ctx context.Context, commit string) error {
	answer, err := w.get(ctx, contract.VersionPath, "application/json")
	if err != nil {
		return err
	}
	var version struct{ Commit string }
	if err := json.Unmarshal([]byte(answer.text), &version); err != nil {
		return &wrongError{fmt.Sprintf("asking %s: it answers %q: %v", answer.address, answer.text, err)}
	}
	if version.Commit != commit {
		return &wrongError{fmt.Sprintf("asking %s: it was built from commit %s and not %s", answer.address, version.Commit, commit)}
	}
	return nil
}

// answer is one with status 200 and of the kind that was asked for.
type answer struct{ address, text string }

// get asks for a kind of content at a path, and waits for the answer no longer than the way allows.
func (w *way) get(ctx context.Context, path, kind string) (found answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	request := w.request(ctx, path, kind)
	found.address = request.URL.String()
	response, err := w.client.Do(request)
	if err != nil {
		return answer{}, err // it names method and URL
	}
	defer func() { _ = response.Body.Close() }() // what was read counts
	content, err := io.ReadAll(io.LimitReader(response.Body, enough))
	if err != nil {
		return answer{}, fmt.Errorf("asking %s: %w", found.address, err)
	}
	found.text = string(content)
	if response.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("asking %s: %s: %.200q", found.address, response.Status, found.text)
	}
	if is, _, err := mime.ParseMediaType(response.Header.Get("Content-Type")); err != nil || is != kind {
		return answer{}, &wrongError{fmt.Sprintf("asking %s: it answers with %q and not with %s", found.address, response.Header.Get("Content-Type"), kind)}
	}
	return found, nil
}
