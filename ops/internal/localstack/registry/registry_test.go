package registry_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/registry"
)

func TestHolds(t *testing.T) {
	t.Parallel()

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodHead || !strings.Contains(strings.Join(r.Header["Accept"], ","), "oci.image.manifest"):
			w.WriteHeader(http.StatusBadRequest)
		case r.URL.Path == "/v2/name/app/manifests/sha256:there":
		case r.URL.Path == "/v2/name/app/manifests/sha256:broken":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	host, dead := strings.TrimPrefix(server.URL, "http://"), strings.TrimPrefix(gone.URL, "http://")
	for image, test := range map[string]struct {
		want  bool
		fails string
	}{
		host + "/name/app@sha256:there":  {want: true},
		host + "/name/app@sha256:lost":   {},
		host + "/name/app@sha256:broken": {fails: "sha256:broken: 500 Internal Server Error"},
		dead + "/name/app@sha256:there":  {fails: "connection refused"},
		host + "/name/app:latest":        {fails: "not of the form host/path@digest"},
		"app@sha256:there":               {fails: "not of the form host/path@digest"},
	} {
		t.Run(image, func(t *testing.T) {
			t.Parallel()

			got, err := registry.Holds(t.Context(), image)
			if test.fails != "" {
				require.ErrorContains(t, err, test.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}
