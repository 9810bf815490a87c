package stack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// TestMain makes the test program the command that it is called by: pulumi, docker, or the tests.
func TestMain(m *testing.M) {
	switch name := filepath.Base(os.Args[0]); name {
	case "pulumi", "docker", "kubectl":
		called, err := exec.LookPath(os.Args[0]) // kubectl is called by its name alone
		must(err)
		os.Exit(fakeProgram(name, filepath.Dir(called), os.Args[1:]))
	}
	// The race detector would have every program sleep for a second before it exits.
	must(os.Setenv("GORACE", "atexit_sleep_ms=0"))
	os.Exit(m.Run())
}

// fakeProgram appends its arguments to the file calls in its folder. It prints the file that is named after the command
// and its first two arguments, if there is one, and fails where there is such a file that ends in .fail.
func fakeProgram(name, folder string, arguments []string) int {
	calls, err := os.OpenFile(filepath.Join(folder, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	must(err)
	_, err = fmt.Fprintln(calls, name, strings.Join(arguments, " "))
	must(errors.Join(err, calls.Close()))
	answer := filepath.Join(folder, strings.Join(append([]string{name}, arguments[:min(2, len(arguments))]...), " "))
	if name == "kubectl" { // what it is given is gone when it has ended
		content, err := os.ReadFile(arguments[1])
		must(err)
		info, err := os.Stat(arguments[1])
		must(err)
		fmt.Println(info.Mode(), string(content))
	}
	if strings.HasSuffix(answer, "pulumi stack init") {
		fakeInit(arguments[2])
	}
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

// fakeInit leaves what pulumi stack init leaves.
func fakeInit(stack string) {
	s := state{project: "ashapp-backend", folder: strings.TrimPrefix(os.Getenv("PULUMI_BACKEND_URL"), "file://")}
	must(os.MkdirAll(filepath.Dir(s.checkpoint(stack)), 0o700))
	must(os.WriteFile(s.checkpoint(stack), []byte(`{"version":3,"checkpoint":{"latest":null}}`), 0o600))
	must(os.WriteFile("Pulumi."+stack+".yaml", []byte("encryptionsalt: v1:abc\n"), 0o600))
}

// thisEngine is what docker info prints of the engine of every fixture.
const thisEngine = `{"ID":"AAAA:BBBB","Name":"laptop","DockerRootDir":"/"}`

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// fixture is a stack of a checkout of its own whose pulumi and docker are fakes.
type fixture struct {
	*Stack
	programs string // the folder of the fakes
	stdout   *bytes.Buffer
	stderr   *bytes.Buffer
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	f := fixture{programs: t.TempDir(), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	for _, program := range []string{"pulumi", "docker", "kubectl"} {
		require.NoError(t, os.Symlink(self, filepath.Join(f.programs, program)))
	}
	root := t.TempDir()
	f.Stack = &Stack{
		Name: "dev", Settings: settings.Default(), root: root, state: state{project: "ashapp-backend", folder: filepath.Join(root, ".state")},
		tools:  fakeTools{folder: f.programs},
		engine: engine.Engine{Program: filepath.Join(f.programs, "docker")}, stdout: f.stdout, stderr: f.stderr,
		connect: func(string) (*cluster.Cluster, error) { return clusterfake.New("here", "v1.34.2").Cluster, nil },
	}
	require.NoError(t, os.WriteFile(f.file(), []byte("config: {}\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("name: ashapp-backend\n"), 0o600))
	f.answers(t, "docker info --format", thisEngine)
	return f
}

// answers makes a fake print something when it is called by a command and its first two arguments.
func (f fixture) answers(t *testing.T, call, printed string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(f.programs, call), []byte(printed), 0o600))
}

// fails makes a fake fail.
func (f fixture) fails(t *testing.T, call, said string) {
	t.Helper()
	f.answers(t, call+".fail", said)
}

// record writes the stack's checkpoint, and the salt that goes with it.
func (f fixture) record(t *testing.T, latest string) {
	t.Helper()
	for file, content := range map[string]string{
		f.state.checkpoint(f.Name): `{"version":3,"checkpoint":{"latest":` + latest + `}}`,
		f.state.saltFile(f.Name):   "encryptionsalt: v1:abc\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	}
}

// calls are the commands that the fakes were called by, those that begin with a prefix, without what every operation has.
func (f fixture) calls(t *testing.T, prefix string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(f.programs, "calls"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	calls := strings.Split(string(content), "\n")
	calls = slices.DeleteFunc(calls, func(call string) bool { return call == "" || !strings.HasPrefix(call, prefix) })
	for i, call := range calls {
		call = strings.TrimSuffix(call, " --non-interactive")
		calls[i] = strings.TrimSuffix(call, " --suppress-progress --stack dev --config-file "+filepath.Join(f.state.folder, "dev", "config.yaml"))
	}
	return calls
}

// fakeTools are installed and answer the question after the official ones as told.
type fakeTools struct {
	folder  string
	problem error
}

func (t fakeTools) Install(context.Context, string) (string, error) { return t.folder, nil }
func (t fakeTools) Installed(string) (string, bool)                 { return t.folder, t.folder != "" }
func (t fakeTools) OfficialInReach(context.Context) error           { return t.problem }
