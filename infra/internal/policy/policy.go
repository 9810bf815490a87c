package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Finding is one rule that one object breaks.
type Finding struct {
	// Rule is the rule's name, which does not change: waivers and tests refer to it.
	Rule string
	// Object is what breaks it, as "Kind namespace/name" or, for an object in no namespace, "Kind name". It is "manifests"
	// where an object is missing.
	Object string
	// Message says what must be different and where.
	Message string
	// Covers lists the checks of other tools that the rule stands for, as tool/check, separated by commas.
	Covers string
}

// String is the finding as one line.
func (f Finding) String() string {
	line := fmt.Sprintf("%s: %s: %s", f.Object, f.Rule, f.Message)
	if f.Covers != "" {
		line += " (" + f.Covers + ")"
	}
	return line
}

// Check holds manifests, each a Kubernetes object in its JSON form, to every rule and takes off what is waived. The
// findings are in order of object, rule and message. An error names the manifest that cannot be read.
func Check(manifests []map[string]any, waivers []Waiver) ([]Finding, error) {
	all, findings, err := decode(manifests)
	if err != nil {
		return nil, err
	}
	secure, err := podSecurity(all)
	if err != nil {
		return nil, err
	}
	scored, err := kubeScore(manifests)
	if err != nil {
		return nil, err
	}
	findings = slices.Concat(findings, secure, scored, ownRules(all))
	findings = waive(findings, waivers)
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			strings.Compare(a.Object, b.Object), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(findings), nil
}

func ownRules(all objects) (findings []Finding) {
	for _, rule := range rules() {
		rule.check(all, func(on object, message string) {
			findings = append(findings, Finding{
				Rule: rule.name, Object: nameOf(on), Message: message, Covers: strings.Join(rule.covers, ", "),
			})
		})
	}
	return findings
}
