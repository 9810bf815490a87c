package monitoring_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/monitoring"
)

const folder = "../../../docs/monitoring"

// job is what Prometheus calls the backend here, and what the alerts expect.
const job = "ashapp-backend"

func queries(t *testing.T) []monitoring.Query {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "dashboard.json"))
	require.NoError(t, err)
	found, err := monitoring.Queries(content, job, "5s")
	require.NoError(t, err)
	return found
}

func TestQueriesHaveNoVariablesLeft(t *testing.T) {
	t.Parallel()

	found := queries(t)
	assert.GreaterOrEqual(t, len(found), 14)
	for _, query := range found {
		assert.NotContains(t, query.Expression, "$", query.Panel)
		assert.Contains(t, query.Expression, `job="ashapp-backend"`, query.Panel)
	}
	_, err := monitoring.Queries([]byte("{"), "", "")
	assert.ErrorContains(t, err, "reading the dashboard")
}

// Grafana shows two panels of one number, or at one place, without a complaint.
func TestPanelsAreBesideEachOther(t *testing.T) {
	t.Parallel()

	content, err := os.ReadFile(filepath.Join(folder, "dashboard.json"))
	require.NoError(t, err)
	var dashboard struct {
		Panels []struct {
			ID      int                        `json:"id"`
			Title   string                     `json:"title"`
			GridPos struct{ X, Y, W, H int }   `json:"gridPos"`
			Targets []struct{ RefID string }   `json:"targets"`
			Options map[string]json.RawMessage `json:"options"`
		} `json:"panels"`
	}
	require.NoError(t, json.Unmarshal(content, &dashboard))
	cells, ids := map[[2]int]string{}, map[int]string{}
	for _, panel := range dashboard.Panels {
		assert.Empty(t, ids[panel.ID], panel.Title)
		ids[panel.ID] = panel.Title
		assert.LessOrEqual(t, panel.GridPos.X+panel.GridPos.W, 24, panel.Title)
		for x := range panel.GridPos.W {
			for y := range panel.GridPos.H {
				cell := [2]int{panel.GridPos.X + x, panel.GridPos.Y + y}
				require.Empty(t, cells[cell], "%s is on it", panel.Title)
				cells[cell] = panel.Title
			}
		}
	}
}

// installed is the path of a program, or the test is skipped.
func installed(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed: apt-get install prometheus", program)
	}
	return path
}

func TestAlertsFireOnWhatTheyAreForAndOnNothingElse(t *testing.T) {
	t.Parallel()

	promtool := installed(t, "promtool")
	for _, arguments := range [][]string{{"check", "rules", "alerts.yaml"}, {"test", "rules", "alerts_test.yaml"}} {
		command := exec.CommandContext(t.Context(), promtool, arguments...)
		command.Dir = folder
		output, err := command.CombinedOutput()
		require.NoError(t, err, string(output))
	}
	tests, err := os.ReadFile(filepath.Join(folder, "alerts_test.yaml"))
	require.NoError(t, err)
	alerts, err := os.ReadFile(filepath.Join(folder, "alerts.yaml"))
	require.NoError(t, err)
	for line := range strings.Lines(string(alerts)) {
		if name, isAlert := strings.CutPrefix(strings.TrimSpace(line), "- alert: "); isAlert {
			assert.Contains(t, string(tests), "alertname: "+name+"\n", "nobody has seen it fire")
			assert.Contains(t, string(tests), "alertname: "+name+"}", "nobody has seen it keep quiet")
		}
	}
}
