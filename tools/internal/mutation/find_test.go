package mutation_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/mutation"
)

func TestFindChangesOneThingAtATime(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		code string
		want []string // changes, as they are listed
	}{
		"conditions": {"func f(a, b int) int { if a < b { return a }; return b }",
			[]string{"f: invert `a < b`", "f: `a < b` with <=", "f: drop `return a`"}},
		"conditions that are joined": {"func f(a, b bool) bool { return a && !b }",
			[]string{"f: invert `a && !b`", "f: invert `a`", "f: invert `!b`"}},
		"cases": {"func f(a int) int { switch { case a > 1: return a; default: return -a } }",
			[]string{"f: invert `a > 1`", "f: `a > 1` with >=", "f: `1` to `2`"}},
		"values of a case": {"func f(a int) int { switch a { case 1, 2: a++ }; return a }",
			[]string{"f: drop case `1`", "f: drop case `2`", "f: `1` to `2`", "f: `2` to `3`", "f: drop `a++`"}},
		"statements": {"type s struct{ n int }\nfunc (x *s) f() { defer g(); x.n = 1; g() }\nfunc g() {}",
			[]string{"s.f: drop `defer g()`", "s.f: drop `x.n = 1`", "s.f: `1` to `2`", "s.f: drop `g()`"}},
		"declared constants": {"const limit = 5 << 10\nvar text = \"\"\nvar on = true",
			[]string{"limit: `5 << 10` with >>", "limit: `5` to `6`", "limit: `10` to `11`", "text: `\"\"` to `\"not empty\"`", "on: `true` to `false`"}},
		"arithmetic, not of texts": {"func f(a, b int, c, d string) (int, string) { return a * b, c + d }", []string{"f: `a * b` with /"}},
		"arguments of one type": {"func f(a, b int, c string) { g(a, b, c) }\nfunc g(int, int, string) {}",
			[]string{"f: drop `g(a, b, c)`", "f: swap `a` and `b` in `g`"}},
		"no arguments whose order is none": {"func f(a, b int) int { return min(a, b) }", nil},
		"errors":                           {"func f(err error) error { return err }", []string{"f: no error instead of `err`"}},
		"fields and elements": {"type s struct{ a int; b []int }\nfunc f(n int) s { return s{a: n, b: []int{n, n}} }",
			[]string{"f: zero instead of `a: n`", "f: zero instead of `b: []int{n, n}`", "f: drop element `n`", "f: drop element `n` (2)"}},
		"nothing that does not compile": {"import \"fmt\"\nfunc f() { fmt.Println() }\ntype t struct { A int `json:\"a\"` }", []string{"f: drop `fmt.Println()`"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			found, err := mutation.Find(t.Context(), module(t, test.code, ""), ".")
			require.NoError(t, err)
			var got []string
			for _, mutant := range found {
				got = append(got, strings.TrimPrefix(mutant.Key(), "code.go: "))
			}
			assert.ElementsMatch(t, test.want, got)
		})
	}
}

func TestFindTellsWhatCannotBeLoaded(t *testing.T) {
	t.Parallel()

	_, err := mutation.Find(t.Context(), module(t, "func f() { undeclared() }", ""), ".")
	require.ErrorContains(t, err, "undeclared")
	_, err = mutation.Find(t.Context(), module(t, "", ""), "./elsewhere")
	require.ErrorContains(t, err, "./elsewhere")
}
