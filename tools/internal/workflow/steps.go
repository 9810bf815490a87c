package workflow

import (
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
)

// checkoutFirst wants the Makefile to be there before make is called.
func checkoutFirst(f *File, report reporter) {
	for _, run := range f.Runs() {
		if len(run.Targets()) == 0 {
			continue
		}
		first, isAction := run.Job.Steps[0].Exec.(*actionlint.ExecAction)
		if !isAction || !strings.HasPrefix(first.Uses.Value, "actions/checkout@") {
			report(run.Script.Pos, "job %s calls make in an empty folder: check out first", run.Job.ID.Value)
		}
	}
}

// lateSteps wants a step that also runs after a failure to say which step it comes after. Otherwise it runs where nothing was done yet,
// and what it says hides why.
func lateSteps(f *File, report reporter) {
	for _, job := range f.jobs() {
		for _, step := range job.Steps {
			if step.If == nil || !slices.ContainsFunc([]string{"always()", "cancelled()", "failure()"}, func(function string) bool {
				return strings.Contains(step.If.Value, function)
			}) {
				continue
			}
			if !strings.Contains(step.If.Value, ".outcome") {
				report(step.Pos, "a step that runs after failures must name the step that it comes after: steps.ID.outcome != 'skipped'")
			}
		}
	}
}

// goVersions wants the newest patch of Go's version: it may close a hole in the standard library.
func goVersions(f *File, report reporter) {
	f.eachAction("actions/setup-go@", func(job *actionlint.Job, action *actionlint.ExecAction) {
		if input(action, "check-latest") != "true" {
			report(action.Uses.Pos, "job %s may take an old patch of Go: check-latest: true", job.ID.Value)
		}
	})
}

// caches keeps what another run has left away from what is signed, and gives every other job a cache of its own: a cache is never
// overwritten, so that the quickest job would otherwise keep all others without.
func caches(f *File, report reporter) {
	f.eachAction("actions/setup-go@", func(job *actionlint.Job, action *actionlint.ExecAction) {
		if input(action, "cache") != "false" {
			report(action.Uses.Pos, "job %s has the cache of every other job: cache: false, and actions/cache", job.ID.Value)
		}
	})
	f.eachAction("actions/cache@", func(job *actionlint.Job, action *actionlint.ExecAction) {
		if !strings.Contains(input(action, "key"), "github.job") {
			report(action.Uses.Pos, "job %s has the cache of another job: github.job is missing in its key", job.ID.Value)
		}
		if job.Permissions == nil {
			return
		}
		if _, signs := job.Permissions.Scopes["id-token"]; signs {
			report(action.Uses.Pos, "job %s signs what it builds, so it must not build from a cache", job.ID.Value)
		}
	})
}

// times wants the job that writes how long each job took to wait for all of them.
func times(f *File, report reporter) {
	for _, run := range f.Runs() {
		if !slices.Contains(run.Targets(), "report-times") {
			continue
		}
		for _, job := range f.jobs() {
			waits := slices.ContainsFunc(run.Job.Needs, func(needed *actionlint.String) bool { return needed.Value == job.ID.Value })
			if job != run.Job && !waits {
				report(run.Job.Pos, "job %s does not wait for job %s, whose time it would leave out", run.Job.ID.Value, job.ID.Value)
			}
		}
	}
}

// vulnerabilities become known without a change here, and are looked for where a dependency changes.
func vulnerabilities(f *File, report reporter) {
	for _, run := range f.Runs() {
		if slices.Contains(run.Targets(), "vulncheck") && (!f.on("schedule") || !strings.Contains(strings.Join(f.lines, "\n"), "**/go.mod")) {
			report(run.Script.Pos, "vulnerabilities are looked for on a schedule, and where a go.mod changes: a workflow of its own")
		}
	}
}
