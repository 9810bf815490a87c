package workflow

import "testing"

// Each of these was in a workflow of this repository, and would have shown on its first run.
func TestSeededViolationsOfStepsAreCaught(t *testing.T) {
	t.Parallel()

	const checkout = "      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n"
	const cache = "          key: go-${{ github.job }}\n"
	seed(t, map[string]violation{
		"make before the checkout": {checkout + "          fetch-depth: 0\n", "", "job deploy calls make in an empty folder"},
		"make without a checkout":  {checkout + "      - uses: actions/cache", "      - uses: actions/cache", "job test calls make in an empty folder"},
		"a step after whatever failed": {
			"if: always() && steps.deploy.outcome != 'skipped'", "if: always()", "must name the step that it comes after",
		},
		"a step unless it is cancelled": {
			"if: always() && steps.deploy.outcome != 'skipped'", "if: ${{ !cancelled() }}", "must name the step that it comes after",
		},
		"a step after failures only": {
			"if: always() && steps.deploy.outcome != 'skipped'", "if: failure()", "must name the step that it comes after",
		},
		"an old patch of Go":      {"          check-latest: true\n", "", "job deploy may take an old patch of Go"},
		"one cache for all jobs":  {"          cache: false\n", "", "job deploy has the cache of every other job"},
		"a cache on purpose":      {"cache: false", "cache: true", "job deploy has the cache of every other job"},
		"one key for all jobs":    {cache, "          key: go\n", "job test has the cache of another job"},
		"a cache before signing":  {"    permissions:\n      contents: read\n    steps:\n", "    permissions:\n      id-token: write # signs\n    steps:\n", "job test signs what it builds, so it must not build from a cache"},
		"a time that is left out": {"run: make test", "run: make report-times", "job test does not wait for job deploy, whose time it would leave out"},
		"vulnerabilities on push": {"run: make test", "run: make vulncheck", "vulnerabilities are looked for on a schedule"},
	})
}

func TestSeededViolationsOfDeploymentsAreCaught(t *testing.T) {
	t.Parallel()

	const condition = "        if: steps.deployed.outputs.built == 'yes'\n"
	seed(t, map[string]violation{
		"a job that every copy runs":  {"vars.DEPLOY_TO_PROD == 'true' && ", "", "job deploy is red in every copy of the repository"},
		"a job without a condition":   {"    if: vars.DEPLOY_TO_PROD == 'true' && " + sameRepository + "\n", "", "job deploy is red in every copy of the repository"},
		"a job that some copies run":  {"vars.DEPLOY_TO_PROD == 'true' && ", "vars.DEPLOY_TO_PROD == 'true' || ", "job deploy is red in every copy of the repository"},
		"a job skipped on the quiet":  {`"nothing is deployed" >>"$GITHUB_STEP_SUMMARY"`, "nothing", "nothing says in the summary why job deploy was skipped"},
		"a reason that always shows":  {"    if: vars.DEPLOY_TO_PROD != 'true'\n", "", "nothing says in the summary why job deploy was skipped"},
		"a URL as a secret":           {"vars.BACKEND_URL", "secrets.BACKEND_URL", "job deploy: BACKEND_URL is no secret"},
		"a user as a secret":          {"TITLE: ${{", "DOCKERHUB_USERNAME: ${{ secrets.DOCKERHUB_USERNAME }}\n          TITLE: ${{", "job deploy: DOCKERHUB_USERNAME is no secret"},
		"a link to the node":          {"vars.BACKEND_URL || ", "", "job deploy links to an address that may be nobody's"},
		"a commit that is not newest": {"        if: steps.newest.outputs.newest == 'yes'\n", "", "job deploy deploys a commit that main has moved on from"},
		"a commit that is the newest or not": {
			"if: steps.newest.outputs.newest == 'yes'", "if: steps.newest.outputs.newest", "job deploy deploys a commit that main has moved on from",
		},
		"nobody looks for the newest":  {"run: make --silent newest", "run: make status", "job deploy deploys a commit that main has moved on from"},
		"an older commit":              {" ARGS=--not-older", "", "job deploy may deploy an older commit"},
		"a commit that is not tested":  {"    needs: test\n", "", "job deploy deploys what no job has tested"},
		"a commit of somebody's":       {"          fetch-depth: 0\n", "          fetch-depth: 0\n          ref: ${{ inputs.commit }}\n", "job deploy runs the Makefile of a commit that somebody chose"},
		"one commit of the history":    {"          fetch-depth: 0\n", "", "job deploy has one commit only"},
		"one commit in another job":    {"run: make test", "run: make preview STACK=prod", "job test has one commit only"},
		"a list of what was not built": {condition + "        run: make sbom", "        run: make sbom", "job deploy signs an image that it may not have built"},
		"an approval every night":      {"  pull_request:\n", "  pull_request:\n  schedule:\n    - cron: 1 1 * * *\n", "job deploy would wait for a reviewer of production every time"},
		"what was not built, signed":   {condition + "        uses: actions/attest", "        uses: actions/attest", "job deploy signs an image that it may not have built"},
	})
}
