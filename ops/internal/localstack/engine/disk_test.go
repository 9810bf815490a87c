//go:build unix

package engine_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

func TestCheckDisk(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	assert.NoError(t, engine.CheckDisk(folder, 1))
	assert.NoError(t, engine.CheckDisk(filepath.Join(folder, "on", "another", "machine"), math.MaxUint64))

	err := engine.CheckDisk(folder, math.MaxUint64)
	require.ErrorContains(t, err, folder+" has ")
	assert.ErrorContains(t, err, "MiB free and a local stack takes up to 17592186044415 MiB: make room, for example with docker system prune")
}
