package workflow

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sound breaks no rule. Every test below spoils one line of it.
const sound = `name: sound
on:
  pull_request:
permissions: {}
defaults:
  run:
    shell: bash
jobs:
  deploy:
    needs: test
    if: vars.DEPLOY_TO_PROD == 'true' && ` + sameRepository + `
    runs-on: ubuntu-latest
    timeout-minutes: 10
    environment:
      name: production
      url: ${{ vars.BACKEND_URL || steps.deployed.outputs.url }}
    concurrency:
      group: stack-prod
      cancel-in-progress: false
    permissions:
      contents: read
      id-token: write # signs
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
          fetch-depth: 0
      - uses: actions/setup-go@b7ad1dad31e06c5925ef5d2fc7ad053ef454303e # v7.0.0
        with:
          check-latest: true
          cache: false
      - name: Require
        env:
          TOKEN: ${{ secrets.TOKEN }}
        run: make require STACK=prod NAMES="TOKEN"
      - name: Look
        id: newest
        run: make --silent newest
      - name: Deploy
        id: deploy
        if: steps.newest.outputs.newest == 'yes'
        env:
          TITLE: ${{ github.event.pull_request.title }}
          TOKEN: ${{ secrets.TOKEN }}
        run: make deploy STACK=prod ARGS=--not-older
      - name: Report
        if: always() && steps.deploy.outcome != 'skipped'
        run: make report-deployment
      - name: List
        if: steps.deployed.outputs.built == 'yes'
        run: make sbom
      - name: Sign
        if: steps.deployed.outputs.built == 'yes'
        uses: actions/attest@1e69f48acb82d1966a394da916b4c1698aa569d6 # v4.2.2
  unconfigured:
    if: vars.DEPLOY_TO_PROD != 'true'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - run: echo "nothing is deployed" >>"$GITHUB_STEP_SUMMARY"
  test:
    runs-on: ${{ github.event_name != 'pull_request' && vars.RUNNER || 'ubuntu-latest' }}
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5
        with:
          path: cache
          key: go-${{ github.job }}
      - run: make test
`

// testJob is where the second job begins.
const testJob = "  test:\n"

func problems(t *testing.T, content string) []string {
	t.Helper()
	file, err := Parse("seeded.yml", []byte(content))
	require.NoError(t, err)
	var found []string
	for _, problem := range file.Problems() {
		found = append(found, problem.String())
	}
	return found
}

func TestASoundWorkflowBreaksNoRule(t *testing.T) {
	t.Parallel()

	assert.Empty(t, problems(t, sound))
}

// violation is a line of the sound workflow, what is made of it, and the problem that must be found then.
type violation struct{ old, new, want string }

