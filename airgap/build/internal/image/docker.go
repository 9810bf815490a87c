package image

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
)

// fingerprintLabel is the label of an image that holds the fingerprint of its inputs.
const fingerprintLabel = "com.github.ashwanth01.ashapp-backend.fingerprint"

// Image is an image to make.
type Image struct {
	// Reference is its name and tag.
	Reference string
	// Fingerprint identifies its inputs.
	Fingerprint string
	// Changes are the Dockerfile instructions of its configuration.
	Changes []string
	// Fill adds its files.
	Fill func(*Archive) error
}

// Fresh says whether Docker has the image, made of these inputs.
func (i Image) Fresh(ctx context.Context) (bool, error) {
	label, err := i.inspect(ctx, `{{index .Config.Labels "`+fingerprintLabel+`"}}`)
	return label == i.Fingerprint, err
}

// Make imports the image and gives it its name last. Images that had the name before are removed, unless a container
// uses them.
func (i Image) Make(ctx context.Context) error {
	made, err := i.load(ctx)
	if err != nil {
		return err
	}
	if err := docker(ctx, "tag", made, i.Reference); err != nil {
		return err
	}
	return docker(ctx, "image", "prune", "--force", "--filter", "label="+fingerprintLabel)
}

// load streams the files to Docker and returns the new image's ID.
func (i Image) load(ctx context.Context) (string, error) {
	reader, writer := io.Pipe()
	filled := make(chan error, 1)
	go func() {
		archive := NewArchive(writer)
		err := i.Fill(archive)
		if err == nil {
			err = archive.Close()
		}
		writer.CloseWithError(err)
		filled <- err
	}()
	argv := []string{"docker", "import"}
	for _, change := range append(slices.Clone(i.Changes), "LABEL "+fingerprintLabel+"="+i.Fingerprint) {
		argv = append(argv, "--change", change)
	}
	made, err := command.Output(ctx, command.Command{Argv: append(argv, "-"), Stdin: reader})
	// Ends the goroutine when Docker did not read to the end.
	closeErr := reader.CloseWithError(io.ErrClosedPipe)
	if fillErr := <-filled; fillErr != nil && !errors.Is(fillErr, io.ErrClosedPipe) {
		err = fillErr
	}
	if err = errors.Join(err, closeErr); err != nil && made != "" {
		// Docker took a stream that ended too early for a whole image.
		err = errors.Join(err, docker(ctx, "image", "rm", made))
	}
	return made, err
}

// inspect returns what format shows of the image, or nothing when there is no such image.
func (i Image) inspect(ctx context.Context, format string) (string, error) {
	listed, err := command.Output(ctx, command.Command{Argv: []string{"docker", "image", "ls", "--quiet", i.Reference}})
	if err != nil || listed == "" {
		return "", err
	}
	return command.Output(ctx, command.Command{Argv: []string{"docker", "image", "inspect", "--format", format, i.Reference}})
}

func docker(ctx context.Context, args ...string) error {
	return command.Run(ctx, command.Command{Argv: append([]string{"docker"}, args...)})
}
