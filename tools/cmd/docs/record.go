package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/bars"
	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/terminal"
)

// draw draws a table of numbers.
func draw(table, page string) error {
	content, err := os.ReadFile(table)
	if err != nil {
		return fmt.Errorf("reading the table: %w", err)
	}
	picture, err := bars.SVG(string(content))
	if err != nil {
		return fmt.Errorf("drawing %s: %w", table, err)
	}
	return writePicture(page, picture)
}

// record runs commands one after the other and draws what they print. What fails is not drawn: the picture stays as it was.
func record(ctx context.Context, lines []string, page string, progress io.Writer) error {
	commands := make([]terminal.Command, len(lines))
	for i, line := range lines {
		var printed bytes.Buffer
		command := exec.CommandContext(ctx, "sh", "-c", line)
		command.Stdout = io.MultiWriter(&printed, progress)
		command.Stderr = command.Stdout
		if err := command.Run(); err != nil {
			return fmt.Errorf("running %s for the picture: %w", line, err)
		}
		commands[i] = terminal.Command{Line: line, Output: printed.String()}
	}
	picture := terminal.SVG("A terminal: "+strings.Join(lines, ", "), commands)
	return writePicture(page, picture)
}

func writePicture(page, picture string) error {
	if err := os.WriteFile(page, []byte(picture), 0o644); err != nil { //nolint:gosec // a picture is for everybody
		return fmt.Errorf("writing the picture: %w", err)
	}
	return nil
}
