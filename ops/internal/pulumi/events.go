package pulumi

import (
	"strings"
)

// event is one of the engine's, as up, preview, refresh and destroy print them with --json: an object on a line of its own. The names are
// those of apitype.EngineEvent in Pulumi's SDK, of which this is the part that is shown.
type event struct {
	DiagnosticEvent  *diagnostic
	PolicyEvent      *policyViolation
	ResourcePreEvent *struct{ Metadata step } // a step begins, or is planned
	ResOutputsEvent  *struct{ Metadata step } // it has ended
	ResOpFailedEvent *struct{ Metadata step }
	SummaryEvent     *summary
}

// diagnostic is what the program, a plugin or the engine says of a resource, or of none.
type diagnostic struct {
	URN, Prefix, Message, Severity string
	// StreamID is not 0 where several messages are one text.
	StreamID int
	// Ephemeral is for a moment: how far a resource has come.
	Ephemeral bool
}

// policyViolation is what a policy has against a resource.
type policyViolation struct {
	ResourceURN, PolicyName, Message string
}

// step is an operation on a resource.
type step struct {
	Op, URN, Type string
	Old, New      *stepState
	// Diffs are the inputs that have changed.
	Diffs []string
}

// stepState is a resource before or after a step. Secrets in it are hidden.
type stepState struct {
	Custom          bool // and not a component, which is nothing by itself
	Inputs, Outputs map[string]any
}

// summary is how an operation has ended.
type summary struct {
	DurationSeconds int
	ResourceChanges map[string]int // by step
	IsPreview       bool
}

// stackRow tells whether the step is one of the stack itself.
func (s step) stackRow() bool { return s.Type == stackType }

// custom tells whether the step is one of a resource that is something by itself.
func (s step) custom() bool {
	if s.New != nil {
		return s.New.Custom
	}
	return s.Old != nil && s.Old.Custom
}

// changed are the inputs that have changed, as Pulumi writes them.
func (s step) changed() string {
	if len(s.Diffs) == 0 {
		return ""
	}
	return " [diff: ~" + strings.Join(s.Diffs, ",~") + "]"
}

// operation words for a step: its mark, and how it is called while it is planned, is done, and has been done.
type words struct{ mark, plan, doing, done string }

// stepWords are those of the steps that change something, as Pulumi has them. All others are not shown.
func stepWords(op string) (w words, shown bool) {
	w, shown = map[string]words{
		"create":             {"+ ", "create", "creating", "created"},
		"update":             {"~ ", "update", "updating", "updated"},
		"delete":             {"- ", "delete", "deleting", "deleted"},
		"replace":            {"+-", "replace", "replacing", "replaced"},
		"create-replacement": {"++", "", "creating replacement", "created replacement"},
		"delete-replaced":    {"--", "", "deleting original", "deleted original"},
		"import":             {"= ", "import", "importing", "imported"},
		"import-replacement": {"=>", "import", "importing replacement", "imported replacement"},
	}[op]
	return w, shown
}

// countedSteps are the steps that a summary counts, in Pulumi's order.
func countedSteps() []string {
	return []string{"create", "update", "delete", "replace", "import", "import-replacement"}
}

// displayType is a type without what says its last part again: docker:index/image:Image is docker:index:Image.
func displayType(name string) string {
	module, short, found := cutLast(name, ":")
	shorter, last, slash := cutLast(module, "/")
	if found && slash && strings.EqualFold(last, short) {
		return shorter + ":" + short
	}
	return name
}

// typeIn is a resource's own type in its URN, which has those of its parents before it.
func typeIn(urn string) string {
	rest, _, _ := cutLast(urn, "::")
	_, types, _ := cutLast(rest, "::")
	_, own, found := cutLast(types, "$")
	if !found {
		return types
	}
	return own
}

// cutLast is strings.Cut at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}
