package localstack

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/child/childfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

func TestMain(m *testing.M) {
	childfake.Main(m, childfake.Behaviour{"pulumi": pulumifake.Behave, "docker": childfake.Silent})
}

// fixture is a local stack whose pulumi and docker are fakes.
type fixture struct {
	*Stack
	childfake.Programs
	pulumi *pulumi.CommandLine
	said   *bytes.Buffer
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	f := fixture{Programs: childfake.New(t, "pulumi", "docker"), said: &bytes.Buffer{}}
	f.Stack = &Stack{
		Name: "dev", File: "Pulumi.dev.yaml", Settings: settings.Default(),
		State:  pulumi.State{Project: pulumifake.Project, Folder: t.TempDir()},
		Docker: &Docker{Engine: engine.Engine{Program: f.Path("docker")}},
		Say:    func(line string) { fmt.Fprintln(f.said, line) },
	}
	f.pulumi = &pulumi.CommandLine{
		Name: "dev", Root: t.TempDir(), State: f.State, Programs: string(f.Programs), Stdout: f.said, Stderr: f.said,
		Before: func(context.Context) error { return nil },
	}
	require.NoError(t, f.pulumi.Prepare())
	f.Answers(t, "docker info --format", `{"ID":"AAAA:BBBB","Name":"laptop","DockerRootDir":"/"}`)
	return f
}

// record writes the stack's checkpoint.
func (f fixture) record(t *testing.T, latest string) {
	t.Helper()
	pulumifake.Record(t, f.State.Folder, f.Name, latest)
}

// recordedNode is what Pulumi has recorded of a stack with a node.
const recordedNode = `{"resources":[{"type":"pulumi:pulumi:Stack"},` +
	`{"type":"docker:index/container:Container","id":"node1","outputs":{"name":"ashapp-backend-node"}}]}`

// container is what docker ps prints of the stack's node.
func container(state, status string) string {
	return `{"ID":"node1","Names":"ashapp-backend-node","State":"` + state + `","Status":"` + status + `","Labels":"ashapp-backend.cluster=ashapp-backend"}` + "\n"
}
