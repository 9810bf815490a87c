//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Exit codes of ashapp, as its help lists them.
const (
	exitDone   = 0
	exitFailed = 1
	exitUndone = 3
)

// goesBack goes back again and again, to a number, and from a change of settings only. Release 2 runs, and 1 ran before.
func (e *environment) goesBack(t *testing.T, url, first, second string) {
	t.Helper()
	e.underLoad(t, "rollback", url, first, "")
	printed, code := e.ashapp(t, "rollback")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, printed, "there is no good release before release 8")

	printed, code = e.ashapp(t, "rollback", "--to", "2")
	require.Equal(t, exitDone, code, printed)
	assert.Equal(t, second, e.commitAt(t, url))

	e.set(t, "backend", map[string]any{"greeting": "settings only"})
	printed, code = e.ashapp(t, "deploy")
	require.Equal(t, exitDone, code, printed)
	assertGreets(t, url, "settings only")
	printed, code = e.ashapp(t, "rollback")
	require.Equal(t, exitDone, code, printed)
	assertGreets(t, url, firstGreeting)

	printed, code = e.ashapp(t, "deploy", "--not-older")
	require.Equal(t, exitDone, code, "what is checked out is newer: %s", printed)
}

// twoAtOnce: whoever comes second says who holds the stack, and changes and records nothing: while Pulumi plans, when it has no lock of
// its own, and while it updates.
func (e *environment) twoAtOnce(t *testing.T, url string) {
	t.Helper()
	before, _ := e.ashapp(t, "history")
	e.set(t, "backend", map[string]any{"greeting": "the winner"})
	winner := e.command(t.Context(), "deploy")
	output, err := winner.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, winner.Start())
	lines := bufio.NewScanner(output)
	await(t, lines, "Previewing update")
	e.isRefused(t, "up")
	e.isRefused(t, "down", "--yes")
	await(t, lines, "Updating (")
	e.isRefused(t, "deploy")
	for lines.Scan() {
		t.Log(lines.Text())
	}
	require.NoError(t, winner.Wait())
	assertGreets(t, url, "the winner")
	after, _ := e.ashapp(t, "history")
	assert.Len(t, outcomes(after), len(outcomes(before))+1)
}

// isRefused wants a command to fail at once because somebody else changes the stack, and to say who.
func (e *environment) isRefused(t *testing.T, command ...string) {
	t.Helper()
	started := time.Now()
	printed, code := e.ashapp(t, command...)
	t.Logf("refused %s after %.1f s", command[0], time.Since(started).Seconds())
	assert.Equal(t, exitFailed, code)
	assert.Regexp(t, `another command is changing (the stack|stack \S+): \S+@\S+, process \d+, since `, printed)
}

// await reads lines until one contains a text.
func await(t *testing.T, lines *bufio.Scanner, text string) {
	t.Helper()
	for lines.Scan() {
		if strings.Contains(lines.Text(), text) {
			return
		}
	}
	t.Fatalf("it has never printed %q: %v", text, lines.Err())
}

// killed kills a deployment at each of its steps, with requests running: no request fails, and the next command finishes it or undoes it.
func (e *environment) killed(t *testing.T, url string) {
	t.Helper()
	for i, point := range []struct {
		text, state string // the line at which it is killed, and what becomes of the release: Pulumi may come to the end of the update
		bad         bool
	}{
		{text: "Previewing update"},
		{text: "Updating (", state: "undone|verified"},
		{text: "Deployment deployment updating (", state: "undone|verified"},
		{text: "Duration:", state: "verified"},
		{text: "going back to", state: "undone", bad: true},
	} {
		t.Logf("killed at %q", point.text)
		requests := startTraffic(url)
		e.set(t, "backend", map[string]any{"greeting": fmt.Sprintf("killed %d", i), "cpuRequest": nil, "cpuLimit": nil})
		if point.bad {
			e.set(t, "backend", map[string]any{"cpuRequest": "500", "cpuLimit": "500"})
		}
		command := e.command(t.Context(), "deploy")
		output, err := command.StdoutPipe()
		require.NoError(t, err)
		command.Stderr = command.Stdout
		require.NoError(t, command.Start())
		lines := bufio.NewScanner(output)
		await(t, lines, point.text)
		require.NoError(t, command.Process.Kill())
		for lines.Scan() {
			t.Log(lines.Text())
		}
		require.Error(t, command.Wait())

		e.set(t, "backend", map[string]any{"greeting": fmt.Sprintf("after %d", i), "cpuRequest": nil, "cpuLimit": nil})
		history, _ := e.ashapp(t, "history")
		opened := outcomes(history)
		printed, code := e.ashapp(t, "deploy")
		for code == exitFailed && strings.Contains(printed, "another command is changing stack") {
			printed, code = e.ashapp(t, "deploy") // Pulumi has been told to stop, and ends in good order
		}
		require.Equal(t, exitDone, code, printed)
		history, _ = e.ashapp(t, "history")
		found := outcomes(history)
		require.Contains(t, found[len(found)-1], "verified")
		if point.state != "" {
			assert.Contains(t, printed, "was stopped before it came to an end")
			assert.Regexp(t, point.state, found[len(opened)-1], printed)
		}
		assertGreets(t, url, fmt.Sprintf("after %d", i))
		sent, failed := requests.end()
		assert.Zero(t, failed, "of %d requests meanwhile", sent)
	}
}
