package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// module has four mutants: its test notices three, and not what becomes of one.
func module(t *testing.T, survivors string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":       "module example.com/mutated\n\ngo 1.26\n",
		"code.go":      "package mutated\n\nfunc isLarge(n int) bool { return n > 5 && n > 0 }\n",
		"code_test.go": "package mutated\n\nimport \"testing\"\n\nfunc TestIsLarge(t *testing.T) {\n\tif isLarge(5) || !isLarge(6) {\n\t\tt.Fail()\n\t}\n}\n",
		"list.txt":     survivors,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	return folder
}

const (
	boundary = "code.go: isLarge: `n > 0` with >="
	zero     = "code.go: isLarge: `0` to `1`"
	listed   = boundary + "\n\tImplied by the other.\n" + zero + "\n\tImplied as well.\n"
)

func TestSurvivorsDecideOnTheExitCode(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		args           []string
		survivors      string
		code           int
		stdout, stderr string
	}{
		"every survivor has a reason": {[]string{"-least=70"}, listed, 0, "7 mutants, 71.4 % caught, 2 survive, 0 of them without a reason", ""},
		"a survivor without a reason": {[]string{"-least=70"}, boundary + "\n\tImplied.\n", 1, "code.go:3 survives: " + zero, "1 mutants survive without a reason"},
		"an entry that is stale":      {[]string{"-least=70"}, listed + "code.go: isLarge: invert `n > 5`\n\tx\n", 1, "", "invert `n > 5`: a test notices it"},
		"too few are caught":          {nil, listed, 1, "", "71.4 % of the mutants are caught, the least is 95 %"},
		"a list without reasons":      {nil, boundary + "\n", 1, "", boundary + " has no reason"},
		"some of them":                {[]string{"-only=invert"}, listed, 0, "3 mutants, 100.0 % caught", ""},
		"a list of them":              {[]string{"-list"}, "", 0, "3 " + boundary + "\n", ""},
		"no such list":                {[]string{"-survivors=none.txt", "-least=0"}, "", 1, "", "2 mutants survive without a reason"},
		"an expression that is none":  {[]string{"-only=("}, "", 2, "", "invalid value for flag -only"},
		"no worker":                   {[]string{"-workers=0"}, "", 2, "", "usage: mutate"},
		"no such package":             {[]string{"-tests=./nowhere"}, "", 1, "", "./nowhere"},
		"help":                        {[]string{"-h"}, "", 0, "", "-survivors file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			folder := module(t, test.survivors)
			var stdout, stderr bytes.Buffer
			args := append([]string{"-C", folder, "-survivors", filepath.Join(folder, "list.txt")}, test.args...)
			assert.Equal(t, test.code, run(t.Context(), append(args, "."), &stdout, &stderr), &stderr)
			assert.Contains(t, stdout.String(), test.stdout)
			assert.Contains(t, stderr.String(), test.stderr)
		})
	}
}

func TestPackagesMustBeNamed(t *testing.T) {
	t.Parallel()

	var stdout, stderr bytes.Buffer
	assert.Equal(t, 2, run(t.Context(), nil, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "usage: mutate")
}
