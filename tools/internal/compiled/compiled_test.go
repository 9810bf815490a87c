package compiled

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newModule writes a module of its own: a package with tests that needs another one, and one without tests.
func newModule(t *testing.T, code string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":             "module example.test/m\n\ngo 1.26\n",
		"needed/needed.go":   "package needed\n\nconst Answer = 42\n",
		"tested/tested.go":   code,
		"tested/one_test.go": "package tested\n\nimport \"testing\"\n\nfunc TestAnswer(t *testing.T) { if Answer() != 42 { t.Fail() } }\n",
		"untested/none.go":   "package untested\n",
	} {
		file := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	}
	return folder
}

const sound = "package tested\n\nimport \"example.test/m/needed\"\n\nfunc Answer() int { return needed.Answer }\n"

func TestListFindsThePackagesWithTestsAndWhatTheyNeed(t *testing.T) {
	t.Parallel()

	module, err := List(t.Context(), newModule(t, sound))
	require.NoError(t, err)
	assert.Equal(t, []string{"example.test/m/tested"}, module.Tested)
	assert.Contains(t, module.packages["example.test/m/tested"].needs, "example.test/m/needed")
	assert.EqualValues(t, len("package needed\n\nconst Answer = 42\n"), module.packages["example.test/m/needed"].size)
	assert.Contains(t, module.packages, "testing")
}

func TestAProfileCompilesNothingTwice(t *testing.T) {
	t.Parallel()

	folder := newModule(t, sound)
	for name, content := range map[string]string{
		"main.go": "package main\n\nimport \"example.test/m/needed\"\n\nfunc main() { _ = needed.Answer }\n",
		// what the compiler takes for an empty profile
		"default.pgo": "",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	module, err := List(t.Context(), folder)
	require.NoError(t, err)
	assert.Contains(t, module.packages, "example.test/m/needed")
	assert.NotContains(t, module.packages, "example.test/m/needed [example.test/m]")
}

func TestListSaysWhatGoSays(t *testing.T) {
	t.Parallel()

	_, err := List(t.Context(), t.TempDir())
	assert.ErrorContains(t, err, "listing the packages: exit status 1\npattern ./...: ")
}

func TestReadRefusesWhatIsCutOff(t *testing.T) {
	t.Parallel()

	_, err := read([]byte(`{"ImportPath": "a"`))
	assert.ErrorContains(t, err, "reading what go list says: ")
}

func TestWatchCompilesWhatTheTestsNeed(t *testing.T) {
	t.Parallel()

	folder := newModule(t, sound)
	module, err := List(t.Context(), folder)
	require.NoError(t, err)
	var output bytes.Buffer
	require.NoError(t, NewProgress(&output, folder, module, 0, time.Now).Watch(t.Context()))
	assert.Contains(t, output.String(), "testing "+folder+": ")
	assert.Regexp(t, `\ncompiled \d+ packages in \d+s\n$`, output.String(), "the packages are new, since their folder is")
}

func TestWatchFailsWithoutANoteWhereThereIsAMistake(t *testing.T) {
	t.Parallel()

	folder := newModule(t, "package tested\n\nfunc Answer() int { return missing }\n")
	module, err := List(t.Context(), folder)
	require.NoError(t, err)
	var output bytes.Buffer
	require.ErrorContains(t, NewProgress(&output, folder, module, 0, time.Now).Watch(t.Context()), "compiling: exit status 1")
	assert.NotContains(t, output.String(), "missing", "go test says it")
}

// clocked is a progress over packages of 100 bytes in all whose clock the test moves.
func clocked(output *bytes.Buffer, width int) (p *Progress, pass func(time.Duration)) {
	now := time.Unix(0, 0)
	module := Module{packages: map[string]source{
		"small": {size: 10}, "cached": {size: 20}, "large": {size: 30, needs: []string{"small", "cached"}}, "last": {size: 40},
	}}
	return NewProgress(output, "infra", module, width, func() time.Time { return now }), func(d time.Duration) { now = now.Add(d) }
}

func TestShareAndTimeLeftGoByWhatIsCompiled(t *testing.T) {
	t.Parallel()

	var output bytes.Buffer
	p, pass := clocked(&output, 0)
	require.NoError(t, p.show("small"))
	pass(10 * time.Second)
	p.begun("small")
	p.begun("no package")
	p.begun("large")
	require.NoError(t, p.show("large"))
	assert.Equal(t, []string{
		"compiling infra: 0%, 0s, small",
		"compiling infra: 60%, 10s, at most 10s left, large", // 40 bytes in 10 s, and cached was there; 40 are left
		"",
	}, strings.Split(output.String(), "\n"))
	assert.Equal(t, 2, p.packages)
}

func TestLinesStayInAFileAndAreDrawnAgainOnATerminal(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		width int
		every time.Duration
		want  string
	}{
		"file":     {0, 20 * time.Second, "compiling infra: 60%, 20s, at most 20s left, large\ncompiled 2 packages in 20s\n"},
		"terminal": {9, time.Second, "\r         \rcompiling\r         \rcompiled 2 packages in 1s\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var output bytes.Buffer
			p, pass := clocked(&output, test.width)
			reader := lines{"small", "large"}
			pass(test.every - 1)
			require.NoError(t, p.follow(&lineReader{lines: reader, before: func(line string) {
				if line == "large" {
					pass(1)
				}
			}}))
			assert.Equal(t, test.want, output.String())
		})
	}
}

type lines []string

// lineReader gives one line a Read, after what has to happen before it.
type lineReader struct {
	lines  lines
	before func(line string)
}

func (r *lineReader) Read(into []byte) (int, error) {
	if len(r.lines) == 0 {
		return 0, os.ErrClosed
	}
	line := r.lines[0]
	r.lines = r.lines[1:]
	r.before(line)
	return copy(into, line+"\n"), nil
}

func TestNothingIsSaidOfWhatWasCompiledBefore(t *testing.T) {
	t.Parallel()

	var output bytes.Buffer
	p, _ := clocked(&output, 0)
	require.NoError(t, p.follow(strings.NewReader("")))
	assert.Empty(t, output.String())
}
