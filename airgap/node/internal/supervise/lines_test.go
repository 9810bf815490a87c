package supervise

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLinesArePrefixedHoweverTheyArrive(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	lines := newLines("etcd", &output)
	for _, chunk := range []string{"one\ntw", "o\n", "\nthree"} {
		written, err := lines.Write([]byte(chunk))
		require.NoError(t, err)
		assert.Equal(t, len(chunk), written)
	}
	assert.Equal(t, "etcd | one\netcd | two\netcd | \n", output.String())
	assert.Equal(t, []string{"one", "two", "", "three"}, lines.last())
}

func TestOnlyTheLastLinesAreKept(t *testing.T) {
	t.Parallel()
	lines := newLines("etcd", &bytes.Buffer{})
	for i := range 3 * keptLines {
		_, err := fmt.Fprintln(lines, i)
		require.NoError(t, err)
	}
	last := lines.last()
	assert.Len(t, last, keptLines)
	assert.Equal(t, fmt.Sprint(3*keptLines-1), last[keptLines-1])
}

func TestEndlessLineIsBroken(t *testing.T) {
	t.Parallel()
	lines := newLines("etcd", &bytes.Buffer{})
	for range 5 {
		_, err := lines.Write([]byte(strings.Repeat("x", maxLine)))
		require.NoError(t, err)
	}
	assert.Empty(t, lines.partial)
	assert.Len(t, lines.last(), 5)
}
