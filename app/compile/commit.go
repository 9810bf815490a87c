package compile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Commit is the last Git commit that changed something in a folder, in hexadecimal digits. Later ones leave what is built from the
// folder as it is, and so they leave the image. It refuses where something in the folder is not committed, or is a source that Git
// ignores: an image that is built from it would not be what its tag says.
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
	ignored, err := run(ctx, folder, "ls-files", "--others", "--ignored", "--exclude-standard", "--", "*.go", "*.s", "*.syso", ":!*_test.go")
	if err != nil {
		return "", err
	}
	if ignored != "" {
		first, _, _ := strings.Cut(ignored, "\n")
		return "", fmt.Errorf("tagging the image with the Git commit: Git ignores %s, which is compiled in: delete it, or %s", first, advice)
	}
	return last(ctx, folder)
}

// last is the last commit that changed a folder. The oldest commit of a shallow clone looks as if it had changed everything.
func last(ctx context.Context, folder string) (string, error) {
	found, err := run(ctx, folder, "log", "-1", "--format=%H %P", "--", ".")
	if err != nil {
		return "", err
	}
	commit, parents, _ := strings.Cut(found, " ")
	if parents != "" {
		return commit, nil
	}
	shallow, err := run(ctx, folder, "rev-parse", "--is-shallow-repository")
	if err == nil && shallow == "true" {
		err = errors.New("looking for the Git commit to tag the image with (image.tagCommit): a shallow clone does not have it: git fetch --unshallow")
	}
	return commit, err
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
