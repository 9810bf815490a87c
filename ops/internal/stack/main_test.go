package stack

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/child/childfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

func TestMain(m *testing.M) {
	childfake.Main(m, childfake.Behaviour{"pulumi": pulumifake.Behave, "docker": childfake.Silent, "kubectl": showKubeconfig})
}

// showKubeconfig prints what kubectl is given by its second argument, which is gone when it has ended.
func showKubeconfig(arguments []string) string {
	content, err := os.ReadFile(arguments[1])
	childfake.Must(err)
	info, err := os.Stat(arguments[1])
	childfake.Must(err)
	return info.Mode().String() + " " + string(content) + "\n"
}

// thisEngine is what docker info prints of the engine of every fixture.
const thisEngine = `{"ID":"AAAA:BBBB","Name":"laptop","DockerRootDir":"/"}`

// fixture is a stack of a checkout of its own whose pulumi and docker are fakes.
type fixture struct {
	*Stack
	programs childfake.Programs
	stdout   *bytes.Buffer
	stderr   *bytes.Buffer
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	f := fixture{programs: childfake.New(t, "pulumi", "docker", "kubectl"), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	root := t.TempDir()
	f.Stack = &Stack{
		Name: "dev", Settings: settings.Default(), root: root, tools: fakeTools{folder: string(f.programs)},
		state:  pulumi.State{Project: pulumifake.Project, Folder: filepath.Join(root, ".state")},
		docker: &localstack.Docker{Engine: engine.Engine{Program: f.programs.Path("docker")}}, stdout: f.stdout, stderr: f.stderr,
		connect: func(string) (*cluster.Cluster, error) { return clusterfake.New("here", "v1.34.2").Cluster, nil },
	}
	require.NoError(t, os.WriteFile(f.file(), []byte("config: {}\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("name: "+pulumifake.Project+"\n"), 0o600))
	f.answers(t, "docker info --format", thisEngine)
	return f
}

// answers makes a fake print something when it is called by a command and its first two arguments.
func (f fixture) answers(t *testing.T, call, printed string) {
	t.Helper()
	f.programs.Answers(t, call, printed)
}

// fails makes a fake fail.
func (f fixture) fails(t *testing.T, call, said string) {
	t.Helper()
	f.programs.Fails(t, call, said)
}

// record writes the stack's checkpoint, and the salt that goes with it.
func (f fixture) record(t *testing.T, latest string) {
	t.Helper()
	pulumifake.Record(t, f.state.Folder, f.Name, latest)
}

// calls are the commands that the fakes were called by, those that begin with a prefix, without what every operation has.
func (f fixture) calls(t *testing.T, prefix string) []string {
	t.Helper()
	calls := f.programs.Calls(t, prefix)
	for i, call := range calls {
		call = strings.TrimSuffix(call, " --non-interactive")
		calls[i] = strings.TrimSuffix(call, " --json --color never --stack dev --config-file "+f.state.File("dev", "config.yaml"))
	}
	return calls
}

// exists tells whether there is a file.
func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// fakeTools are installed and answer the question after the official ones as told.
type fakeTools struct {
	folder  string
	problem error
}

func (t fakeTools) Install(context.Context, string) (string, error) { return t.folder, nil }
func (t fakeTools) Installed(string) (string, bool)                 { return t.folder, t.folder != "" }
func (t fakeTools) OfficialInReach(context.Context) error           { return t.problem }
