package verify

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

func TestAnswersAsksOnce(t *testing.T) {
	t.Parallel()

	var asked atomic.Int32
	q := Question{Settings: settings.Default()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) > 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(q.Settings.Backend.Greeting + "\n"))
	}))
	q.URL = server.URL
	require.NoError(t, Answers(t.Context(), q))
	require.ErrorContains(t, Answers(t.Context(), q), "503 Service Unavailable")
	assert.EqualValues(t, 2, asked.Load())
	server.Close()
	require.ErrorContains(t, Answers(t.Context(), q), "connection refused")
}
