package stack

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// upright is a local stack that is up, with all that it needs.
func upright(t *testing.T) fixture {
	t.Helper()
	f := newFixture(t)
	f.Settings.Cluster.APIPort, f.Settings.Cluster.RegistryPort, f.Settings.Backend.NodePort = 0, 0, 0 // any that is free
	f.record(t, recordedNode)
	f.keepPassphrase(t)
	f.answers(t, "docker ps --all", runningNode)
	f.answers(t, "docker context inspect", "unix:///run/docker.sock\n")
	f.answers(t, "docker system info", "28.1.1 2\n")
	f.answers(t, "docker info --format", `{"ID":"AAAA:BBBB","Name":"laptop","DockerRootDir":"/"}`)
	f.answers(t, "pulumi stack output", `{"kubeconfig": "{}"}`)
	return f
}

// diagnose returns the lines of the preconditions by their names. To look at them must change nothing.
func diagnose(t *testing.T, f fixture) map[string]string {
	t.Helper()
	before := f.files(t)
	var out bytes.Buffer
	_ = doctor.Run(t.Context(), &out, f.Preconditions()) // the lines tell what is wrong
	assert.Equal(t, before, f.files(t))
	lines := map[string]string{}
	for line := range strings.Lines(out.String()) {
		fields := strings.Fields(line)
		lines[fields[1]] = fields[0] + " " + strings.Join(fields[2:], " ")
	}
	assert.Len(t, lines, 7)
	return lines
}

func TestPreconditionsOfAStackThatIsUp(t *testing.T) {
	t.Parallel()

	f := upright(t)
	assert.Equal(t, map[string]string{
		"engine":     "ok Docker 28.1.1 unix:///run/docker.sock",
		"cgroups":    "ok version 2",
		"ports":      "ok 0 are free, or the stack's own",
		"disk":       "ok room for a local stack",
		"tools":      "ok Pulumi " + toolchain.PulumiVersion + " in " + string(f.programs),
		"state":      "ok in " + f.state.Folder,
		"passphrase": "ok in " + f.state.PassphraseFile() + ", and opens the stack's secrets",
	}, diagnose(t, f))
}

// What is wrong with one thing is said in its line, and the others are looked at all the same.
func TestPreconditionsThatAreNotMet(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		breaks func(*testing.T, *fixture)
		want   map[string]string // by the line's name, a part of it; STATE is the state folder
	}{
		"no engine": {func(t *testing.T, f *fixture) { f.fails(t, "docker ps --all", "Cannot connect to the Docker daemon") },
			map[string]string{
				"engine": "FAIL the Docker engine does not run", "cgroups": "-- the engine does not answer", "ports": "-- the engine does not answer",
				"disk": "-- the engine does not answer", "tools": "ok Pulumi", "state": "ok in ", "passphrase": "ok in ",
			}},
		"an engine elsewhere": {func(t *testing.T, f *fixture) { f.answers(t, "docker context inspect", "ssh://far.example.com\n") },
			map[string]string{"engine": "FAIL the docker command talks to an engine on another machine", "cgroups": "-- "}},
		"an engine that tells nothing": {func(t *testing.T, f *fixture) { f.fails(t, "docker system info", "no such field") },
			map[string]string{"engine": "FAIL running docker system info", "ports": "-- "}},
		"cgroup v2 without privileges": {func(_ *testing.T, f *fixture) { f.Settings.Cluster.Privileged = false },
			map[string]string{"cgroups": "FAIL the engine has cgroup v2, where the node needs every privilege: set cluster.privileged to true in "}},
		"cgroup v1 without privileges": {func(t *testing.T, f *fixture) {
			f.Settings.Cluster.Privileged = false
			f.answers(t, "docker system info", "20.10.24 1\n")
		}, map[string]string{"cgroups": "ok version 1"}},
		"a port that is taken": {func(t *testing.T, f *fixture) { f.Settings.Backend.NodePort = listen(t) },
			map[string]string{"ports": "to another port; in Pulumi.dev.yaml", "disk": "ok "}},
		"no room": {func(t *testing.T, f *fixture) {
			f.record(t, "null")
			f.answers(t, "docker ps --all", "")
			f.answers(t, "docker info --format", `{"DockerRootDir":"/proc"}`) // no file system, so that nothing is free
		}, map[string]string{"disk": "FAIL /proc has 0 MiB free"}},
		"no tools, and a network": {func(_ *testing.T, f *fixture) { f.tools = fakeTools{} },
			map[string]string{"tools": "ok not installed, and can be downloaded"}},
		"no tools and no network": {func(_ *testing.T, f *fixture) { f.tools = fakeTools{problem: errors.New("asking github.com: refused")} },
			map[string]string{"tools": "FAIL they are not installed and cannot be downloaded: asking github.com: refused; they need the network", "state": "ok in"}},
		"no tools, and they are built": {func(_ *testing.T, f *fixture) {
			f.Name, f.tools = toolchain.Airgap, fakeTools{problem: errors.New("no network")}
		}, map[string]string{"tools": map[bool]string{true: "ok not installed: ashapp tools builds them", false: "FAIL they are built for Linux"}[runtime.GOOS == "linux"]}},
		"a state that is being changed": {func(t *testing.T, f *fixture) { f.lock(t, os.Getpid()) },
			map[string]string{"state": "FAIL another command is changing stack dev"}},
		"a lock that is left over": {func(t *testing.T, f *fixture) { f.lock(t, 1<<22+1) },
			map[string]string{"state": "ok in "}},
		"a state that cannot be read": {func(t *testing.T, f *fixture) { f.record(t, "{") },
			map[string]string{"state": "FAIL reading the local state", "passphrase": "ok in "}},
		"an update that was stopped": {func(t *testing.T, f *fixture) { f.record(t, pendingNode) },
			map[string]string{"state": "ok in STATE, from an update that was stopped: the next ashapp up or deploy goes on from there", "passphrase": "ok in "}},
		"a node that is not this checkout's": {func(t *testing.T, f *fixture) { f.record(t, "null") },
			map[string]string{"state": "FAIL the container ashapp-backend-node is there and this checkout does not know it"}},
		"a stack that is not up": {func(t *testing.T, f *fixture) {
			f.record(t, "null")
			f.answers(t, "docker ps --all", "")
			require.NoError(t, os.Remove(f.state.PassphraseFile()))
		}, map[string]string{"state": "ok in STATE, where the stack is not up yet", "passphrase": "ok not there yet: ashapp up makes one"}},
		"a passphrase that is gone": {func(t *testing.T, f *fixture) { require.NoError(t, os.Remove(f.state.PassphraseFile())) },
			map[string]string{"passphrase": "FAIL STATE/passphrase is gone, which opens the secrets in the local state: put it back"}},
		"another passphrase": {func(t *testing.T, f *fixture) { f.fails(t, "pulumi stack output", "error: incorrect passphrase") },
			map[string]string{"passphrase": "FAIL running pulumi stack: exit status 1: error: incorrect passphrase; the local state was encrypted"}},
		"a passphrase of one's own": {func(_ *testing.T, f *fixture) { f.state.OwnPassphrase = true },
			map[string]string{"passphrase": "ok set by PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, and opens the stack's secrets"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := upright(t)
			test.breaks(t, &f)
			lines := diagnose(t, f)
			for line, part := range test.want {
				assert.Contains(t, lines[line], strings.ReplaceAll(part, "STATE", f.state.Folder))
			}
		})
	}
}

