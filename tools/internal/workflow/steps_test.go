package workflow

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stage is a runner on which make is a fake. The fake is a file of this repository: one that was written here could still be open in
// a process that another test is starting, and could not be run then.
type stage struct {
	folder      string
	environment []string
}

func newStage(t *testing.T) stage {
	t.Helper()
	s := stage{folder: t.TempDir()}
	fakes, err := filepath.Abs(filepath.Join("testdata", "fakes"))
	require.NoError(t, err)
	s.environment = []string{
		"PATH=" + fakes + ":/usr/bin:/bin", "RUNNER_TEMP=" + s.folder, "HOME=" + s.folder,
		"GITHUB_OUTPUT=" + filepath.Join(s.folder, "outputs"), "FAKE_CALLS=" + filepath.Join(s.folder, "calls"),
	}
	return s
}

// run executes a script as GitHub does where the shell is bash.
func (s stage) run(t *testing.T, script string, environment ...string) (string, error) {
	t.Helper()
	file := filepath.Join(s.folder, "script")
	require.NoError(t, os.WriteFile(file, []byte(script), 0o600))
	command := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", file)
	command.Dir, command.Env = s.folder, slices.Concat(s.environment, environment)
	output, err := command.CombinedOutput()
	return string(output), err
}

func (s stage) calls(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s.folder, "calls"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	return strings.ReplaceAll(strings.TrimSpace(string(content)), s.folder, "TEMP")
}

// environment is what GitHub would give a step, with a recognisable value for every expression.
func (r Run) environment() []string {
	var variables []string
	if r.Step.Env != nil {
		for _, variable := range r.Step.Env.Vars {
			variables = append(variables, variable.Name.Value+"=value of "+strings.Trim(variable.Value.Value, "${} "))
		}
	}
	return variables
}

// wantedCalls are all steps that run a script, and the one call of make that each is there for.
func wantedCalls() map[string]string {
	return map[string]string{
		"ci.yml/Check the format":                                      "make check-format",
		"ci.yml/Check that every module is tidy":                       "make check-tidy",
		"ci.yml/Vet":                                                   "make vet",
		"ci.yml/Lint the code":                                         "make lint",
		"ci.yml/Lint the workflows":                                    "make actionlint",
		"ci.yml/Run the unit tests with the race detector":             "make cover",
		"ci.yml/Look for known vulnerabilities in what the code calls": "make vulncheck",
		"ci.yml/Run the end-to-end tests on a cluster of their own":    "make e2e STACK=dev",
		"preview.yml/Require the secrets":                              "",
		"preview.yml/Preview dev, against an empty local state":        "make preview STACK=dev",
		"preview.yml/Install the kubeconfig":                           "make kubeconfig-install",
		"preview.yml/Preview prod":                                     "make preview STACK=prod",
		"preview.yml/Remove the kubeconfig":                            "make kubeconfig-remove",
		"preview.yml/Report":                                           "make report-preview PREVIEWS=dev=TEMP/dev.txt prod=TEMP/prod.txt",
		"preview.yml/preview-without-secrets/Report":                   "make report-preview PREVIEWS=dev=TEMP/dev.txt",
		"deploy.yml/Require the secrets":                               "",
		"deploy.yml/Refuse a commit that was never merged":             "make on-main",
		"deploy.yml/Install the kubeconfig":                            "make kubeconfig-install",
		"deploy.yml/Deploy":                                            "make deploy STACK=prod URL=value of secrets.BACKEND_URL ARGS=--not-older",
		"deploy.yml/Note what is deployed":                             "make --silent outputs STACK=prod",
		"deploy.yml/Remove the kubeconfig":                             "make kubeconfig-remove",
		"deploy.yml/Report":                                            "make report-deployment STACK=prod FILE=TEMP/deploy.txt",
		"deploy.yml/List what the image is made of":                    "make --silent sbom",
		"drift.yml/Require the secrets":                                "",
		"drift.yml/Install the kubeconfig":                             "make kubeconfig-install",
		"drift.yml/Compare":                                            "make drift STACK=prod",
		"drift.yml/Remove the kubeconfig":                              "make kubeconfig-remove",
		"drift.yml/Report":                                             "make report-drift STACK=prod OUTCOME=value of steps.drift.outcome FILE=TEMP/drift.txt",
	}
}

