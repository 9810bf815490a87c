package release

import (
	"context"
	"fmt"
	"strings"
)

// Images are those in registries, as registry.Registry knows them.
type Images interface {
	// Holds tells whether an image, name@sha256:digest, is in its registry. An error means that nobody knows.
	Holds(ctx context.Context, image string) (bool, error)
	// Tag points tags at an image, in their order, where it is in the repository that the stack pushes to; elsewhere it does nothing.
	Tag(ctx context.Context, image string, tags ...string) error
}

// goneError is the error of a release whose image its registry does not have any more.
type goneError struct{ release Release }

// Error implements error.
func (g goneError) Error() string {
	name, digest, _ := strings.Cut(g.release.Image, "@")
	host, path, found := strings.Cut(name, "/")
	if !found || !strings.ContainsAny(host, ".:") && host != "localhost" {
		host, path = "docker.io", name // as the docker command reads names
	}
	return fmt.Sprintf("the registry %s does not have %s of release %d any more, in %s", host, digest, g.release.Number, path)
}

// lookFor returns a goneError where the registry of a release's image says that it does not have it. A registry that does not answer, or
// does not let this machine in, says nothing: the cluster may have other rights.
func (s *session) lookFor(ctx context.Context, release Release) error {
	held, err := s.Images.Holds(ctx, release.Image)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		s.Say(fmt.Sprintf("warning: whether release %d can still be pulled is not known: %v", release.Number, err))
	case !held:
		return goneError{release}
	}
	return nil
}

// publish points the tags of a release that is verified at its image: one of its own, so that the registry keeps the image as long as
// somebody may want to go back to it, and last the one that people follow.
func (s *session) publish(ctx context.Context, release Release) {
	s.tag(ctx, release, s.Settings.Image.Tag)
}

// tag points a release's own tag at its image, and then others. Where nothing is built, whoever pushes the images says what tags mean.
func (s *session) tag(ctx context.Context, release Release, others ...string) {
	if s.Settings.Image.Ref != "" {
		return
	}
	own := fmt.Sprintf("release-%s-%d", s.Stack, release.Number)
	if err := s.Images.Tag(ctx, release.Image, append([]string{own}, others...)...); err != nil {
		s.Say(fmt.Sprintf("warning: %v: %s runs all the same, and the next one is tagged", err, release)) // what runs matters more than what it is called
	}
}
