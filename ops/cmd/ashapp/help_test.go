package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the texts in testdata anew")

// help is what the help of a command prints.
func help(t *testing.T, command ...string) string {
	t.Helper()
	var stdout bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), append(command, "--help"), &stdout, t.Output()))
	return stdout.String()
}

// The commands are in the order in which one needs them, and every one says what it changes.
func TestHelpTeachesEveryCommand(t *testing.T) {
	t.Parallel()

	var stdout bytes.Buffer
	assert.Equal(t, exitDone, run(t.Context(), nil, &stdout, t.Output()), "without a command it is the help")
	assert.Equal(t, stdout.String(), help(t))
	rest := stdout.String()
	for _, line := range []string{
		"Usage:\n  ashapp COMMAND [flags]\n", "\nThe stack:\n", "  up   ", "  preview ", "  down ", "  tools ", "\nReleases of the backend:\n", "  deploy ", "  rollback ",
		"  history ", "  drift ", "\nLooking at it:\n", "  status ", "  doctor ", "  logs ", "  outputs ", "  kubeconfig ", "  kubectl ", "  exec ", "\nMore:\n",
		"  help ", "  completion ", "\nExamples:\n  ashapp up", "\nFlags:\n", "--stack NAME ", "\nExit codes:\n  0    done\n",
		"\nashapp COMMAND --help says what a command changes",
	} {
		_, after, found := strings.Cut(rest, line)
		require.True(t, found, "%q in its place", line)
		rest = after
	}
	for _, command := range newCommand(&options{stdout: t.Output(), stderr: t.Output()}).Commands() {
		if command.Hidden {
			continue
		}
		assert.NotEmpty(t, command.Example, command.Name())
		assert.NotEmpty(t, command.GroupID, command.Name())
		assert.NotEmpty(t, command.Short, command.Name())
		assert.NotEmpty(t, command.Long, command.Name())
		for line := range strings.Lines(command.Long) {
			assert.LessOrEqual(t, len(line), 142, command.Name()) // as wide as the documents
		}
	}
}

func TestHelpOfACommand(t *testing.T) {
	t.Parallel()

	assert.Equal(t, `Write the kubeconfig of a local stack's cluster to .state/kubeconfig, for this user only, and print the line that makes kubectl use it.
Your own kubeconfig stays as it is.

Usage:
  ashapp kubeconfig [flags]

Examples:
  eval "$(ashapp kubeconfig)"

Flags:
  -h, --help   help for kubeconfig

Flags of every command:
  -s, --stack NAME   the stack NAME; default: the one that was brought up last

Exit codes:
  0    done
  1    it failed; nothing was changed, or the message says what was
  2    the command line cannot be understood
  130  interrupted
`, help(t, "kubeconfig"))
	assert.Contains(t, help(t, "completion"), "Usage:\n  ashapp completion COMMAND [flags]\n\nCommands:\n  bash  ")
	var stdout bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), []string{"help", "kubectl"}, &stdout, t.Output()))
	assert.Contains(t, stdout.String(), "Usage:\n  ashapp kubectl [ARGUMENTS]\n", "its flags are kubectl's")
}

// All that the help says is in one text, to be read when it changes: go test ./cmd/ashapp -run TestWhatTheHelpSays -update writes it anew.
func TestWhatTheHelpSays(t *testing.T) {
	t.Parallel()

	const file = "testdata/help.txt"
	said := help(t)
	for _, command := range newCommand(&options{stdout: t.Output(), stderr: t.Output()}).Commands() {
		said += "\n$ ashapp help " + command.Name() + "\n"
		var stdout bytes.Buffer
		require.Equal(t, exitDone, run(t.Context(), []string{"help", command.Name()}, &stdout, t.Output()))
		said += stdout.String()
	}
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(said), 0o600))
	}
	reviewed, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(reviewed), said)
}

// broken is an output that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestHelpThatCannotBePrinted(t *testing.T) {
	t.Parallel()

	command := &cobra.Command{Use: "ashapp"}
	command.SetOut(broken{})
	assert.EqualError(t, usage(command), "no space left")
}

// Many programs have a variable of this name, and make hands its own on by the flag.
func TestStackComesFromTheFlagAlone(t *testing.T) {
	t.Setenv("STACK", "prod")
	o := &options{stdout: t.Output(), stderr: t.Output()}
	root := newCommand(o)
	require.NoError(t, root.ParseFlags(nil))
	assert.Empty(t, o.stack)
	assert.NotContains(t, help(t), "default \"prod\"")
	require.NoError(t, root.ParseFlags([]string{"-s", "dev"}))
	assert.Equal(t, "dev", o.stack)
}
