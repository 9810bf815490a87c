// Package pulumifake is for tests: what Pulumi leaves in a local state.
package pulumifake

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child/childfake"
)

// Project is the project of every fake.
const Project = "ashapp-backend"

// Salt is the line that every stack file of a fake has, where it has one.
const Salt = "encryptionsalt: v1:abc\n"

// Behave does what pulumi does that others go on from.
func Behave(arguments []string) string {
	if call := strings.Join(arguments, " "); strings.HasPrefix(call, "stack init ") {
		stack, state := arguments[2], strings.TrimPrefix(os.Getenv("PULUMI_BACKEND_URL"), "file://")
		childfake.Must(write(Checkpoint(state, stack), `{"version":3,"checkpoint":{"latest":null}}`))
		childfake.Must(write("Pulumi."+stack+".yaml", Salt))
	}
	return ""
}

// Checkpoint is the file with a stack's resources in a local state.
func Checkpoint(state, stack string) string {
	return filepath.Join(state, ".pulumi", "stacks", Project, stack+".json")
}

// SaltFile is the stack file that pulumi stack init has written.
func SaltFile(state, stack string) string {
	return filepath.Join(state, stack, "Pulumi."+stack+".yaml")
}

// Record writes the checkpoint of a stack, and the salt that goes with it.
func Record(t *testing.T, state, stack, latest string) {
	t.Helper()
	require.NoError(t, write(Checkpoint(state, stack), `{"version":3,"checkpoint":{"latest":`+latest+`}}`))
	require.NoError(t, write(SaltFile(state, stack), Salt))
}

// Lock writes a lock of a stack into a backend in files, and returns the file.
func Lock(t *testing.T, state, stack, content string) string {
	t.Helper()
	file := filepath.Join(state, ".pulumi", "locks", "organization", Project, stack, "1234.json")
	require.NoError(t, write(file, content))
	require.NoError(t, write(file+".attrs", `{"user.content_type":"application/json"}`), "as Pulumi does")
	return file
}

// LockBy is the content of the lock of a process, taken at a time in RFC 3339.
func LockBy(pid int, host, since string) string {
	return fmt.Sprintf(`{"pid":%d,"username":"me","hostname":%q,"timestamp":%q}`, pid, host, since)
}

func write(file, content string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(content), 0o600)
}
