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
	// Why is the reason for a rule of our own.
	Why string
	// Covers lists the checks of other tools that a rule of our own stands for, as tool/check, separated by commas.
	Covers string
}

// String is the finding as one line.
func (f Finding) String() string {
	line := fmt.Sprintf("%s: %s: %s", f.Object, f.Rule, f.Message)
	if f.Why != "" {
		line += ", because " + f.Why
	}
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
	findings = append(findings, judge(all)...)
	explain(findings)
	findings = waive(slices.Concat(findings, secure, scored), waivers)
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			strings.Compare(a.Object, b.Object), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(findings), nil
}

// judge holds the objects to our own rules.
func judge(all objects) (findings []Finding) {
	for _, rule := range rules() {
		if rule.check == nil {
			continue
		}
		rule.check(all, func(on object, message string) {
			findings = append(findings, Finding{Rule: rule.name, Object: nameOf(on), Message: message})
		})
	}
	return findings
}

// explain adds what the table of our own rules says about each.
func explain(findings []Finding) {
	for _, rule := range rules() {
		for i := range findings {
			if findings[i].Rule == rule.name {
				findings[i].Why, findings[i].Covers = rule.why, strings.Join(rule.covers, ", ")
			}
		}
	}
}