func TestSeededViolationsOfHygieneAreCaught(t *testing.T) {
	t.Parallel()

	seed(t, map[string]violation{
		"event for strangers": {"  pull_request:\n", "  pull_request:\n  pull_request_target:\n", "pull_request_target runs for strangers"},
		"event after a run": {
			"  pull_request:\n", "  pull_request:\n  workflow_run:\n    workflows: [x]\n", "workflow_run runs for strangers",
		},
		"no permissions at the top":   {"permissions: {}\n", "", "permissions: {} is missing at the top"},
		"read-all at the top":         {"permissions: {}\n", "permissions: read-all\n", "permissions: {} is missing at the top"},
		"a right at the top":          {"permissions: {}\n", "permissions:\n  contents: read\n", "permissions: {} is missing at the top"},
		"a job without permissions":   {"    permissions:\n      contents: read\n    steps:\n", "    steps:\n", "job test does not state its permissions"},
		"a job with every right":      {"    permissions:\n      contents: read\n    steps:\n", "    permissions: write-all\n    steps:\n", "job test takes write-all"},
		"a write without a reason":    {"id-token: write # signs", "id-token: write", "id-token: write needs a comment"},
		"an action by tag":            {"actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "actions/checkout@v7.0.1", "actions/checkout@v7.0.1 is not pinned"},
		"an action by short commit":   {"@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7", "@3d3c42e # v7", "is not pinned to a full commit"},
		"an action without release":   {"ba90b1 # v7.0.1", "ba90b1", "is not pinned to a full commit"},
		"an action of a major":        {"ba90b1 # v7.0.1", "ba90b1 # v7", "is not pinned to a full commit"},
		"an action as an image":       {"- run: make test", "- uses: docker://alpine:3", "docker://alpine:3 is not pinned"},
		"a called workflow by branch": {testJob, "  called:\n    permissions: {}\n    uses: a/b/.github/workflows/c.yml@main\n" + testJob, "a/b/.github/workflows/c.yml@main is not pinned"},
		"secrets handed on":           {testJob, "  called:\n    permissions: {}\n    uses: ./.github/workflows/c.yml\n    secrets: inherit\n" + testJob, "job called hands on every secret"},
		"a token left behind":         {"          persist-credentials: false\n", "", "the checkout leaves its token behind"},
		"a token kept on purpose":     {"persist-credentials: false", "persist-credentials: true", "the checkout leaves its token behind"},
		"an expression in a script":   {"make test", "make test TITLE=${{ github.event.pull_request.title }}", "an expression inside run becomes code"},
	})
}

func TestSeededViolationsOfOperationAreCaught(t *testing.T) {
	t.Parallel()

	seed(t, map[string]violation{
		"no timeout":               {"    timeout-minutes: 10\n    permissions:\n      contents: read\n    steps:\n", "    permissions:\n      contents: read\n    steps:\n", "job test has no timeout-minutes"},
		"no shell":                 {"defaults:\n  run:\n    shell: bash\n", "", "defaults.run.shell: bash is missing"},
		"another shell":            {"shell: bash", "shell: sh", "defaults.run.shell: bash is missing"},
		"a long script":            {"- run: make test", "- run: |\n          a\n          b\n          c\n          d", "a script of 4 lines belongs into a make target"},
		"a secret nobody requires": {"TITLE: ${{ github.event.pull_request.title }}", "OTHER: ${{ secrets.OTHER }}", "job deploy does not require the secret OTHER in its first script"},
		"a secret given, not looked at": {
			`NAMES="TOKEN"`, `NAMES="TOKENS"`, "job deploy does not require the secret TOKEN in its first script",
		},
		"a secret in an action": {
			"          cache: false", "          cache: false\n          token: ${{ secrets.OTHER }}", "job deploy does not require the secret OTHER",
		},
		"secrets for forks":            {" && " + sameRepository, "", "job deploy reads secrets in a pull request"},
		"secrets for bots":             {" && github.event.pull_request.user.type == 'User'", "", "job deploy reads secrets in a pull request"},
		"a runner of our own":          {"github.event_name != 'pull_request' && ", "", "job test runs a pull request on a runner of our own"},
		"no concurrency":               {"    concurrency:\n      group: stack-prod\n      cancel-in-progress: false\n", "", "job deploy changes a stack without a concurrency group"},
		"a group of its own":           {"group: stack-prod", "group: deploy", "job deploy changes a stack without a concurrency group"},
		"a deployment cut off":         {"cancel-in-progress: false", "cancel-in-progress: true", "job deploy changes a stack without a concurrency group"},
		"a deployment cut off, maybe":  {"cancel-in-progress: false", "cancel-in-progress: ${{ github.event.forced }}", "job deploy changes a stack without a concurrency group"},
		"a whole workflow cut off":     {"permissions: {}\n", "permissions: {}\nconcurrency:\n  group: a\n  cancel-in-progress: true\n", "job deploy changes a stack without a concurrency group"},
		"no environment":               {"    environment:\n      name: production\n      url: ${{ vars.BACKEND_URL || steps.deployed.outputs.url }}\n", "", "job deploy changes a stack without an environment"},
		"a stack removed on the quiet": {"make test", "make down STACK=prod", "job test changes a stack without an environment"},
	})
}

func seed(t *testing.T, violations map[string]violation) {
	t.Helper()
	for name, test := range violations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Contains(t, sound, test.old, "the line to spoil, where it is first")
			found := problems(t, strings.Replace(sound, test.old, test.new, 1))
			assert.Contains(t, strings.Join(found, "\n"), test.want)
		})
	}
}

func TestProblemsTellWhere(t *testing.T) {
	t.Parallel()

	assert.Equal(t, []string{"seeded.yml:22: id-token: write needs a comment that says what for"},
		problems(t, strings.Replace(sound, "write # signs", "write", 1)))
}

func TestWhatIsNoWorkflowIsRefused(t *testing.T) {
	t.Parallel()

	_, err := Parse("seeded.yml", []byte("jobs: 1\n"))
	assert.ErrorContains(t, err, "reading the workflow seeded.yml")
}

func TestNamesAreFoundInTheText(t *testing.T) {
	t.Parallel()

	file, err := Parse("seeded.yml", []byte(strings.Replace(sound, "run: make test", "run: make --silent test unit STACK=prod; make lint", 1)))
	require.NoError(t, err)
	assert.Equal(t, []string{"TOKEN"}, file.Secrets())
	assert.Equal(t, []string{"BACKEND_URL", "DEPLOY_TO_PROD", "RUNNER"}, file.Variables())
	runs := file.Runs()
	assert.Equal(t, []string{"test", "unit", "lint"}, runs[len(runs)-1].Targets())
	assert.Equal(t, []string{"require"}, runs[0].Targets())
	assert.Empty(t, runs[5].Targets())
}
