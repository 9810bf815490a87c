package lock_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
)

func TestHeldErrorSaysWhoSinceWhenAndWhatToDo(t *testing.T) {
	t.Parallel()

	began := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	since := began.Local().Format("2006-01-02 15:04:05")
	for name, test := range map[string]struct {
		held lock.HeldError
		want string
	}{
		"all is known": {
			lock.HeldError{Doing: "another command is changing stack prod", Holder: "me@laptop, process 7", Since: began, Free: "pulumi cancel --stack prod"},
			"another command is changing stack prod: me@laptop, process 7, since " + since +
				": wait for it to end; where there is no such command any more: pulumi cancel --stack prod",
		},
		"it was killed": {
			lock.HeldError{Doing: "another command is changing stack prod", Holder: "me@laptop, process 7", Since: began, Gone: true, Free: "pulumi cancel --stack prod"},
			"another command is changing stack prod: me@laptop, process 7, since " + since +
				": that process has ended without giving the lock back: pulumi cancel --stack prod",
		},
		"nobody tells who": {
			lock.HeldError{Doing: "another command is changing stack prod", Free: "pulumi cancel --stack prod"},
			"another command is changing stack prod: wait for it to end; where there is no such command any more: pulumi cancel --stack prod",
		},
		"it ends by itself": {
			lock.HeldError{Doing: "another release is being made", Holder: "me@laptop, process 7", Since: began},
			"another release is being made: me@laptop, process 7, since " + since + ": wait for it to end, ashapp history shows what came of it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.EqualError(t, &test.held, test.want)
		})
	}
}

func TestProcess(t *testing.T) {
	t.Parallel()

	host, err := os.Hostname()
	require.NoError(t, err)
	self := lock.Self()
	assert.Equal(t, []any{host, os.Getpid()}, []any{self.Host, self.PID})
	assert.NotEmpty(t, self.User)
	assert.False(t, self.Gone())

	ended := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	require.NoError(t, ended.Run())
	assert.True(t, lock.Process{Host: host, PID: ended.Process.Pid}.Gone())
	assert.False(t, lock.Process{Host: "elsewhere", PID: ended.Process.Pid}.Gone(), "only that machine knows")

	read, ok := lock.Parse(lock.Process{User: "me", Host: "laptop", PID: 7}.String())
	assert.True(t, ok)
	assert.Equal(t, lock.Process{User: "me", Host: "laptop", PID: 7}, read)
	for _, text := range []string{"", "somebody", "me@laptop", "me@laptop, process ", "me@laptop, process x", "laptop, process 7"} {
		_, ok := lock.Parse(text)
		assert.False(t, ok, text)
	}
}
