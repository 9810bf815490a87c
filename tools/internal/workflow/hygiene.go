package workflow

import (
	"regexp"
	"strings"

	"github.com/rhysd/actionlint"
)

// events refuses those by which a stranger's pull request would run with this repository's secrets and rights.
func events(f *File, report reporter) {
	for _, name := range []string{"pull_request_target", "workflow_run"} {
		if f.on(name) {
			report(nil, "%s runs for strangers with this repository's secrets: use pull_request", name)
		}
	}
}

// topPermissions wants nothing to be given by default, so that a new job begins without rights.
func topPermissions(f *File, report reporter) {
	if f.Permissions == nil || f.Permissions.All != nil || len(f.Permissions.Scopes) > 0 {
		report(nil, "permissions: {} is missing at the top")
	}
}

// jobPermissions wants every job to say what it needs, and why where it may write.
func jobPermissions(f *File, report reporter) {
	for _, job := range f.jobs() {
		if job.Permissions == nil {
			report(job.Pos, "job %s does not state its permissions", job.ID.Value)
			continue
		}
		if job.Permissions.All != nil {
			report(job.Permissions.Pos, "job %s takes %s: name what it needs", job.ID.Value, job.Permissions.All.Value)
		}
		for _, scope := range job.Permissions.Scopes {
			if scope.Value.Value == "write" && !strings.Contains(f.line(scope.Value.Pos), "# ") {
				report(scope.Value.Pos, "%s: write needs a comment that says what for", scope.Name.Value)
			}
		}
	}
}

// pinned is an action at a full commit with its release beside it: a tag can be moved, and a bare commit cannot be read.
var pinned = regexp.MustCompile(`uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

func pinnedActions(f *File, report reporter) {
	for _, job := range f.jobs() {
		uses := []*actionlint.String{}
		if job.WorkflowCall != nil {
			uses = append(uses, job.WorkflowCall.Uses)
		}
		for _, step := range job.Steps {
			if action, ok := step.Exec.(*actionlint.ExecAction); ok {
				uses = append(uses, action.Uses)
			}
		}
		for _, action := range uses {
			if !strings.HasPrefix(action.Value, "./") && !pinned.MatchString(strings.TrimSpace(f.line(action.Pos))) {
				report(action.Pos, "%s is not pinned to a full commit with its release in a comment", action.Value)
			}
		}
	}
}

// credentials keeps the token out of the checkout, where every program of a later step could read it.
func credentials(f *File, report reporter) {
	f.eachAction("actions/checkout@", func(_ *actionlint.Job, action *actionlint.ExecAction) {
		if input(action, "persist-credentials") != "false" {
			report(action.Uses.Pos, "the checkout leaves its token behind: persist-credentials: false")
		}
	})
}

// expressions keeps them out of scripts, where a title or a branch's name would be read as code.
func expressions(f *File, report reporter) {
	for _, run := range f.Runs() {
		if run.Script.ContainsExpression() {
			report(run.Script.Pos, "an expression inside run becomes code: hand it over in env")
		}
	}
}

func (f *File) eachAction(prefix string, visit func(*actionlint.Job, *actionlint.ExecAction)) {
	for _, job := range f.jobs() {
		for _, step := range job.Steps {
			if action, ok := step.Exec.(*actionlint.ExecAction); ok && strings.HasPrefix(action.Uses.Value, prefix) {
				visit(job, action)
			}
		}
	}
}

// input is what an action is given, empty if it is given nothing.
func input(action *actionlint.ExecAction, name string) string {
	if given, ok := action.Inputs[name]; ok {
		return given.Value.Value
	}
	return ""
}
