package page_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/page"
)

const (
	status = `{"healthy": true, "stack": {"name": "prod", "kind": "existing"}, "cluster": {"version": "v1.34.2"},
		"pods": {"ready": 2, "wanted": 3, "image": "docker.io/a/b@sha256:0123456789abcdef"}, "url": {"address": "https://app.example.com/", "answers": true}}`
	history = `[
		{"number": 3, "time": "2026-01-02T10:00:00Z", "state": "undone", "image": "docker.io/a/b@sha256:fedcba9876543210", "commit": "cccccccccccccccc", "cause": "pod x: <Error>"},
		{"number": 2, "time": "2026-01-01T11:00:00+01:00", "state": "verified", "restores": 1, "image": "b", "rendered": {"Service a/b": {}, "Deployment a/b": {}}},
		{"number": 1, "time": "2026-01-01T09:00:00Z", "state": "pending", "rendered": {"Other": {}}}]`
	drift = `{"differences": [{"object": "Deployment a/b", "message": "spec.replicas is 5"}], "warnings": ["no dry run"]}`
)

// drawn is the page of what commands have printed.
func drawn(t *testing.T, status, history, drift string) string {
	t.Helper()
	stack, err := page.Read([]byte(status), []byte(history), []byte(drift), time.Date(2026, 1, 3, 1, 2, 3, 0, time.UTC))
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, stack.Write(&text))
	return text.String()
}

func TestAPageShowsWhatTheCommandsPrint(t *testing.T) {
	t.Parallel()

	text := drawn(t, status, history, drift)
	for _, part := range []string{
		`<h1>prod <span class="badge good">healthy</span></h1>`, "2026-01-03 01:02:03 UTC", "<b>v1.34.2</b>", "<b>2 of 3 ready</b><code>0123456789ab</code>",
		"<b>answers</b>", `<a href="https://app.example.com/">`,
		`<td>3</td><td>2026-01-02 10:00:00</td><td><span class="badge bad">undone</span></td><td><code>cccccccccccc</code></td><td><code>fedcba987654</code></td>`,
		"pod x: &lt;Error&gt;", `<td>2</td><td>2026-01-01 10:00:00</td><td><span class="badge good">verified</span></td>`, "restores 1",
		`<span class="badge open">pending</span>`, "<li><code>Deployment a/b</code> spec.replicas is 5</li>", "no dry run",
		"<ul><li><code>Deployment a/b</code></li><li><code>Service a/b</code></li></ul>",
	} {
		assert.Contains(t, text, part)
	}
	assert.NotContains(t, text, "Other", "a release that was not verified")
	assert.NotContains(t, text, "<script", "it can be sent to somebody")
}

func TestAPageOfWhatIsWrong(t *testing.T) {
	t.Parallel()

	text := drawn(t, `{"stack": {"name": "dev"}, "cluster": {"problem": "the node is gone"}, "url": {"problem": "refused"}}`, "[]", `{"differences": []}`)
	for _, part := range []string{"bad\">not as it should be", "the node is gone", "<b>unknown</b>", "<b>does not answer</b>", "refused", "None is recorded.", "<p>None.</p>"} {
		assert.Contains(t, text, part)
	}
	assert.NotContains(t, text, "last verified release")
	text = drawn(t, "", "", "")
	for _, part := range []string{"A stack that cannot be asked", "None is recorded.", "They could not be asked for."} {
		assert.Contains(t, text, part)
	}
	_, err := page.Read([]byte("{"), nil, nil, time.Time{})
	assert.ErrorContains(t, err, "reading what ashapp status has printed")
}

// What a person sees, and not what the text says: a page that is drawn as nothing has one colour.
func TestABrowserDrawsThePage(t *testing.T) {
	t.Parallel()

	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: apt-get install chromium")
	}
	if testing.Short() {
		t.Skip("it starts a browser")
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "page.html")
	require.NoError(t, os.WriteFile(file, []byte(drawn(t, status, history, drift)), 0o600))
	command := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(folder, "profile"),
		"--dump-dom", "--virtual-time-budget=1000", "file://"+file)
	printed, err := command.Output()
	require.NoError(t, err)
	for _, part := range []string{"<title>prod</title>", "2 of 3 ready", "badge bad"} {
		assert.Contains(t, string(printed), part)
	}
}
