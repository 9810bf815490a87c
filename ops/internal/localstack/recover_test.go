package localstack

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestImagesThatTheRegistryHasLostAreFound(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		status int
		want   []string
		fails  string
	}{
		"held":             {status: http.StatusOK},
		"lost":             {status: http.StatusNotFound, want: []string{"urn:image"}},
		"registry is sick": {status: http.StatusInternalServerError, fails: "docker logs ashapp-backend-registry"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			held := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(test.status) }))
			t.Cleanup(held.Close)
			f := newFixture(t)
			f.record(t, `{"resources":[{"type":"docker:index/image:Image","id":"app","urn":"urn:image",`+
				`"outputs":{"repoDigest":"`+strings.TrimPrefix(held.URL, "http://")+`/app@sha256:abc"}}]}`)
			urns, err := f.LostImages(t.Context())
			if test.fails != "" {
				require.ErrorContains(t, err, test.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, urns)
		})
	}
}
