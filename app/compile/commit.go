package compile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Commit is the Git commit of the checkout that a folder belongs to, in hexadecimal digits. It refuses where something in
// the folder is not committed: an image that is built from it would not be what its tag says.
func Commit(ctx context.Context, folder string) (string, error) {
	const advice = "commit it, or set image.tagCommit to false"
	changed, err := run(ctx, folder, "status", "--porcelain", "--untracked-files=all", "--", ".")
	if err != nil {
		return "", err
	}
	if changed != "" {
		first, _, _ := strings.Cut(changed, "\n")
		return "", fmt.Errorf("tagging the image with the Git commit: what it is built from is not committed (%s): %s",
			strings.TrimSpace(first), advice)
	}
	return run(ctx, folder, "rev-parse", "--verify", "HEAD")
}

// Revision is the last commit that changed a folder, followed by +dirty where something in it is not committed. A commit that
// changes other folders only leaves it as it is, and what is built from the folder as well. It is empty where Git cannot tell,
// as in an archive of the source: then the backend does not know either.
func Revision(ctx context.Context, folder string) string {
	commit, err := run(ctx, folder, "log", "-1", "--format=%H", "--", ".")
	if err != nil || commit == "" {
		return ""
	}
	if changed, err := run(ctx, folder, "status", "--porcelain", "--untracked-files=all", "--", "."); err != nil || changed != "" {
		return commit + "+dirty"
	}
	return commit
}

// IsAncestor tells whether a commit is contained in another one, or is the same.
func IsAncestor(ctx context.Context, folder, ancestor, commit string) (bool, error) {
	base, err := run(ctx, folder, "merge-base", ancestor, commit)
	if err != nil {
		return false, fmt.Errorf("comparing commits %s and %s (a shallow clone has too few of them): %w", ancestor, commit, err)
	}
	return base == ancestor, nil
}

// run returns what a git command prints, without the last line break.
func run(ctx context.Context, folder string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", arguments...)
	command.Dir = folder
	var complaint bytes.Buffer
	command.Stderr = &complaint
	printed, err := command.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("looking for the Git commit to tag the image with (image.tagCommit): git is not on PATH: %w", err)
	case err != nil:
		return "", fmt.Errorf("looking for the Git commit to tag the image with (image.tagCommit): %q: %w: %s",
			command.String(), err, bytes.TrimSpace(complaint.Bytes()))
	}
	return strings.TrimRight(string(printed), "\n"), nil
}
