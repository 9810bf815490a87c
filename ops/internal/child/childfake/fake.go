// Package childfake is for tests: programs that write down how they were called, and answer as they are told.
package childfake

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Behaviour is what a program does besides, by its name. What it returns is printed.
type Behaviour map[string]func(arguments []string) string

// Main makes the test program one of the fakes where it is called by the name of one, and runs the tests otherwise.
func Main(m *testing.M, behaviour Behaviour) {
	if name := filepath.Base(os.Args[0]); behaviour[name] != nil {
		called, err := exec.LookPath(os.Args[0]) // some are called by their name alone
		Must(err)
		os.Exit(run(name, filepath.Dir(called), os.Args[1:], behaviour[name]))
	}
	// The race detector would have every program sleep for a second before it exits.
	Must(os.Setenv("GORACE", "atexit_sleep_ms=0"))
	os.Exit(m.Run())
}

// run appends the arguments to the file calls in the folder. It prints the file that is named after the command and its first two
// arguments, if there is one, and fails where there is such a file that ends in .fail.
func run(name, folder string, arguments []string, behave func([]string) string) int {
	calls, err := os.OpenFile(filepath.Join(folder, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	Must(err)
	_, err = fmt.Fprintln(calls, name, strings.Join(arguments, " "))
	Must(errors.Join(err, calls.Close()))
	answer := filepath.Join(folder, strings.Join(append([]string{name}, arguments[:min(2, len(arguments))]...), " "))
	fmt.Print(behave(arguments))
	if content, err := os.ReadFile(answer); err == nil {
		fmt.Print(string(content))
	}
	content, err := os.ReadFile(answer + ".fail")
	if err != nil {
		return 0
	}
	fmt.Fprint(os.Stderr, string(content))
	return 1
}

// Silent is a program that does nothing besides.
func Silent([]string) string { return "" }

// Must is for programs, which have no test to fail.
func Must(err error) {
	if err != nil {
		panic(err)
	}
}

// Programs is a folder of fakes.
type Programs string

// New makes fakes by their names.
func New(t *testing.T, names ...string) Programs {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := Programs(t.TempDir())
	for _, name := range names {
		require.NoError(t, os.Symlink(self, p.Path(name)))
	}
	return p
}

// Path is that of a program.
func (p Programs) Path(name string) string { return filepath.Join(string(p), name) }

// Answers makes a fake print something when it is called by a command and its first two arguments.
func (p Programs) Answers(t *testing.T, call, printed string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(string(p), call), []byte(printed), 0o600))
}

// Fails makes a fake fail.
func (p Programs) Fails(t *testing.T, call, said string) {
	t.Helper()
	p.Answers(t, call+".fail", said)
}

// Calls are the commands that the fakes were called by, those that begin with a prefix.
func (p Programs) Calls(t *testing.T, prefix string) []string {
	t.Helper()
	content, err := os.ReadFile(p.Path("calls"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	calls := strings.Split(string(content), "\n")
	return slices.DeleteFunc(calls, func(call string) bool { return call == "" || !strings.HasPrefix(call, prefix) })
}
