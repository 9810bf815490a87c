package rehearsal

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestKernelHasEveryOptionOrIsRefused(t *testing.T) {
	t.Parallel()
	if got := switchedOn(" NET\nNF_TABLES_IPV4 "); got != "CONFIG_NET=y\nCONFIG_NF_TABLES_IPV4=y\n" {
		t.Errorf("got %q", got)
	}
	configured := "CONFIG_NET=y\n# CONFIG_VETH is not set\nCONFIG_NETFILTER=m\nCONFIG_NF_TABLES=y\n"
	if got := lacking(configured, "NET VETH NETFILTER TABLES NF_TABLES"); !slices.Equal(got, []string{"VETH", "NETFILTER", "TABLES"}) {
		t.Errorf("got %q", got)
	}
	// What Debian's own kernel of this kind lacks, and what control groups and containers are made of.
	for _, option := range []string{"NF_TABLES_IPV4", "MEMCG", "CGROUP_PIDS", "CGROUP_BPF", "PID_NS"} {
		if !slices.Contains(strings.Fields(kernelOptions), option) {
			t.Errorf("%s is not wanted", option)
		}
	}
}

func TestMachineHasADiskAndNoNetwork(t *testing.T) {
	t.Parallel()
	got := machine("/k/linux", "/d/disk", "/d")
	for _, want := range []string{"ubd0=/d/disk", "root=/dev/ubda", "rootflags=barrier=0", "uml_dir=/d", "mem=5G", "con0=null,fd:1"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q lacks %s", got, want)
		}
	}
	if all := strings.Join(got, " "); got[0] != "/k/linux" || strings.Contains(all, "eth") || strings.Contains(all, "vec") {
		t.Errorf("got %s", all)
	}
}

func TestVerdictIsTheExitCodeThatTheGuestSaid(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ said, want string }{
		{"rehearsal: privileged: true passed\r\nrehearsal: ended with 0\r\npower down\n", ""},
		{"rehearsal: ended with 1\n", "exit code 1"},
		{"rehearsal: ended with KILL\n", "exit code KILL"},
		{"not the rehearsal: ended with 0\n", "without a result"},
		{"", "without a result"},
	} {
		if err := verdict(test.said); test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%q: got %v, want %q", test.said, err, test.want)
		}
	}
}

func TestGuestRunsTheScriptAfterDockerAndThenSwitchesOff(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, folder := range []string{"usr/local/sbin", "etc/systemd/system"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := install(root, []string{"/src", "/usr/local/go"}); err != nil {
		t.Fatal(err)
	}
	unit, err := os.ReadFile(filepath.Join(root, "etc/systemd/system/multi-user.target.wants/rehearsal.service"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"After=docker.service", "SuccessAction=poweroff", "FailureAction=poweroff", "ExecStart=/usr/local/sbin/rehearse", `/bin/echo "rehearsal: ended with ${EXIT_STATUS}"`,
	} {
		if !strings.Contains(string(unit), want) {
			t.Errorf("the unit lacks %s", want)
		}
	}
	if list, err := os.ReadFile(filepath.Join(root, "etc/shares")); err != nil || string(list) != "/src\n/usr/local/go\n" {
		t.Errorf("is to see %q, %v", list, err)
	}
	program := filepath.Join(root, "usr/local/sbin/rehearse")
	if info, err := os.Stat(program); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("got %v, %v", info, err)
	}
	if output, err := exec.CommandContext(t.Context(), "bash", "-n", program).CombinedOutput(); err != nil {
		t.Errorf("the script is none: %v: %s", err, output)
	}
}

func TestLimitIsRaisedAndPutBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "limit")
	holds := func(want string) {
		t.Helper()
		if content, err := os.ReadFile(path); err != nil || string(content) != want {
			t.Errorf("got %q, %v, want %q", content, err, want)
		}
	}
	if err := os.WriteFile(path, []byte("65530\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	restore, err := raise(path, "100000")
	if err != nil {
		t.Fatal(err)
	}
	holds("100000")
	if err := restore(); err != nil {
		t.Error(err)
	}
	holds("65530\n")
	if _, err := raise(filepath.Join(t.TempDir(), "none"), "1"); err == nil {
		t.Error("want an error where there is no such limit")
	}
}

func TestGuestMayNotWriteToTheHost(t *testing.T) {
	t.Parallel()
	if mounts := strings.Count(string(script), "-t hostfs"); mounts != 1 || !strings.Contains(string(script), "\nmount -t hostfs -o ro none /host\n") {
		t.Errorf("%d mounts, or one that is not read-only", mounts)
	}
}

func TestGuestSeesTheCheckoutItsGitFolderAndGo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	checkout, worktree := filepath.Join(folder, "checkout"), filepath.Join(folder, "worktree")
	git := func(arguments ...string) {
		t.Helper()
		argv := append([]string{"-c", "user.name=n", "-c", "user.email=e"}, arguments...)
		if output, err := exec.CommandContext(t.Context(), "git", argv...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", arguments, err, output)
		}
	}
	git("init", "--quiet", checkout)
	git("-C", checkout, "commit", "--quiet", "--allow-empty", "--message", "first")
	git("-C", checkout, "worktree", "add", "--quiet", worktree)

	found, err := shares(t.Context(), checkout)
	if err != nil || found[0] != checkout || slices.Contains(found, filepath.Join(checkout, ".git")) {
		t.Errorf("checkout: got %q, %v", found, err)
	}
	found, err = shares(t.Context(), worktree)
	if err != nil || found[0] != worktree || found[1] != filepath.Join(checkout, ".git") {
		t.Errorf("worktree: got %q, %v", found, err)
	}
}
