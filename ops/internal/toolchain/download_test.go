package toolchain_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// slow is a network that sends a MiB at a time.
type slow struct {
	pause time.Duration
	sent  int // MiB until it falls silent
	total int // MiB that it announces
}

func (s slow) RoundTrip(request *http.Request) (*http.Response, error) {
	reader, writer := io.Pipe()
	context.AfterFunc(request.Context(), func() { _ = writer.CloseWithError(request.Context().Err()) })
	go func() {
		for range s.sent {
			select {
			case <-time.After(s.pause):
			case <-request.Context().Done():
				return
			}
			if _, err := writer.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	}()
	return &http.Response{StatusCode: http.StatusOK, Body: reader, ContentLength: int64(s.total) << 20}, nil
}

func TestDownloadIsBoundedInTime(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		network http.RoundTripper
		want    string
		after   time.Duration
	}{
		"no answer":                   {silent{}, "nothing came for 30s", 30 * time.Second},
		"silence in the middle":       {slow{pause: 20 * time.Second, sent: 3, total: 150}, "nothing came for 30s", 90 * time.Second},
		"a trickle that does not end": {slow{pause: 29 * time.Second, sent: 400, total: 500}, "it was not complete after 30m0s", 30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				tools := toolchain.New(t.TempDir(), io.Discard)
				tools.Client = &http.Client{Transport: test.network}
				started := time.Now()
				_, err := tools.Install(t.Context(), "dev")
				require.ErrorContains(t, err, test.want)
				require.ErrorContains(t, err, "STACK=airgap")
				assert.InDelta(t, test.after, time.Since(started), float64(time.Second))
				assert.Empty(t, names(t, tools.Folder))
			})
		})
	}
}

func TestDownloadTellsHowFarItIs(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var output bytes.Buffer
		tools := toolchain.New(t.TempDir(), &output)
		tools.Client = &http.Client{Transport: slow{pause: 4 * time.Second, sent: 5, total: 150}}
		_, err := tools.Install(t.Context(), "dev")
		require.Error(t, err)
		assert.Contains(t, output.String(), "\n  2 of 150 MiB\n")
		assert.NotContains(t, output.String(), "\n  1 of 150 MiB\n", "not at every step")
	})
}
