package workflow

import (
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
)

const (
	// configured is true of a repository that deploys. A copy of this one does not, and must not be red for it.
	configured   = "vars.DEPLOY_TO_PROD == 'true'"
	unconfigured = "vars.DEPLOY_TO_PROD != 'true'"
	summary      = `>>"$GITHUB_STEP_SUMMARY"`
)

// optIn wants jobs with secrets to be skipped where nobody has set any, and the run to say so.
func optIn(f *File, report reporter) {
	for _, job := range f.jobs() {
		if len(secrets(f.text(job))) == 0 {
			continue
		}
		if job.If == nil || !strings.Contains(job.If.Value, configured+" &&") && job.If.Value != configured {
			report(job.Pos, "job %s is red in every copy of the repository: if: %s", job.ID.Value, configured)
		}
		if !f.saysWhy() {
			report(job.Pos, "nothing says in the summary why job %s was skipped", job.ID.Value)
		}
	}
}

// saysWhy tells whether a step writes into the summary where the repository is not configured.
func (f *File) saysWhy() bool {
	return slices.ContainsFunc(f.Runs(), func(run Run) bool {
		asked := run.Job.If != nil && run.Job.If.Value == unconfigured || run.Step.If != nil && run.Step.If.Value == unconfigured
		return asked && strings.HasSuffix(run.Script.Value, summary)
	})
}

// noSecrets are names that everybody may know. As secrets, GitHub would hide them wherever they are part of a word.
func noSecrets(f *File, report reporter) {
	for _, job := range f.jobs() {
		for _, name := range []string{"BACKEND_URL", "DOCKERHUB_USERNAME"} {
			if slices.Contains(secrets(f.text(job)), name) {
				report(job.Pos, "job %s: %s is no secret, and as one it is hidden wherever it is part of a word: use vars.%s", job.ID.Value, name, name)
			}
		}
	}
}

// links want an environment to lead to where users reach the backend, not to what the stack takes for its node.
func links(f *File, report reporter) {
	for _, job := range f.jobs() {
		if job.Environment != nil && job.Environment.URL != nil && !strings.HasPrefix(job.Environment.URL.Value, "${{ vars.BACKEND_URL || ") {
			report(job.Environment.URL.Pos, "job %s links to an address that may be nobody's: begin with vars.BACKEND_URL", job.ID.Value)
		}
	}
}

// unattended keeps what nobody watches out of environments that ask a person.
func unattended(f *File, report reporter) {
	for _, job := range f.jobs() {
		if f.on("schedule") && job.Environment != nil && slices.Contains([]string{"production", "preview"}, job.Environment.Name.Value) {
			report(job.Pos, "job %s would wait for a reviewer of %s every time", job.ID.Value, job.Environment.Name.Value)
		}
	}
}

// newestOnly keeps an older commit from overwriting a newer one: the tests of two pushes end in any order.
func newestOnly(f *File, report reporter) {
	looked := map[*actionlint.Job]bool{}
	for _, run := range f.Runs() {
		looked[run.Job] = looked[run.Job] || slices.Contains(run.Targets(), "newest") && run.Step.ID != nil && run.Step.ID.Value == "newest"
		if !slices.Contains(run.Targets(), "deploy") {
			continue
		}
		if !looked[run.Job] || run.Step.If == nil || !strings.Contains(run.Step.If.Value, "steps.newest.outputs.newest == 'yes'") {
			report(run.Script.Pos, "job %s deploys a commit that main has moved on from: ask make newest before", run.Job.ID.Value)
		}
		if !strings.Contains(run.Script.Value, "--not-older") {
			report(run.Script.Pos, "job %s may deploy an older commit than the one that runs: ARGS=--not-older", run.Job.ID.Value)
		}
		if len(run.Job.Needs) == 0 {
			report(run.Job.Pos, "job %s deploys what no job has tested: needs", run.Job.ID.Value)
		}
	}
	f.eachAction("actions/checkout@", func(job *actionlint.Job, action *actionlint.ExecAction) {
		if strings.Contains(input(action, "ref"), "inputs.") {
			report(action.Uses.Pos, "job %s runs the Makefile of a commit that somebody chose: go back to a recorded release instead", job.ID.Value)
		}
	})
}

// wholeHistory is what the commit of the image is found in: the last one that touched app/.
func wholeHistory(f *File, report reporter) {
	deep := map[*actionlint.Job]bool{}
	f.eachAction("actions/checkout@", func(job *actionlint.Job, action *actionlint.ExecAction) {
		deep[job] = input(action, "fetch-depth") == "0"
	})
	for _, run := range f.Runs() {
		if strings.Contains(run.Script.Value, "STACK=prod") && !deep[run.Job] {
			report(run.Script.Pos, "job %s has one commit only, and would name the image by it: fetch-depth: 0", run.Job.ID.Value)
		}
	}
}

// builtOnly keeps from signing what was not built here: with image.ref nothing is.
func builtOnly(f *File, report reporter) {
	check := func(job *actionlint.Job, step *actionlint.Step, position *actionlint.Pos) {
		if job.Environment != nil && (step.If == nil || step.If.Value != "steps.deployed.outputs.built == 'yes'") {
			report(position, "job %s signs an image that it may not have built: if: steps.deployed.outputs.built == 'yes'", job.ID.Value)
		}
	}
	for _, job := range f.jobs() {
		for _, step := range job.Steps {
			if action, isAction := step.Exec.(*actionlint.ExecAction); isAction && strings.HasPrefix(action.Uses.Value, "actions/attest") {
				check(job, step, action.Uses.Pos)
			}
		}
	}
	for _, run := range f.Runs() {
		if slices.Contains(run.Targets(), "sbom") {
			check(run.Job, run.Step, run.Script.Pos)
		}
	}
}
