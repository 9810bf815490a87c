package rehearsal

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestKVMIsUsedWhereStockKernelsRunOnIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kvm     bool
		cpuinfo string
		want    string
	}{
		"Intel":                    {true, "processor\t: 0\nflags\t\t: fpu vmx sse\nvmx flags\t: vnmi\n", "kvm"},
		"AMD":                      {true, "flags\t\t: fpu svm\n", "kvm"},
		"no device":                {false, "flags\t\t: fpu vmx\n", "tcg"},
		"no virtualisation in CPU": {true, "flags\t\t: fpu sse\nbugs\t\t: vmx\n", "tcg"},
		"no whole word":            {true, "flags\t\t: fpu vmx2 svml\n", "tcg"},
	} {
		if got := accelerator(test.kvm, test.cpuinfo); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestMachineReadsTheHostAndWritesOnlyItsReport(t *testing.T) {
	t.Parallel()
	made := machine{
		Accelerator: "kvm", Kernel: "/k", Initrd: "/i", Disk: "/d", Report: "/r", Shares: []string{"/src", "/usr/local/go"},
	}
	got := strings.Join(made.arguments(), " ")
	for _, want := range []string{
		"-accel kvm -cpu host", "-nic none", "-kernel /k -initrd /i", "file=/d",
		"mount_tag=report,security_model=none,multidevs=remap,path=/r",
		"mount_tag=share0,security_model=none,multidevs=remap,readonly=on,path=/src",
		"mount_tag=share1,security_model=none,multidevs=remap,readonly=on,path=/usr/local/go",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if strings.Count(got, "readonly=on") != strings.Count(got, "-virtfs")-1 {
		t.Errorf("more than the report can be written to: %s", got)
	}
	made.Accelerator = "tcg"
	if got := strings.Join(made.arguments(), " "); !strings.Contains(got, "-accel tcg,thread=multi,tb-size=1024 -cpu max") {
		t.Errorf("emulates with %s", got)
	}
}

func TestVerdictIsTheExitCodeOfTheGuest(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"0\n": "", "1\n": "exit code 1", "KILL\n": "exit code KILL", "": "without a result"} {
		report := t.TempDir()
		if code != "" {
			if err := os.WriteFile(filepath.Join(report, "exit"), []byte(code), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := verdict(report)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", code, err, want)
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
	if err := install(root); err != nil {
		t.Fatal(err)
	}
	unit, err := os.ReadFile(filepath.Join(root, "etc/systemd/system/multi-user.target.wants/rehearsal.service"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"After=docker.service", "SuccessAction=poweroff", "FailureAction=poweroff", "ExecStart=/usr/local/sbin/rehearse", "/report/exit",
	} {
		if !strings.Contains(string(unit), want) {
			t.Errorf("the unit lacks %s", want)
		}
	}
	program := filepath.Join(root, "usr/local/sbin/rehearse")
	if info, err := os.Stat(program); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("got %v, %v", info, err)
	}
	if output, err := exec.CommandContext(t.Context(), "sh", "-n", program).CombinedOutput(); err != nil {
		t.Errorf("the script is none: %v: %s", err, output)
	}
}

func TestNewestKernelIsBooted(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if _, err := newest(root, "vmlinuz-*"); err == nil || !strings.Contains(err.Error(), "boot/vmlinuz-*") {
		t.Errorf("without a kernel: got %v", err)
	}
	if err := os.Mkdir(filepath.Join(root, "boot"), 0o750); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"vmlinuz-6.1.0-49-amd64", "vmlinuz-6.1.0-50-amd64", "config-7"} {
		if err := os.WriteFile(filepath.Join(root, "boot", name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := newest(root, "vmlinuz-*"); err != nil || filepath.Base(got) != "vmlinuz-6.1.0-50-amd64" {
		t.Errorf("got %s, %v", got, err)
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

	report := filepath.Join(folder, "report")
	if err := prepareReport(report, found); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"shares": strings.Join(found, "\n") + "\n", "os-release": "ID="} {
		if content, err := os.ReadFile(filepath.Join(report, name)); err != nil || !strings.Contains(string(content), want) {
			t.Errorf("%s holds %q, %v", name, content, err)
		}
	}
}
