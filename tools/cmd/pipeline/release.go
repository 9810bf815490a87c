package main

import (
	"fmt"
	"io"
	"os"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/changelog"
)

// notes prints the entry of a version in the changelog. A tag for another version than the one in the source is a mistake.
func (j job) notes(file, sourceFile, tag string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the changelog: %w", err)
	}
	source, err := os.ReadFile(sourceFile)
	if err != nil {
		return fmt.Errorf("reading the version: %w", err)
	}
	version, err := changelog.Version(string(source))
	if err != nil {
		return fmt.Errorf("reading the version in %s: %w", sourceFile, err)
	}
	if tag != "v"+version {
		return fmt.Errorf("the tag is %q, and the version in %s is %s: tag v%s, or raise the version", tag, sourceFile, version, version)
	}
	entry, err := changelog.Entry(string(text), version)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	if _, err := io.WriteString(j.stdout, entry); err != nil {
		return fmt.Errorf("printing the notes: %w", err)
	}
	return nil
}
