package pulumi

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

// began is when the locks of these tests were taken.
var began = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func TestLocksOfOtherStacksAreNotLookedAt(t *testing.T) {
	t.Parallel()

	s := State{Project: pulumifake.Project, Folder: t.TempDir()}
	other := pulumifake.Lock(t, s.Folder, "prod", "")
	require.NoError(t, s.CheckLocks("dev"))
	assert.True(t, exists(other))
	elsewhere := State{Project: pulumifake.Project, OwnBackend: true, Backend: "s3://bucket"}
	assert.NoError(t, elsewhere.CheckLocks("dev"), "only Pulumi can tell")
}

func TestLockThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()

	s := State{Project: pulumifake.Project, Folder: t.TempDir()}
	file := filepath.Join(filepath.Dir(pulumifake.Lock(t, s.Folder, "dev", "")), "folder.json")
	require.NoError(t, os.MkdirAll(file, 0o700))
	assert.ErrorContains(t, s.CheckLocks("dev"), "reading a lock of stack dev: read "+file)
}

// What Pulumi 3.255.0 prints on stderr.
const lockedBucket = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with ` +
	"`pulumi cancel`.\n" +
	"  s3://bucket/.pulumi/locks/organization/p/prod/1.json: created by me@elsewhere (pid 7) at 2026-11-26T12:00:00Z\n" +
	"  s3://bucket/.pulumi/locks/organization/p/prod/2.json: created by you@nowhere (pid 8) at 2026-11-26T13:00:00Z\n"

func TestRefusalOfPulumi(t *testing.T) {
	t.Parallel()

	free := "pulumi cancel --stack prod"
	assert.Nil(t, refused("prod", "error: update failed"))
	assert.Equal(t, &lock.HeldError{Doing: "another command is changing stack prod", Holder: "me@elsewhere, process 7", Since: began, Free: free}, refused("prod", lockedBucket))
	assert.Equal(t, &lock.HeldError{Doing: "another command is changing stack prod", Free: free}, refused("prod", "error: [409] Conflict: Another update is currently in progress.\n"))
	for _, other := range []string{"the stack is currently locked by somebody", strings.Replace(lockedBucket, "pid 7", "process 7", 1),
		strings.Replace(lockedBucket, "2026-11-26T12", "12", 1)} {
		assert.Equal(t, &lock.HeldError{Doing: "another command is changing stack prod", Free: free}, refused("prod", other))
	}
}
