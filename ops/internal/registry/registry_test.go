package registry_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	fake "github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/registry"
)

// hub is a registry on this machine that may ask for a login, and remembers who has come.
type hub struct {
	host  string
	login string // user:password; empty: it asks for none
	mutex sync.Mutex
	seen  map[string]bool // logins
	serve http.Handler
}

func newHub(t *testing.T, login string) *hub {
	t.Helper()
	h := &hub{seen: map[string]bool{}, serve: fake.New(fake.Logger(log.New(io.Discard, "", 0)))}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	h.host = strings.TrimPrefix(server.URL, "http://")
	reference, err := name.ParseReference(h.host + "/name/app:pushed")
	require.NoError(t, err)
	require.NoError(t, remote.Write(reference, empty.Image))
	h.login = login
	return h
}

// ServeHTTP implements http.Handler.
func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	user, password, given := r.BasicAuth()
	if given {
		h.seen[user+":"+password] = true
	}
	switch {
	case h.login != "" && user+":"+password != h.login:
		w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		w.WriteHeader(http.StatusUnauthorized)
	case strings.Contains(r.URL.Path, "/broken/") || strings.HasSuffix(r.URL.Path, "/refused"):
		w.WriteHeader(http.StatusNotImplemented)
	default:
		h.serve.ServeHTTP(w, r)
	}
}

// image is the one that the registry has.
func (h *hub) image(t *testing.T) string {
	t.Helper()
	digest, err := empty.Image.Digest()
	require.NoError(t, err)
	return h.host + "/name/app@" + digest.String()
}

// tagged is what the registry has under a tag, by digest; empty where it has nothing.
func (h *hub) tagged(t *testing.T, tag string) string {
	t.Helper()
	reference, err := name.ParseReference(h.host + "/name/app:" + tag)
	require.NoError(t, err)
	h.mutex.Lock()
	h.login = ""
	h.mutex.Unlock()
	found, err := remote.Head(reference)
	if err != nil {
		return ""
	}
	return h.host + "/name/app@" + found.Digest.String()
}

func TestHolds(t *testing.T) {
	t.Parallel()

	h, closed := newHub(t, ""), newHub(t, "name:secret")
	web, gone := httptest.NewServer(http.NotFoundHandler()), httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	gone.Close()
	lost := "@sha256:" + strings.Repeat("0", 64)
	for what, test := range map[string]struct {
		image string
		want  bool
		fails string
	}{
		"there":           {image: h.image(t), want: true},
		"collected":       {image: h.host + "/name/app" + lost},
		"no repository":   {image: h.host + "/name/other" + lost},
		"broken":          {image: h.host + "/broken/app" + lost, fails: "/broken/app" + lost + ": "},
		"no right":        {image: closed.image(t), fails: "401 Unauthorized"},
		"a web server":    {image: strings.TrimPrefix(web.URL, "http://") + "/name/app" + lost, fails: "404 Not Found"},
		"no registry":     {image: strings.TrimPrefix(gone.URL, "http://") + "/name/app" + lost, fails: "connection refused"},
		"without digest":  {image: h.host + "/name/app:pushed", fails: "asking for the image " + h.host + "/name/app:pushed"},
		"a broken digest": {image: h.host + "/name/app@sha256:there", fails: "asking for the image"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()

			got, err := registry.Registry{}.Holds(t.Context(), test.image)
			assert.Equal(t, test.want, got)
			if test.fails == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.fails)
		})
	}
}

func TestTagsAreMoved(t *testing.T) {
	t.Parallel()

	h := newHub(t, "name:secret")
	r := registry.Registry{Repository: h.host + "/name/app", Username: "name", Password: "secret"}
	held, err := r.Holds(t.Context(), h.image(t))
	require.NoError(t, err)
	assert.True(t, held)
	require.NoError(t, r.Tag(t.Context(), h.image(t), "release-1", "latest"))
	assert.Equal(t, []string{h.image(t), h.image(t), ""}, []string{h.tagged(t, "release-1"), h.tagged(t, "latest"), h.tagged(t, "other")})
}

func TestTagsThatCannotBeMoved(t *testing.T) {
	t.Parallel()

	h, lost := newHub(t, ""), "@sha256:"+strings.Repeat("0", 64)
	repository := h.host + "/name/app"
	for what, test := range map[string]struct{ image, tag, fails string }{
		"no image":  {repository + lost, "latest", "tagging the image " + repository + lost + ": "},
		"no digest": {repository + ":pushed", "latest", "tagging the image " + repository + ":pushed"},
		"no right":  {h.image(t), "refused", "tagging the image " + h.image(t) + " as refused: "},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()

			assert.ErrorContains(t, registry.Registry{Repository: repository}.Tag(t.Context(), test.image, test.tag), test.fails)
		})
	}
}

func TestImagesOfOthersAreNotTagged(t *testing.T) {
	t.Parallel()

	h := newHub(t, "")
	for _, repository := range []string{h.host + "/name/another", "docker.io/name/app", "", "No Repository"} {
		require.NoError(t, registry.Registry{Repository: repository}.Tag(t.Context(), h.image(t), "latest"))
		assert.Empty(t, h.tagged(t, "latest"), repository)
	}
}

// An image may be in a registry of somebody else, who must not get the credentials.
func TestCredentialsAreForTheRegistryOfTheStackAlone(t *testing.T) {
	t.Parallel()

	own, other := newHub(t, "name:secret"), newHub(t, "name:secret")
	r := registry.Registry{Repository: own.host + "/name/app", Username: "name", Password: "secret"}
	_, err := r.Holds(t.Context(), other.image(t))
	require.ErrorContains(t, err, "401 Unauthorized")
	assert.NotContains(t, err.Error(), "secret")
	assert.Empty(t, other.seen)
	_, err = r.Holds(t.Context(), own.image(t))
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"name:secret": true}, own.seen)
}

func TestWhatDockerLoginHasStoredIsUsed(t *testing.T) {
	h, folder := newHub(t, "stored:word"), t.TempDir()
	t.Setenv("DOCKER_CONFIG", folder)
	config := `{"auths": {"` + h.host + `": {"auth": "c3RvcmVkOndvcmQ="}}}` // stored:word in base64
	require.NoError(t, os.WriteFile(filepath.Join(folder, "config.json"), []byte(config), 0o600))
	held, err := registry.Registry{Repository: h.host + "/name/app"}.Holds(t.Context(), h.image(t))
	require.NoError(t, err)
	assert.True(t, held)
}

func TestQuestionsEndWithTheCommand(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := newHub(t, "")
	_, err := registry.Registry{}.Holds(ctx, h.image(t))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, registry.Registry{Repository: h.host + "/name/app"}.Tag(ctx, h.image(t), "latest"), context.Canceled)
}
