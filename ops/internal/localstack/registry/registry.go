// Package registry asks the registry of a local cluster what it holds.
package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// timeout bounds a question. The registry is on this machine.
const timeout = 10 * time.Second

// manifestTypes are the forms of manifests: a registry answers 404 for one in a form that is not asked for.
func manifestTypes() []string {
	return []string{
		"application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
		"application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json",
	}
}

// Holds tells whether an image, host:port/path@sha256:digest, is in its registry. It speaks plain HTTP, as registries on
// loopback do, and the protocol of the distribution project (https://distribution.github.io/distribution/spec/api).
func Holds(ctx context.Context, image string) (held bool, err error) {
	name, digest, pinned := strings.Cut(image, "@")
	host, path, found := strings.Cut(name, "/")
	if !pinned || !found {
		return false, fmt.Errorf("asking for the image %s: it is not of the form host/path@digest", image)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, "http://"+host+"/v2/"+path+"/manifests/"+digest, nil)
	if err != nil {
		return false, fmt.Errorf("asking for the image %s: %w", image, err)
	}
	request.Header["Accept"] = manifestTypes()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, fmt.Errorf("asking the registry for the image: %w", err) // it names the image in the URL
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	switch response.StatusCode {
	case http.StatusOK:
		return true, nil
	case http.StatusNotFound:
		return false, nil
	}
	return false, fmt.Errorf("asking the registry for the image %s: %s", image, response.Status)
}
