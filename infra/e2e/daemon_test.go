//go:build e2e

package e2e

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// daemonJSON is the configuration of an engine, in the words of dockerd's daemon.json.
type daemonJSON = map[string]any

// daemon is an engine of its own: its network, mounts, socket, data and containerd are apart from those of the machine's.
type daemon struct {
	host    string // for DOCKER_HOST
	unknown string // the settings that this version of the engine does not have, and without which it runs
}

// apart lends the user daemon the IDs that a mapping of users takes, and hides the sockets of the machine's containerd. Its
// arguments are the file with the IDs and the engine's command line.
const apart = `ip link set lo up && mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid &&
	mkdir -p /run/containerd && mount -t tmpfs tmpfs /run/containerd && shift && exec "$@"`

// startDaemon runs an engine with this configuration until the test ends, or skips the test where that cannot be.
func startDaemon(t *testing.T, config daemonJSON) daemon {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("an engine of its own takes the rights of root")
	}
	if _, err := exec.LookPath("dockerd"); err != nil {
		t.Skipf("an engine of its own takes dockerd: %v", err)
	}
	folder, err := os.MkdirTemp("", "engine-") // a socket's path must be short
	require.NoError(t, err)
	require.NoError(t, os.Chmod(folder, 0o711)) // users that the engine maps to must get through to its data
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	d := daemon{host: "unix://" + filepath.Join(folder, "docker.sock")}
	for {
		said, listens := d.launch(t, folder, config)
		names := unknownSettings(said)
		if listens {
			names = d.ignoredSettings(t, config)
		}
		require.True(t, listens || names != nil, "starting an engine with %v:\n%s", config, said)
		for _, name := range names {
			d.unknown += name + " "
			delete(config, name)
		}
		if len(config) == 0 {
			t.Skipf("this engine does not know %s", d.unknown)
		}
		if listens {
			return d
		}
	}
}

// launch starts the engine, and returns when it listens or has ended, with what it has said.
func (d daemon) launch(t *testing.T, folder string, config daemonJSON) (said string, listens bool) {
	t.Helper()
	file, ids := filepath.Join(folder, "daemon.json"), filepath.Join(folder, "subids")
	content, err := json.Marshal(config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, content, 0o600))
	require.NoError(t, os.WriteFile(ids, []byte("daemon:200000:65536\n"), 0o600))
	ctx := context.WithoutCancel(t.Context()) // the engine is needed until everything in it is removed
	command := exec.CommandContext(ctx, "unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", apart, "sh", ids,
		"dockerd", "--config-file", file, "--host", d.host, "--data-root", filepath.Join(folder, "data"),
		"--exec-root", filepath.Join(folder, "exec"), "--pidfile", filepath.Join(folder, "pid"), "--storage-driver", "vfs")
	output, err := command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	var lines strings.Builder
	listening, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for scanner := bufio.NewScanner(output); scanner.Scan(); {
			lines.WriteString(scanner.Text() + "\n")
			if strings.Contains(scanner.Text(), "API listen on") {
				close(listening)
			}
		}
		_ = command.Wait() // why it ended is in what it has said
	}()
	select {
	case <-listening:
		t.Cleanup(func() {
			// Containers of an engine with live-restore would outlive it.
			if ids := strings.Fields(d.docker(t, nil, "ps", "--all", "--quiet")); len(ids) > 0 {
				d.docker(t, nil, append([]string{"rm", "--force"}, ids...)...)
			}
			require.NoError(t, command.Process.Signal(syscall.SIGTERM))
			<-ended
		})
		return "", true
	case <-ended:
		return lines.String(), false
	}
}

// unknownSettings are those that an engine refuses to start with because it has never heard of them.
func unknownSettings(said string) []string {
	found := regexp.MustCompile(`the following directives don't match any configuration option: ([\w, -]+)`).FindStringSubmatch(said)
	if found == nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(found[1]), ", ")
}

// ignoredSettings are those that an engine which runs has taken without a word and does not know.
func (d daemon) ignoredSettings(t *testing.T, config daemonJSON) []string {
	t.Helper()
	// Docker has it since 24. Before, its only key passes for the setting bridge.
	const networkOptions = "default-network-opts"
	major, err := strconv.Atoi(strings.SplitN(d.version(t), ".", 2)[0])
	require.NoError(t, err)
	if _, set := config[networkOptions]; set && major < 24 {
		return []string{networkOptions}
	}
	return nil
}

func (d daemon) version(t *testing.T) string {
	t.Helper()
	return d.docker(t, nil, "version", "--format", "{{.Server.Version}}")
}

// docker runs a command of the engine's client and returns what it prints.
func (d daemon) docker(t *testing.T, input []byte, arguments ...string) string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // also for what is cleaned up at the end
	command := exec.CommandContext(ctx, "docker", append([]string{"--host", d.host}, arguments...)...)
	command.Stdin = bytes.NewReader(input)
	printed, err := command.CombinedOutput()
	require.NoError(t, err, "docker %s: %s", strings.Join(arguments, " "), printed)
	return strings.TrimSpace(string(printed))
}

// stayImage is the file system of an image in which the program in testdata/stay is both sh and what runs.
func stayImage(t *testing.T) []byte {
	t.Helper()
	program := filepath.Join(t.TempDir(), "stay")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./testdata/stay")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	printed, err := build.CombinedOutput()
	require.NoError(t, err, "%s", printed)
	content, err := os.ReadFile(program)
	require.NoError(t, err)
	var image bytes.Buffer
	archive := tar.NewWriter(&image)
	require.NoError(t, archive.WriteHeader(&tar.Header{Name: "bin/", Mode: 0o755})) // or none but root would get in
	for _, name := range []string{"stay", "bin/sh"} {
		require.NoError(t, archive.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}))
		_, err := archive.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	return image.Bytes()
}

// together merges configurations; of a setting that several have, the last one counts.
func together(configs ...daemonJSON) daemonJSON {
	all := daemonJSON{}
	for _, config := range configs {
		maps.Copy(all, config)
	}
	return all
}