// A cluster that exists needs nothing on this machine but the tools, and an engine to build the image.
func TestPreconditionsOfAnExistingCluster(t *testing.T) {
	t.Parallel()

	f := upright(t)
	f.Settings.Cluster.Kind = settings.Existing
	f.state.OwnBackend, f.state.Backend, f.state.OwnPassphrase = true, "postgres://me:secret@db.example.com/state", true
	f.answers(t, "docker ps --all", "")
	lines := diagnose(t, f)
	const notNeeded = "-- the cluster exists: nothing of it is on this machine"
	assert.Equal(t, []string{notNeeded, notNeeded, notNeeded}, []string{lines["cgroups"], lines["ports"], lines["disk"]})
	assert.Equal(t, "ok Docker 28.1.1 unix:///run/docker.sock", lines["engine"])
	assert.Equal(t, "ok in postgres://me:xxxxx@db.example.com/state", lines["state"])
	assert.Equal(t, []string{"pulumi whoami"}, f.calls(t, "pulumi whoami"))

	f.fails(t, "pulumi whoami --non-interactive", "error: no such host")
	assert.Contains(t, diagnose(t, f)["state"], "FAIL the backend postgres://me:xxxxx@db.example.com/state cannot be used: running pulumi whoami: exit status 1: error: no such host")

	f.tools = fakeTools{}
	assert.Contains(t, diagnose(t, f)["state"], "-- in postgres://me:xxxxx@db.example.com/state; whether that can be reached is not known")

	f.state.OwnPassphrase = false
	assert.Contains(t, diagnose(t, f)["passphrase"], "FAIL the secrets of Pulumi.dev.yaml are encrypted by a passphrase that is not set")

	f.state.Backend = "https://me:%zz@api.pulumi.com"
	assert.Equal(t, `FAIL reading the address of the state's backend: invalid URL escape "%zz"`, diagnose(t, f)["state"], "without the password")

	f.Settings.Image.Ref = "docker.io/a/b@sha256:00"
	assert.Equal(t, "-- the image is there already (image.ref): nothing is built", diagnose(t, f)["engine"])
}

// listen takes a port.
func listen(t *testing.T) int {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, listener.Close()) })
	return listener.Addr().(*net.TCPAddr).Port
}

// lock leaves the lock of a process of this machine.
func (f fixture) lock(t *testing.T, process int) {
	t.Helper()
	host, err := os.Hostname()
	require.NoError(t, err)
	pulumifake.Lock(t, f.state.Folder, f.Name, locked(process, host))
}
