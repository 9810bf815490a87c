package pulumi

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A pipe would break with this process, and end what writes into it.
func TestProgramsDoNotWriteIntoPipes(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	var out, errors bytes.Buffer
	require.NoError(t, follow(exec.CommandContext(t.Context(), f.Path("streams"), "of", "mine"), &out, &errors))
	assert.Equal(t, "true true ", out.String())
	assert.Empty(t, errors.String())
}

func TestFilesThatProgramsWriteToAreNotLeft(t *testing.T) {
	folder := t.TempDir()
	f := newFixture(t)
	t.Setenv("TMPDIR", folder)
	require.NoError(t, follow(exec.CommandContext(t.Context(), f.Path("streams"), "of", "mine"), &bytes.Buffer{}, &bytes.Buffer{}))
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, left)
	t.Setenv("TMPDIR", filepath.Join(folder, "nowhere"))
	assert.ErrorContains(t, follow(exec.CommandContext(t.Context(), f.Path("streams"), "of", "mine"), &bytes.Buffer{}, &bytes.Buffer{}), "making a file for what a program prints")
}

// answering makes a file as soon as it has heard a word.
type answering struct {
	heard      bytes.Buffer
	word, file string
}

func (a *answering) Write(p []byte) (int, error) {
	n, _ := a.heard.Write(p)
	if strings.Contains(a.heard.String(), a.word) {
		return n, os.WriteFile(a.file, nil, 0o600)
	}
	return n, nil
}

func TestWhatProgramsPrintIsHeardWhileTheyRun(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	out := &answering{word: "first", file: filepath.Join(t.TempDir(), "heard")}
	require.NoError(t, follow(exec.CommandContext(t.Context(), f.Path("patient"), "until", "there", out.file), out, &bytes.Buffer{}))
	assert.Equal(t, "first\nsecond", out.heard.String())
}

// deaf takes nothing.
type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestProgramsComeToTheirEndWhoeverHears(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	heard := filepath.Join(t.TempDir(), "heard")
	require.NoError(t, os.WriteFile(heard, nil, 0o600))
	var errors bytes.Buffer
	f.Fails(t, "patient until there", "and an error")
	err := follow(exec.CommandContext(t.Context(), f.Path("patient"), "until", "there", heard), deaf{}, &errors)
	require.ErrorContains(t, err, "exit status 1")
	require.ErrorContains(t, err, "no space left")
	assert.Equal(t, "and an error", errors.String())
}

func TestLines(t *testing.T) {
	t.Parallel()

	var heard []string
	l := &lines{take: func(line string) { heard = append(heard, line) }}
	for _, chunk := range []string{"a", "b\nc \r\n", "\nd"} {
		_, err := l.Write([]byte(chunk))
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"ab", "c", ""}, heard)
	l.close()
	l.close()
	assert.Equal(t, []string{"ab", "c", "", "d"}, heard)
}
