// Package registry asks registries what they hold, and moves tags in them, by the protocol of the distribution project
// (https://distribution.github.io/distribution/spec/api).
package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// timeout bounds what is asked at one time, tries after failures included.
const timeout = 10 * time.Second

// Registry is where a stack pushes its images to, and the credentials for it. The zero value asks any registry, and tags nothing.
type Registry struct {
	// Repository is where images are pushed, with the registry's host. A registry on this machine is spoken to in plain HTTP.
	Repository string
	// Username and Password are for that registry alone. Empty: what docker login has stored, as for all others.
	Username, Password string
}

// Holds tells whether an image, host/path@sha256:digest, is in its registry.
func (r Registry) Holds(ctx context.Context, image string) (bool, error) {
	digest, err := name.NewDigest(image)
	if err != nil {
		return false, fmt.Errorf("asking for the image %s: %w", image, err)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err := remote.Head(digest, r.options(ctx)...); err != nil {
		// What is no registry does not have /v2/ either.
		if answer := (&transport.Error{}); errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound &&
			strings.Contains(answer.Request.URL.Path, "/manifests/") {
			return false, nil
		}
		return false, fmt.Errorf("asking the registry for the image %s: %w", image, err)
	}
	return true, nil
}

// Tag points tags at an image, one after the other. An image in another repository than the stack's is left alone: it is somebody else's
// to say what its tags mean.
func (r Registry) Tag(ctx context.Context, image string, tags ...string) error {
	digest, err := name.NewDigest(image)
	if err != nil {
		return fmt.Errorf("tagging the image %s: %w", image, err)
	}
	if own, err := name.NewRepository(r.Repository); err != nil || own.Name() != digest.Context().Name() {
		return nil // what is no repository is not the image's
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	manifest, err := remote.Get(digest, r.options(ctx)...)
	if err != nil {
		return fmt.Errorf("tagging the image %s: %w", image, err)
	}
	for _, tag := range tags {
		if err := remote.Tag(digest.Context().Tag(tag), manifest, r.options(ctx)...); err != nil {
			return fmt.Errorf("tagging the image %s as %s: %w", image, tag, err)
		}
	}
	return nil
}

func (r Registry) options(ctx context.Context) []remote.Option {
	return []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(r)}
}

// Resolve implements authn.Keychain: no registry but the stack's own gets the stack's credentials.
func (r Registry) Resolve(asked authn.Resource) (authn.Authenticator, error) {
	own, err := name.NewRepository(r.Repository)
	if err == nil && r.Username != "" && own.RegistryStr() == asked.RegistryStr() {
		return authn.FromConfig(authn.AuthConfig{Username: r.Username, Password: r.Password}), nil
	}
	return authn.DefaultKeychain.Resolve(asked) //nolint:wrapcheck // it names the file that it could not read
}
