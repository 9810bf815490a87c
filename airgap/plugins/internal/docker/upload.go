package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"

	"github.com/docker/docker/api/types/container"
)

// upload is a file that is copied into the container before it starts.
type upload struct {
	File          string `json:"file"`
	Content       string `json:"content"`
	ContentBase64 string `json:"contentBase64"`
	Source        string `json:"source"` // a path on the machine that runs Pulumi
	Executable    bool   `json:"executable"`
	Permissions   string `json:"permissions"` // octal, such as "0600"
}

// content returns what to write. The errors never quote it: it may be a key.
func (u upload) content() ([]byte, error) {
	given := 0
	for _, source := range []string{u.Content, u.ContentBase64, u.Source} {
		if source != "" {
			given++
		}
	}
	if given != 1 {
		return nil, fmt.Errorf("upload of %s: give exactly one of content, contentBase64 and source, and not an empty one", u.File)
	}
	switch {
	case u.ContentBase64 != "":
		decoded, err := base64.StdEncoding.DecodeString(u.ContentBase64)
		if err != nil {
			return nil, fmt.Errorf("upload of %s: contentBase64 is not valid base64", u.File)
		}
		return decoded, nil
	case u.Source != "":
		content, err := os.ReadFile(u.Source)
		if err != nil {
			return nil, fmt.Errorf("upload of %s: reading the source: %w", u.File, err)
		}
		return content, nil
	default:
		return []byte(u.Content), nil
	}
}

// mode follows the official plugin: 0644, or 0744 for an executable.
func (u upload) mode() (int64, error) {
	switch {
	case u.Permissions != "":
		mode, err := strconv.ParseInt(u.Permissions, 8, 32)
		if err != nil || mode < 0 || mode > 0o7777 {
			return 0, fmt.Errorf("upload of %s: permissions %q are not an octal mode such as 0600", u.File, u.Permissions)
		}
		return mode, nil
	case u.Executable:
		return 0o744, nil
	default:
		return 0o644, nil
	}
}

// upload copies one file into a container. Folders that are missing are made.
func (c containers) upload(ctx context.Context, id string, file upload) error {
	archive, err := file.archive()
	if err != nil {
		return err
	}
	if err := c.engine.CopyToContainer(ctx, id, "/", archive, container.CopyToContainerOptions{}); err != nil {
		return fmt.Errorf("uploading %s: %w", file.File, err)
	}
	return nil
}

// archive holds the file alone, with its full path.
func (u upload) archive() (*bytes.Buffer, error) {
	content, err := u.content()
	if err != nil {
		return nil, err
	}
	mode, err := u.mode()
	if err != nil {
		return nil, err
	}
	buffer := &bytes.Buffer{}
	writer := tar.NewWriter(buffer)
	header := &tar.Header{Name: u.File, Mode: mode, Size: int64(len(content))}
	if err := writer.WriteHeader(header); err != nil {
		return nil, fmt.Errorf("archiving %s: %w", u.File, err)
	}
	if _, err := writer.Write(content); err != nil {
		return nil, fmt.Errorf("archiving %s: %w", u.File, err)
	}
	if err := writer.Close(); err != nil {
		return nil, fmt.Errorf("archiving %s: %w", u.File, err)
	}
	return buffer, nil
}
