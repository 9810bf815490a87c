package localstack

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
)

func TestChecks(t *testing.T) {
	t.Parallel()

	const well = "ok engine Docker 28.1.1 unix:///run/docker.sock;ok cgroups version 2;ok ports 0 are free, or the stack's own;ok disk room for a local stack"
	for name, test := range map[string]struct {
		breaks   func(*testing.T, *fixture)
		want     string
		recorded string // what is said of what is recorded
	}{
		"all is well": {func(*testing.T, *fixture) {}, well, ""},
		"no engine": {func(t *testing.T, f *fixture) { f.Fails(t, "docker ps --all", "Cannot connect to the Docker daemon") },
			"FAIL engine the Docker engine does not run;-- cgroups the engine does not answer;-- ports the engine does not answer;-- disk the engine does not answer", ""},
		"an engine that tells nothing": {func(t *testing.T, f *fixture) { f.Fails(t, "docker system info", "no such field") },
			"FAIL engine running docker system info;-- cgroups ;-- ports ;-- disk ", ""},
		"cgroup v2 without privileges": {func(_ *testing.T, f *fixture) { f.Settings.Cluster.Privileged = false },
			"ok engine ;FAIL cgroups the engine has cgroup v2, where the node needs every privilege: set cluster.privileged to true in Pulumi.dev.yaml;ok ports ;ok disk ", ""},
		"cgroup v1 without privileges": {func(t *testing.T, f *fixture) {
			f.Settings.Cluster.Privileged = false
			f.Answers(t, "docker system info", "20.10.24 1\n")
		}, "ok engine ;ok cgroups version 1;ok ports ;ok disk ", ""},
		"a port that is taken": {func(t *testing.T, f *fixture) {
			f.Settings.Backend.NodePort = 30080
			f.Answers(t, "docker ps --all", `{"Names":"web","State":"running","Ports":"127.0.0.1:30080->80/tcp"}`)
		}, "ok engine ;ok cgroups ;FAIL ports port 30080 is held by the container web;ok disk ", ""},
		"no room": {func(t *testing.T, f *fixture) {
			f.Answers(t, "docker ps --all", "")
			f.Answers(t, "docker info --format", `{"DockerRootDir":"/proc"}`) // no file system, so that nothing is free
		}, "ok engine ;ok cgroups ;ok ports ;FAIL disk /proc has 0 MiB free", ""},
		"an engine that tells no folder": {func(t *testing.T, f *fixture) {
			f.Answers(t, "docker ps --all", "")
			f.Fails(t, "docker info --format", "no answer")
		}, "ok engine ;ok cgroups ;ok ports ;FAIL disk running docker info", ""},
		"a node that is stopped": {func(t *testing.T, f *fixture) { f.Answers(t, "docker ps --all", container("exited", "Exited (1)")) }, well, "is not running (Exited (1))"},
		"a cluster that exists": {func(t *testing.T, f *fixture) {
			f.Settings.Cluster.Kind = settings.Existing
			f.Answers(t, "docker ps --all", container("exited", "Exited (1)"))
		}, "ok engine Docker 28.1.1;-- cgroups the cluster exists: nothing of it is on this machine;-- ports the cluster exists;-- disk the cluster exists", ""},
		"an image that exists": {func(_ *testing.T, f *fixture) {
			f.Settings.Cluster.Kind, f.Settings.Image.Ref = settings.Existing, "docker.io/a/b@sha256:00"
		}, "-- engine the image is there already (image.ref): nothing is built;-- cgroups ;-- ports ;-- disk ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.record(t, recordedNode)
			f.Settings.Cluster.APIPort, f.Settings.Cluster.RegistryPort, f.Settings.Backend.NodePort = 0, 0, 0 // any that is free
			f.Answers(t, "docker ps --all", container("running", "Up (healthy)"))
			f.Answers(t, "docker context inspect", "unix:///run/docker.sock\n")
			f.Answers(t, "docker system info", "28.1.1 2\n")
			test.breaks(t, &f)
			machine := &Machine{Stack: f.Stack}
			var out bytes.Buffer
			_ = doctor.Run(t.Context(), &out, machine.Checks()) // the lines tell what is wrong
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			wanted := strings.Split(test.want, ";")
			require.Len(t, lines, len(wanted))
			for i, want := range wanted {
				assert.Contains(t, strings.Join(strings.Fields(lines[i]), " ")+" ", want)
			}
			if test.recorded == "" {
				assert.NoError(t, machine.CheckRecorded())
			} else {
				assert.ErrorContains(t, machine.CheckRecorded(), test.recorded)
			}
		})
	}
}
