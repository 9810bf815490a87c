package build

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// programsOfTheMachine stand in for those that a build calls, so that all of it runs without an engine, a mirror or a compiler.
// They note what they are called for in $CALLS, and keep what Docker would in $STATE.
var programsOfTheMachine = map[string]string{
	"go": `case "$1" in
list) echo '{"ImportPath": "example.org/one", "Name": "main", "Stale": true}';;
build) while [ "$1" != -o ]; do shift; done
	for name in pulumi pulumi-plugins pulumi-resource-kubernetes kube node pause; do echo "$name" >"$2$name"; done;;
*) exec "$REAL_GO" "$@";;
esac`,
	"docker": `case "$1 $2" in
"info --format") echo "$STATE";;
"image ls") cat "$STATE/image-$(echo "$4" | tr /: __)" 2>/dev/null || true;;
"image inspect") cat "$STATE/label-$(cat "$STATE/image-$(echo "$5" | tr /: __)")";;
"image prune") ;;
import*) id=$(echo "$@" | sha256sum | cut -c 1-12)
	echo "$@" | grep -o 'fingerprint=[0-9a-f]*' | cut -d = -f 2 >"$STATE/label-$id"
	cat >"$STATE/$id.tar"; echo "$id";;
tag*) echo "$2" >"$STATE/image-$(echo "$3" | tr /: __)";;
*) exit 1;;
esac`,
	"dpkg-query": `[ -e "$STATE/installed" ] && echo installed || exit 1`,
	"apt-get":    `[ "$DEBIAN_FRONTEND" = noninteractive ] && if [ "$1" = install ]; then touch "$STATE/installed"; fi`,
	"apt-config": `echo 'Acquire::http::Proxy "http://proxy.example.org";'`,
	"mmdebstrap": `for argument in "$@"; do case "$argument" in
--aptopt=/*) cat "${argument#--aptopt=}" >>"$STATE/settings";;
*.tar) target=$argument;;
esac; done
mkdir -p "$STATE/tree/usr/bin" "$STATE/tree/etc" && cd "$STATE/tree" && touch usr/bin/docker-registry etc/hostname && tar -cf "$target" usr etc`,
}

// machine puts the programs first on PATH. It returns the file of their calls and the folder of their state.
func machine(t *testing.T) (calls, state string) {
	t.Helper()
	toolchain, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, script := range programsOfTheMachine {
		script = "#!/bin/sh\nset -e\necho \"" + name + " $*\" >>\"$CALLS\"\n" + script + "\n"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o700); err != nil { // a program must be executable
			t.Fatal(err)
		}
	}
	calls, state = filepath.Join(folder, "calls"), t.TempDir()
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	t.Setenv("CALLS", calls)
	t.Setenv("STATE", state)
	t.Setenv("REAL_GO", toolchain)
	t.Setenv("GOWORK", "off")
	return calls, state
}

