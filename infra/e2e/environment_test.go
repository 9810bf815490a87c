//go:build e2e

package e2e

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const (
	project = "ashapp-backend"
	// stackName is the stack under test; its configuration is that of ASHAPP_STACK with other names and ports.
	stackName = "e2e"
	// clusterName is the label of everything that the tests make in Docker.
	clusterName = "ashapp-e2e"
)

// environment is a checkout of its own with a stack of its own.
type environment struct {
	checkout string
	name     string // the stack's
	// backend is the folder with the state.
	backend   string
	variables auto.LocalWorkspaceOption
	stack     auto.Stack
	// config is the configuration by group and key.
	config map[string]map[string]any
}

// newEnvironment copies the checkout, makes the stack, and cleans up when the test ends, however it ends.
func newEnvironment(t *testing.T) *environment {
	t.Helper()
	base := os.Getenv("ASHAPP_STACK")
	require.NotEmpty(t, base, "ASHAPP_STACK must name the local stack to test, as `make e2e` does")
	e := &environment{checkout: t.TempDir(), name: stackName, backend: t.TempDir(), config: map[string]map[string]any{}}
	e.variables = auto.EnvVars(map[string]string{
		"PULUMI_BACKEND_URL":       "file://" + e.backend,
		"PULUMI_CONFIG_PASSPHRASE": rand.Text(),
		"PULUMI_SKIP_UPDATE_CHECK": "true",
	})
	copyProject(t, e.checkout)
	e.configure(t, filepath.Join(root, "Pulumi."+base+".yaml"))
	require.NoError(t, removeLeftovers(t.Context()), "removing what an earlier run was kept from removing")
	var err error
	e.stack, err = auto.UpsertStackLocalSource(t.Context(), stackName, e.checkout, e.variables)
	require.NoError(t, err)
	t.Cleanup(func() { e.remove(t) })
	return e
}

// root is the checkout that the tests are in.
var root = filepath.Join("..", "..")

// copyProject copies what Pulumi needs of the checkout.
func copyProject(t *testing.T, folder string) {
	t.Helper()
	for _, name := range []string{"app", "infra"} {
		require.NoError(t, os.CopyFS(filepath.Join(folder, name), os.DirFS(filepath.Join(root, name))))
	}
	content, err := os.ReadFile(filepath.Join(root, "Pulumi.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), content, 0o600))
}

// configure takes the base stack's configuration and moves it out of the way of any other stack.
func (e *environment) configure(t *testing.T, base string) {
	t.Helper()
	config, _, err := settings.ReadStackFile(base)
	require.NoError(t, err)
	for key, object := range config {
		group := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(object), &group))
		e.config[key[len(project)+1:]] = group
	}
	// The first of Kubernetes' range of node ports that is free, and two that the system chooses.
	nodePort, release := freePort(t, 30000, 32767)
	defer release()
	apiPort, release := freePort(t, 0, 0)
	defer release()
	registryPort, release := freePort(t, 0, 0)
	defer release()
	e.set(t, "cluster", map[string]any{"name": clusterName, "apiPort": apiPort, "registryPort": registryPort})
	e.set(t, "backend", map[string]any{
		"nodePort": nodePort, "greeting": firstGreeting, "progressDeadlineSeconds": 20,
	})
}

// set changes keys of a group in the stack file; a nil value removes the key. Comments, and the salt that Pulumi
// has put there, stay.
func (e *environment) set(t *testing.T, group string, values map[string]any) {
	t.Helper()
	if e.config[group] == nil {
		e.config[group] = map[string]any{}
	}
	maps.Copy(e.config[group], values)
	maps.DeleteFunc(e.config[group], func(_ string, value any) bool { return value == nil })

	name := filepath.Join(e.checkout, "Pulumi."+e.name+".yaml")
	file := map[string]any{}
	if content, err := os.ReadFile(name); err == nil {
		require.NoError(t, yaml.Unmarshal(content, &file))
	}
	config := map[string]any{}
	for group, values := range e.config {
		config[project+":"+group] = values
	}
	file["config"] = config
	content, err := yaml.Marshal(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, content, 0o600))
}

// remove destroys the stack with Pulumi, and what is left with Docker.
func (e *environment) remove(t *testing.T) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // the test's own context has ended by now
	_, err := e.stack.Destroy(ctx, optdestroy.SuppressProgress())
	if err := errors.Join(err, removeLeftovers(ctx)); err != nil {
		t.Errorf("cleaning up: %v", err)
	}
}

// leftovers lists everything in Docker that carries the label of the cluster under test, as "kind ID".
func leftovers(ctx context.Context) (found [][2]string, err error) {
	for kind, all := range map[string]string{"container": "--all", "network": "--no-trunc", "volume": "--quiet"} {
		listed, listing := exec.CommandContext(ctx, "docker", kind, "ls", "--quiet", all, "--filter", "label="+settings.Label+"="+clusterName).Output()
		err = errors.Join(err, listing)
		for _, id := range strings.Fields(string(listed)) {
			found = append(found, [2]string{kind, id})
		}
	}
	slices.SortFunc(found, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) }) // containers first: they hold the others
	return found, err
}

func removeLeftovers(ctx context.Context) error {
	found, err := leftovers(ctx)
	for _, object := range found {
		printed, removing := exec.CommandContext(ctx, "docker", object[0], "rm", "--force", object[1]).CombinedOutput()
		if removing != nil && object[0] == "network" { // older ones have no --force there
			printed, removing = exec.CommandContext(ctx, "docker", object[0], "rm", object[1]).CombinedOutput()
		}
		if removing != nil {
			err = errors.Join(err, fmt.Errorf("removing %v: %w: %s", object, removing, printed))
		}
	}
	return err
}

// freePort finds a port of 127.0.0.1 in a range that nobody holds; port 0 lets the system choose. The port is held until it is
// released, so that another call does not find it too.
func freePort(t *testing.T, least, most int) (port int, release func()) {
	t.Helper()
	for candidate := least; candidate <= most; candidate++ {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", candidate))
		if err != nil {
			continue
		}
		return listener.Addr().(*net.TCPAddr).Port, func() { require.NoError(t, listener.Close()) }
	}
	t.Fatalf("no port from %d to %d is free", least, most)
	return 0, nil
}
