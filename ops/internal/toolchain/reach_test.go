package toolchain_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

var errUnreachable = errors.New("no route to host")

// unreachable is a network that is not there.
type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) { return nil, errUnreachable }

// silent is a network that takes questions and answers none.
type silent struct{}

func (silent) RoundTrip(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

func TestOfficialInReach(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		host   string // that answers with status; the others answer 200
		status int
		want   string
	}{
		"all answer":                     {status: http.StatusOK},
		"a registry wants credentials":   {host: "registry-1.docker.io", status: http.StatusUnauthorized},
		"a proxy refuses the releases":   {host: "github.com", status: http.StatusForbidden, want: "asking github.com: 403 Forbidden"},
		"a proxy refuses the plugins":    {host: "get.pulumi.com", status: http.StatusForbidden, want: "asking get.pulumi.com: 403 Forbidden"},
		"the registry has broken down":   {host: "registry-1.docker.io", status: http.StatusBadGateway, want: "asking registry-1.docker.io: 502 Bad Gateway"},
		"the release has been withdrawn": {host: "github.com", status: http.StatusNotFound, want: "asking github.com: 404 Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			tools := newToolchain(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Host") == test.host {
					w.WriteHeader(test.status)
				}
			}))
			err := tools.OfficialInReach(t.Context())
			if test.want == "" {
				assert.NoError(t, err)
			} else {
				assert.EqualError(t, err, test.want)
			}
		})
	}
}

func TestOfficialOutOfReachNamesPlaceAndCause(t *testing.T) {
	t.Parallel()

	tools := toolchain.New(t.TempDir(), t.Output())
	tools.Client = &http.Client{Transport: unreachable{}}
	err := tools.OfficialInReach(t.Context())
	require.ErrorIs(t, err, errUnreachable)
	for _, host := range []string{"github.com", "get.pulumi.com", "registry-1.docker.io"} {
		assert.ErrorContains(t, err, "asking "+host+": no route to host")
	}
}

func TestOfficialInReachDoesNotWaitForever(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		tools := toolchain.New(t.TempDir(), t.Output())
		tools.Client = &http.Client{Transport: silent{}}
		assert.ErrorContains(t, tools.OfficialInReach(t.Context()), "deadline exceeded")
	})
}
