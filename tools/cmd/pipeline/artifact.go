package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/tools/internal/sbom"
)

// outputs prints what the steps after a deployment need to know. What has never been deployed has no lines. Nothing else of the
// outputs gets through, a secret least of all.
func (j job) outputs() error {
	var outputs struct{ URL, Image, Namespace string }
	if err := json.NewDecoder(j.stdin).Decode(&outputs); err != nil {
		return fmt.Errorf("reading the stack's outputs: %w", err)
	}
	repository, digest, pinned := strings.Cut(outputs.Image, "@")
	if outputs.Image != "" && !pinned {
		return fmt.Errorf("reading the stack's outputs: the image %q has no digest", outputs.Image)
	}
	for _, line := range [][2]string{
		{"url", outputs.URL}, {"namespace", outputs.Namespace},
		{"image", outputs.Image}, {"repository", repository}, {"digest", digest},
	} {
		if strings.ContainsAny(line[1], "\r\n") {
			return fmt.Errorf("reading the stack's outputs: %s has several lines", line[0])
		}
		if line[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(j.stdout, "%s=%s\n", line[0], line[1]); err != nil {
			return fmt.Errorf("printing the outputs: %w", err)
		}
	}
	return nil
}

// sbom prints what a program is made of. COMMIT is the version that the list gives it.
func (j job) sbom(program string) error {
	document, err := sbom.Of(program, j.getenv("COMMIT"), time.Now())
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(j.stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("printing the list: %w", err)
	}
	return nil
}