// wanted is the call that a step is there for. A step's name alone is enough where it means the same in every job.
func wanted(file string, run Run) (call string, known bool) {
	calls := wantedCalls()
	if call, known = calls[file+"/"+run.Job.ID.Value+"/"+run.Step.Name.Value]; known {
		return call, true
	}
	call, known = calls[file+"/"+run.Step.Name.Value]
	return call, known
}

func TestEveryStepCallsItsTargetAndFailsWithIt(t *testing.T) {
	t.Parallel()

	for _, file := range workflows(t) {
		for _, run := range file.Runs() {
			name := file.Name + "/" + run.Job.ID.Value + "/" + run.Step.Name.Value
			t.Run(name, func(t *testing.T) {
				t.Parallel()

				call, known := wanted(file.Name, run)
				require.True(t, known, "say in this test what the step is to call")
				s := newStage(t)
				output, err := s.run(t, run.Script.Value, run.environment()...)
				require.NoError(t, err, output)
				assert.Equal(t, call, s.calls(t))
				if call == "" {
					return
				}
				_, err = s.run(t, run.Script.Value, append(run.environment(), "FAKE_EXIT=2")...)
				var exit *exec.ExitError
				require.ErrorAs(t, err, &exit, "the failure of make is hidden")
				assert.Equal(t, 2, exit.ExitCode())
			})
		}
	}
}

// What one step writes to a file, a later one reads: by the same name, and also where make has failed.
func TestWhatIsReportedIsWhatWasWritten(t *testing.T) {
	t.Parallel()

	for file, steps := range map[string]map[string]string{
		"preview.yml": {"dev.txt": "preview", "prod.txt": "preview"},
		"deploy.yml":  {"deploy.txt": "deploy", "outputs": "--silent", "sbom.spdx.json": "--silent"},
		"drift.yml":   {"drift.txt": "drift"},
		"ci.yml":      {"e2e.txt": "e2e"},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()

			parsed, err := Parse(file, []byte(read(t, ".github", "workflows", file)))
			require.NoError(t, err)
			s := newStage(t)
			for _, run := range parsed.Runs() {
				_, _ = s.run(t, run.Script.Value, append(run.environment(), "FAKE_EXIT=2")...)
			}
			for name, target := range steps {
				content, err := os.ReadFile(filepath.Join(s.folder, name))
				require.NoError(t, err)
				assert.Contains(t, string(content), "the output of make "+target)
				assert.GreaterOrEqual(t, strings.Count(read(t, ".github", "workflows", file), name), 1)
			}
		})
	}
}

func TestMissingSecretsFailTheFirstStepByName(t *testing.T) {
	t.Parallel()

	for _, file := range workflows(t) {
		for _, run := range file.Runs() {
			if run.Step.Name.Value != "Require the secrets" {
				continue
			}
			require.Same(t, run.Job.Steps[0], run.Step, "%s: it is the first step", file.Name)
			environment := run.environment()
			for i, variable := range environment {
				secret, _, _ := strings.Cut(variable, "=")
				given := append(append([]string{secret + "="}, environment[:i]...), environment[i+1:]...)
				output, err := newStage(t).run(t, run.Script.Value, given...)
				require.Error(t, err)
				assert.Equal(t, "::error::The secret "+secret+" is not set, see Pipeline in README.md\n", output)
			}
			output, err := newStage(t).run(t, run.Script.Value)
			require.Error(t, err)
			assert.Equal(t, len(environment), strings.Count(output, "is not set"), "all of them are named at once")
		}
	}
}
