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
		"GITHUB_STEP_SUMMARY=" + filepath.Join(s.folder, "summary"), "GITHUB_REF_NAME=v1.2.3",
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
		"ci.yml/Check the format":                                                   "make check-format",
		"ci.yml/Check that every module is tidy":                                    "make check-tidy",
		"ci.yml/Vet":                                                                "make vet",
		"ci.yml/Lint the code":                                                      "make lint",
		"ci.yml/Lint the workflows":                                                 "make actionlint",
		"ci.yml/Check the subjects of the commits":                                  "make check-commits",
		"ci.yml/Run the unit tests with the race detector":                          "make cover",
		"ci.yml/Run the end-to-end tests on a cluster of their own":                 "make e2e STACK=dev",
		"ci.yml/Write the time of each job into the summary":                        "make report-times",
		"vulnerabilities.yml/Look for known vulnerabilities in what the code calls": "make vulncheck",
		"preview.yml/Require the secrets":                                           "make require STACK=prod NAMES=KUBECONFIG PULUMI_BACKEND_URL PULUMI_ACCESS_TOKEN PULUMI_CONFIG_PASSPHRASE",
		"preview.yml/Preview dev, against an empty local state":                     "make preview STACK=dev",
		"preview.yml/Install the kubeconfig":                                        "make kubeconfig-install",
		"preview.yml/Preview prod":                                                  "make preview STACK=prod",
		"preview.yml/Remove the kubeconfig":                                         "make kubeconfig-remove",
		"preview.yml/Report":                                                        "make report-preview PREVIEWS=dev=TEMP/dev.txt prod=TEMP/prod.txt",
		"preview.yml/preview-without-secrets/Report":                                "make report-preview PREVIEWS=dev=TEMP/dev.txt",
		"preview.yml/Say that nothing happens":                                      "",
		"deploy.yml/Say that nothing happens":                                       "",
		"drift.yml/Say that nothing happens":                                        "",
		"deploy.yml/Require the secrets":                                            "make require STACK=prod NAMES=DOCKERHUB_USERNAME DOCKERHUB_TOKEN KUBECONFIG PULUMI_BACKEND_URL PULUMI_ACCESS_TOKEN PULUMI_CONFIG_PASSPHRASE",
		"deploy.yml/rollback/Require the secrets":                                   "make require STACK=prod NAMES=KUBECONFIG PULUMI_BACKEND_URL PULUMI_ACCESS_TOKEN PULUMI_CONFIG_PASSPHRASE",
		"deploy.yml/Refuse a commit that was never merged":                          "make on-main",
		"deploy.yml/Look whether main has moved on":                                 "make --silent newest",
		"deploy.yml/Install the kubeconfig":                                         "make kubeconfig-install",
		"deploy.yml/Deploy":                                                         "make deploy STACK=prod URL=value of vars.BACKEND_URL ARGS=--not-older",
		"deploy.yml/Go back":                                                        "make rollback STACK=prod TO=value of inputs.release URL=value of vars.BACKEND_URL",
		"deploy.yml/Note what is deployed":                                          "make --silent outputs STACK=prod",
		"deploy.yml/Remove the kubeconfig":                                          "make kubeconfig-remove",
		"deploy.yml/Report":                                                         "make report-deployment STACK=prod FILE=TEMP/deploy.txt",
		"deploy.yml/rollback/Report":                                                "make report-deployment STACK=prod FILE=TEMP/rollback.txt",
		"deploy.yml/List what the image is made of":                                 "make --silent sbom",
		"drift.yml/Require the secrets":                                             "make require STACK=prod NAMES=KUBECONFIG PULUMI_BACKEND_URL PULUMI_ACCESS_TOKEN PULUMI_CONFIG_PASSPHRASE",
		"drift.yml/Install the kubeconfig":                                          "make kubeconfig-install",
		"drift.yml/Compare":                                                         "make drift STACK=prod",
		"drift.yml/Remove the kubeconfig":                                           "make kubeconfig-remove",
		"drift.yml/Report":                                                          "make report-drift STACK=prod OUTCOME=value of steps.drift.outcome FILE=TEMP/drift.txt",
		"release.yml/Refuse a commit that was never merged":                         "make on-main",
		"release.yml/Take the notes from the changelog":                             "make --silent release-notes TAG=v1.2.3",
		"release.yml/Build the command for every system":                            "make release-binaries",
		"release.yml/Publish":                                                       "make release-publish TAG=v1.2.3 NOTES=TEMP/notes.md",
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
		"deploy.yml":  {"deploy.txt": "deploy", "rollback.txt": "rollback", "outputs": "--silent", "sbom.spdx.json": "--silent"},
		"drift.yml":   {"drift.txt": "drift"},
		"ci.yml":      {"e2e.txt": "e2e"},
		"release.yml": {"notes.md": "--silent"},
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

// A person reads this number or word, and make gets a number or nothing.
func TestTheReleaseToGoBackTo(t *testing.T) {
	t.Parallel()

	deploy, err := Parse("deploy.yml", []byte(read(t, ".github", "workflows", "deploy.yml")))
	require.NoError(t, err)
	for _, run := range deploy.Runs() {
		if run.Step.Name.Value != "Go back" {
			continue
		}
		for given, want := range map[string]string{"3": "make rollback STACK=prod TO=3 URL=", "previous": "make rollback STACK=prod TO= URL="} {
			s := newStage(t)
			output, err := s.run(t, run.Script.Value, "RELEASE="+given)
			require.NoError(t, err, output)
			assert.Equal(t, want, s.calls(t))
		}
		return
	}
	t.Error("there is no such step")
}

func TestWhatIsNotConfiguredIsInTheSummary(t *testing.T) {
	t.Parallel()

	said := 0
	for _, file := range workflows(t) {
		for _, run := range file.Runs() {
			if run.Step.Name.Value != "Say that nothing happens" {
				continue
			}
			said++
			s := newStage(t)
			output, err := s.run(t, run.Script.Value)
			require.NoError(t, err, output)
			summary, err := os.ReadFile(filepath.Join(s.folder, "summary"))
			require.NoError(t, err)
			assert.Contains(t, string(summary), "because the variable DEPLOY_TO_PROD is not true, see docs/how-to/set-up-the-pipeline.md\n")
			assert.FileExists(t, filepath.Join(root, "docs", "how-to", "set-up-the-pipeline.md"))
		}
	}
	assert.Equal(t, 3, said)
}