// called runs the command and returns its exit code, what it prints and which programs it has called.
func called(t *testing.T, calls string, args ...string) (code int, printed, programs string) {
	t.Helper()
	if err := os.WriteFile(calls, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	code = Main(t.Context(), args, func(string) string { return "" }, &output, &output)
	content, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	return code, output.String(), string(content)
}

// It sets PATH and the working folder, and so cannot be parallel.
func TestEverythingIsMadeOnce(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("a build of root file systems refuses to run as another user than root")
	}
	calls, state := machine(t)
	t.Chdir(filepath.Join("..", ".."))
	output := filepath.Join(t.TempDir(), "output")
	if code, printed, _ := called(t, calls, "-output", output, "-check"); code != exitFailed || !strings.Contains(printed, "5 steps to do, first") {
		t.Errorf("before: code %d, %s", code, printed)
	}
	code, printed, programs := called(t, calls, "-output", output)
	if code != exitDone {
		t.Fatalf("code %d, %s", code, printed)
	}
	for _, want := range []string{
		"5 steps, about 6m", "(measured: 710 CPU seconds)", "up to 8 GiB", "installing Debian packages on this machine: mmdebstrap",
		"node image v1.34.2: done in", "all, side by side where possible", "built in", output,
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not in %s", want, printed)
		}
	}
	if !strings.Contains(programs, "apt-get update\n") || strings.Count(programs, "docker tag") != 2 {
		t.Errorf("called %s", programs)
	}
	for _, want := range []string{
		`--change USER 65532:65532 --change VOLUME /var/lib/registry --change EXPOSE 5000 --change ENTRYPOINT ["/usr/bin/registry"] ` +
			`--change CMD ["serve", "/etc/distribution/config.yml"] --change LABEL`,
		"--change ENV KUBECONFIG=/etc/rancher/k3s/k3s.yaml --change ENV CONTAINERD_ADDRESS=/run/k3s/containerd/containerd.sock " +
			"--change ENV CONTAINERD_NAMESPACE=k8s.io --change VOLUME /var/lib/kubelet",
		`--change ENTRYPOINT ["/usr/local/bin/node"] --change CMD ["server"] --change LABEL`,
		"--include=containerd,runc,containernetworking-plugins,nftables,iptables,ipset,iproute2,mount,ca-certificates ",
		"--variant=extract --include=docker-registry,busybox ",
	} {
		if !strings.Contains(programs, want) {
			t.Errorf("%q is not in %s", want, programs)
		}
	}
	requireResults(t, output, state)
	if code, printed, programs := called(t, calls, "-output", output); code != exitDone || !strings.Contains(printed, "up to date") ||
		strings.Contains(programs, "mmdebstrap") || strings.Contains(programs, "import") || strings.Contains(programs, "go build") {
		t.Errorf("again: code %d, %s, called %s", code, printed, programs)
	}
	if code, printed, _ := called(t, calls, "-output", output, "-check"); code != exitDone {
		t.Errorf("in the end: code %d, %s", code, printed)
	}
}

func requireResults(t *testing.T, output, state string) {
	t.Helper()
	for link, want := range map[string]string{"pulumi-language-go": "pulumi-plugins", "pulumi-resource-docker": "pulumi-plugins"} {
		if got, err := os.Readlink(filepath.Join(output, "bin", link)); got != want {
			t.Errorf("%s leads to %s: %v", link, got, err)
		}
	}
	if settings, err := os.ReadFile(filepath.Join(state, "settings")); !strings.Contains(string(settings), "proxy.example.org") {
		t.Errorf("apt's settings are %s: %v", settings, err)
	}
	node := imported(t, state, "image-ashapp-backend-airgap_node_v1.34.2")
	for _, name := range []string{
		"etc/hostname", "usr/local/bin/kube", "usr/local/bin/kubectl", "usr/local/bin/node", "usr/local/share/node/pause.tar",
		"usr/local/share/node/manifests/kubelet-api.yaml",
	} {
		if _, found := node[name]; !found {
			t.Errorf("the node has no %s", name)
		}
	}
	if pause := node["usr/local/share/node/pause.tar"]; !strings.Contains(pause, `"architecture":"`) || !strings.Contains(pause, pauseReference) {
		t.Errorf("the pause image is %q", pause)
	}
	registry := imported(t, state, "image-ashapp-backend-airgap_registry_2.8.2")
	for name, want := range map[string]bool{"usr/bin/docker-registry": true, "etc/distribution/config.yml": true, "tmp/": true, "var/lib/registry/": true, "etc/hostname": false} {
		if _, found := registry[name]; found != want {
			t.Errorf("the registry has %s: %t", name, found)
		}
	}
}

// imported returns the files of an image by their names.
func imported(t *testing.T, state, image string) map[string]string {
	t.Helper()
	id, err := os.ReadFile(filepath.Join(state, image))
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(state, strings.TrimSpace(string(id))+".tar"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for archive := tar.NewReader(bytes.NewReader(content)); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		read, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name] = string(read)
	}
}
