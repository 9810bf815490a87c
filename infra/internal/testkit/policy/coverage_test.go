package policy

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The form of the names that each tool gives its checks.
func forms() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"kube-linter": regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`),
		"kube-score":  regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`),
		"kubesec":     regexp.MustCompile(`^([A-Z][A-Za-z]+)+$`),
		"polaris":     regexp.MustCompile(`^[a-z]+([A-Z]+[a-z]*)+$`),
		"trivy":       regexp.MustCompile(`^KSV-0[0-9]{3,4}$`),
	}
}

func TestChecksOfOtherToolsAreListedOnceAndInTheirForm(t *testing.T) {
	t.Parallel()

	listed := map[string]string{}
	list := func(id, place string) {
		assert.Empty(t, listed[id], "%s is also listed by %s", id, place)
		listed[id] = place
		tool, check, _ := strings.Cut(id, "/")
		if assert.Contains(t, forms(), tool, id) {
			assert.Regexp(t, forms()[tool], check, id)
		}
	}
	for _, rule := range rules() {
		for _, id := range rule.covers {
			list(id, rule.name)
		}
	}
	for id := range elsewhere() {
		list(id, "elsewhere")
	}
	for id, reason := range leftOut() {
		list(id, "leftOut")
		assert.NotEmpty(t, reason, id)
	}
}

func TestRulesHaveNamesAndReasons(t *testing.T) {
	t.Parallel()

	named := map[string]bool{}
	for _, rule := range rules() {
		assert.Regexp(t, `^[a-z]+(-[a-z]+)*$`, rule.name)
		assert.False(t, named[rule.name], "two rules are called %s", rule.name)
		assert.NotEmpty(t, rule.why, rule.name)
		named[rule.name] = true
	}
}
