package workflow

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../../.."

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	require.NoError(t, err)
	return string(content)
}

// workflows are those of this repository.
func workflows(t *testing.T) []*File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.y*ml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	files := make([]*File, len(paths))
	for i, path := range paths {
		files[i], err = Parse(filepath.Base(path), []byte(read(t, ".github", "workflows", filepath.Base(path))))
		require.NoError(t, err)
	}
	return files
}

func TestTheWorkflowsBreakNoRule(t *testing.T) {
	t.Parallel()

	for _, file := range workflows(t) {
		assert.Empty(t, file.Problems(), file.Name)
	}
}

// Two commits of one action in one repository are an update that was forgotten halfway.
func TestEveryActionIsAtOneCommit(t *testing.T) {
	t.Parallel()

	commits := map[string]string{}
	for _, file := range workflows(t) {
		file.eachAction("", func(_ *actionlint.Job, action *actionlint.ExecAction) {
			name, commit, _ := strings.Cut(action.Uses.Value, "@")
			owner, rest, _ := strings.Cut(name, "/")
			repository, _, _ := strings.Cut(rest, "/") // github/codeql-action holds several actions
			name = owner + "/" + repository
			if first, known := commits[name]; known {
				assert.Equal(t, first, commit, "%s: %s", file.Name, name)
			}
			commits[name] = commit
		})
	}
	assert.GreaterOrEqual(t, len(commits), 8)
}

func TestActionlintAcceptsTheWorkflows(t *testing.T) {
	t.Parallel()

	project, err := actionlint.NewProject(root)
	require.NoError(t, err)
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	require.NoError(t, err)
	var paths []string
	for _, file := range workflows(t) {
		paths = append(paths, filepath.Join(root, ".github", "workflows", file.Name))
	}
	found, err := linter.LintFiles(paths, project)
	require.NoError(t, err)
	assert.Empty(t, found)
}

// So that the test above is known to look.
func TestActionlintIsAtWork(t *testing.T) {
	t.Parallel()

	var said bytes.Buffer
	linter, err := actionlint.NewLinter(&said, &actionlint.LinterOptions{})
	require.NoError(t, err)
	found, err := linter.Lint("seeded.yml", []byte("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.at.all }}\n"), nil)
	require.NoError(t, err)
	assert.Len(t, found, 1)
	assert.Contains(t, said.String(), `undefined variable "nothing"`)
}

// targets are those that make can be asked for.
func targets(t *testing.T) map[string]bool {
	t.Helper()
	defined := map[string]bool{}
	for _, makefile := range []string{read(t, "Makefile"), read(t, ".github", "pipeline.mk"), read(t, "airgap", "rehearsal.mk")} {
		for _, rule := range regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):(?:[^=]|$)`).FindAllStringSubmatch(makefile, -1) {
			defined[rule[1]] = true
		}
	}
	return defined
}

func TestEveryTargetThatAWorkflowNamesExists(t *testing.T) {
	t.Parallel()

	defined := targets(t)
	named := 0
	for _, file := range workflows(t) {
		for _, run := range file.Runs() {
			for _, target := range run.Targets() {
				named++
				assert.True(t, defined[target], "%s: there is no target %s", file.Name, target)
			}
		}
	}
	assert.Greater(t, named, 20)
}

func TestEverySecretAndVariableIsDocumented(t *testing.T) {
	t.Parallel()

	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| (?:secret|variable)").FindAllStringSubmatch(read(t, "docs", "how-to", "set-up-the-pipeline.md"), -1) {
		documented[row[1]] = true
	}
	used := map[string]bool{}
	for _, file := range workflows(t) {
		for _, name := range append(file.Secrets(), file.Variables()...) {
			used[name] = true
			assert.True(t, documented[name], "%s reads %s, which docs/how-to/set-up-the-pipeline.md does not explain", file.Name, name)
		}
	}
	for name := range documented {
		assert.True(t, used[name], "docs/how-to/set-up-the-pipeline.md explains %s, which no workflow reads", name)
	}
}
