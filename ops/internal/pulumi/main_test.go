package pulumi

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child/childfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

func TestMain(m *testing.M) {
	childfake.Main(m, childfake.Behaviour{"pulumi": pulumifake.Behave, "streams": showStreams, "patient": printAndWait})
}

// showStreams prints whether what it prints to are files.
func showStreams([]string) string {
	for _, stream := range []*os.File{os.Stdout, os.Stderr} {
		info, err := stream.Stat()
		childfake.Must(err)
		fmt.Print(info.Mode().IsRegular(), " ")
	}
	return ""
}

// printAndWait prints a line, and another one when the file is there that its third argument names.
func printAndWait(arguments []string) string {
	fmt.Println("first")
	for range 1000 {
		if exists(arguments[2]) {
			return "second"
		}
		time.Sleep(10 * time.Millisecond)
	}
	return "nobody has heard it"
}

// fixture is a command line whose pulumi is a fake.
type fixture struct {
	*CommandLine
	childfake.Programs
	stdout, stderr *bytes.Buffer
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	f := fixture{Programs: childfake.New(t, "pulumi", "streams", "patient"), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	f.CommandLine = &CommandLine{
		Name: "dev", Root: t.TempDir(), StackFile: stackFile(t, "config: {}\n"), ConfigFile: "config.yaml",
		State: State{Project: pulumifake.Project, Folder: t.TempDir()}, Programs: string(f.Programs), Stdout: f.stdout, Stderr: f.stderr,
		Before: func(context.Context) error { return nil },
	}
	require.NoError(t, f.Prepare())
	return f
}

// calls are those of pulumi, without what every one has.
func (f fixture) calls(t *testing.T) []string {
	t.Helper()
	calls := f.Calls(t, "pulumi ")
	for i, call := range calls {
		calls[i] = strings.TrimSuffix(call, " --non-interactive")
	}
	return calls
}
