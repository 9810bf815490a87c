package main

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
)

// Whoever comes second has changed nothing.
func TestLocksOfOthersAreAFailure(t *testing.T) {
	t.Parallel()

	var said bytes.Buffer
	err := fmt.Errorf("releasing: %w", &lock.HeldError{Doing: "another release is being made", Holder: "me@laptop, process 7"})
	assert.Equal(t, exitFailed, exit(t.Context(), &said, err))
	assert.Equal(t, "error: releasing: another release is being made: me@laptop, process 7: wait for it to end, ashapp history shows what came of it\n", said.String())
}
