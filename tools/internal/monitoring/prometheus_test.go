package monitoring_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience is how long a panel may take to show something. Prometheus reads the backend each second, and a rate needs two of that.
const patience = 30 * time.Second

func TestEveryPanelShowsDataUnderLoad(t *testing.T) {
	t.Parallel()

	prometheus := installed(t, "prometheus")
	if testing.Short() {
		t.Skip("it compiles and loads the backend")
	}
	backend, admin, server := freeAddress(t), freeAddress(t), freeAddress(t)
	folder := t.TempDir()
	program := filepath.Join(folder, "backend")
	build := exec.CommandContext(t.Context(), "go", "build", "-C", "../../../app", "-o", program, ".")
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-pgo=off")
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	start(t, program, "-address="+backend, "-admin-address="+admin)

	configuration := filepath.Join(folder, "prometheus.yml")
	require.NoError(t, os.WriteFile(configuration, []byte(fmt.Sprintf(
		"global: {scrape_interval: 1s}\nscrape_configs:\n  - {job_name: %s, static_configs: [{targets: [%q]}]}\n", job, admin)), 0o600))
	start(t, prometheus, "--config.file="+configuration, "--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+server)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go load(ctx, "http://"+backend)

	for _, query := range queries(t) {
		assert.Eventually(t, func() bool { return hasData(t.Context(), "http://"+server, query.Expression) },
			patience, 200*time.Millisecond, "%s: %s", query.Panel, query.Expression)
	}
	assert.False(t, hasData(t.Context(), "http://"+server, `http_requests_total{job="another"}`), "what has no data is seen to have none")
}

// freeAddress is one that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { assert.NoError(t, listener.Close()) }()
	return listener.Addr().String()
}

// start runs a program until the test ends.
func start(t *testing.T, program string, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Wait() }) // the end of the test has killed it
}

// load asks for what is there and for what is not, again and again.
func load(ctx context.Context, backend string) {
	for ctx.Err() == nil {
		for _, path := range []string{"/", "/version", "/none"} {
			_, _ = get(ctx, backend+path)
		}
	}
}

// hasData tells whether Prometheus finds a number for a query. One that cannot be computed is none.
func hasData(ctx context.Context, server, query string) bool {
	body, err := get(ctx, server+"/api/v1/query?query="+url.QueryEscape(query))
	if err != nil {
		return false
	}
	var answer struct {
		Data struct {
			Result []struct{ Value [2]any }
		}
	}
	if json.Unmarshal(body, &answer) != nil || len(answer.Data.Result) == 0 {
		return false
	}
	return answer.Data.Result[0].Value[1] != "NaN"
}

func get(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	return io.ReadAll(response.Body)
}
