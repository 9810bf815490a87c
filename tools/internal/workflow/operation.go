package workflow

import (
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
)

const (
	// sameRepository is true of pull requests by those who may push here, and of no fork's.
	sameRepository = "github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.type == 'User'"
	// ownRunner is how a workflow for pull requests may name a runner of our own: for other events only. A fork brings its own
	// workflow files, so nothing in here can keep it away from such a runner; this keeps our own files from offering it.
	ownRunner = "github.event_name != 'pull_request' && vars.RUNNER"
	// longest is how many lines a script may have. More belongs into a make target, which can be run and tested.
	longest = 3
)

// timeouts bounds every job: GitHub's own limit is six hours.
func timeouts(f *File, report reporter) {
	for _, job := range f.jobs() {
		if job.TimeoutMinutes == nil && job.WorkflowCall == nil {
			report(job.Pos, "job %s has no timeout-minutes", job.ID.Value)
		}
	}
}

// shells wants bash by name: it then runs with pipefail, without which a failure in front of a pipe goes unseen.
func shells(f *File, report reporter) {
	if len(f.Runs()) == 0 {
		return
	}
	if f.Defaults == nil || f.Defaults.Run == nil || f.Defaults.Run.Shell == nil || f.Defaults.Run.Shell.Value != "bash" {
		report(nil, "defaults.run.shell: bash is missing, so pipes hide failures")
	}
}

func lengths(f *File, report reporter) {
	for _, run := range f.Runs() {
		if lines := strings.Count(strings.TrimSpace(run.Script.Value), "\n") + 1; lines > longest {
			report(run.Script.Pos, "a script of %d lines belongs into a make target", lines)
		}
	}
}

// requiredSecrets wants a job to fail before it does anything where a secret is missing, with its name and not with what follows from
// it. Which of them the stack can do without is make require's to know.
func requiredSecrets(f *File, report reporter) {
	for _, job := range f.jobs() {
		for _, secret := range secrets(f.text(job)) {
			if !requires(job, secret) {
				report(job.Pos, "job %s does not require the secret %s in its first script", job.ID.Value, secret)
			}
		}
	}
}

// requires tells whether the first script is given a secret and hands its name to make require.
func requires(job *actionlint.Job, secret string) bool {
	for _, step := range job.Steps {
		script, isScript := step.Exec.(*actionlint.ExecRun)
		if !isScript {
			continue
		}
		if step.Env == nil || !strings.HasPrefix(script.Run.Value, "make require ") {
			return false
		}
		_, given := step.Env.Vars[strings.ToLower(secret)]
		return given && slices.Contains(strings.FieldsFunc(script.Run.Value, func(r rune) bool { return r == ' ' || r == '"' }), secret)
	}
	return false
}

func inheritedSecrets(f *File, report reporter) {
	for _, job := range f.jobs() {
		if job.WorkflowCall != nil && job.WorkflowCall.InheritSecrets {
			report(job.Pos, "job %s hands on every secret: name them", job.ID.Value)
		}
	}
}

// forks keeps the code of strangers away from secrets, and pull requests away from runners of our own.
func forks(f *File, report reporter) {
	if !f.on("pull_request") {
		return
	}
	for _, job := range f.jobs() {
		text, guarded := f.text(job), job.If != nil && strings.Contains(job.If.Value, sameRepository)
		if len(secrets(text)) > 0 && !guarded {
			report(job.Pos, "job %s reads secrets in a pull request: let it run for this repository's own only", job.ID.Value)
		}
		if strings.Contains(strings.ReplaceAll(text, ownRunner, ""), "vars.RUNNER") {
			report(job.Pos, "job %s runs a pull request on a runner of our own", job.ID.Value)
		}
	}
}

// protectedStacks wants what changes a stack to wait for its turn and its approval, and never to be cut off.
func protectedStacks(f *File, report reporter) {
	for _, run := range f.Runs() {
		if !slices.ContainsFunc(run.Targets(), changesStack) {
			continue
		}
		own := run.Job.Concurrency
		if own == nil || !strings.HasPrefix(own.Group.Value, "stack-") || cancels(own) || cancels(f.Concurrency) {
			report(run.Script.Pos, "job %s changes a stack without a concurrency group stack-* that never cancels", run.Job.ID.Value)
		}
		if run.Job.Environment == nil {
			report(run.Script.Pos, "job %s changes a stack without an environment", run.Job.ID.Value)
		}
	}
}

func changesStack(target string) bool {
	return slices.Contains([]string{"up", "down", "deploy", "rollback"}, target)
}

// cancels tells whether a newer run may cut off this one; an expression may be true.
func cancels(concurrency *actionlint.Concurrency) bool {
	if concurrency == nil || concurrency.CancelInProgress == nil {
		return false
	}
	return concurrency.CancelInProgress.Value || concurrency.CancelInProgress.Expression != nil
}
