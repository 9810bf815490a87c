package verify

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func answer(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	}
}

func TestBackendIsAskedUntilNoPodGreetsAsBefore(t *testing.T) {
	t.Parallel()

	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch asked.Add(1) {
		case 1:
			answer(http.StatusServiceUnavailable, "")(w, r)
		case 3:
			answer(http.StatusOK, "an old greeting")(w, r)
		default:
			answer(http.StatusOK, "Hello")(w, r)
		}
	}))
	t.Cleanup(server.Close)
	require.NoError(t, Backend(t.Context(), server.URL+"/", "Hello", ""))
	assert.EqualValues(t, 3+inARow, asked.Load())
}

func TestBackendThatAnswers(t *testing.T) {
	t.Parallel()

	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) > 1 {
			answer(http.StatusServiceUnavailable, "")(w, r)
		}
	}))
	require.NoError(t, Answers(t.Context(), server.URL+"/"))
	require.ErrorContains(t, Answers(t.Context(), server.URL+"/"), "503 Service Unavailable")
	assert.EqualValues(t, 2, asked.Load(), "it is asked once")
	server.Close()
	assert.Regexp(t, "^dial tcp .* connection refused$", Answers(t.Context(), server.URL+"/").Error())
}

func TestBackendTellsItsCommit(t *testing.T) {
	t.Parallel()

	mux := http.NewServeMux()
	mux.HandleFunc("/", answer(http.StatusOK, "Hello"))
	mux.HandleFunc("/version", answer(http.StatusOK, `{"commit":"abc"}`))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	require.NoError(t, Backend(t.Context(), server.URL+"/", "Hello", "abc"))
	assert.ErrorContains(t, tells(t.Context(), server.Client(), server.URL+"/", "def"), "it was built from commit abc and not def")
}

func TestAnswersThatAreWrong(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"not ready":        {answer(http.StatusBadGateway, ""), "502 Bad Gateway"},
		"another greeting": {answer(http.StatusOK, "Hi"), `it answers "Hi" and not "Hello"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := httptest.NewServer(test.answer)
			defer server.Close()
			assert.ErrorContains(t, greets(t.Context(), server.Client(), server.URL, "Hello"), test.want)
		})
	}
}
