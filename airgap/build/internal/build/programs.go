package build

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// hot are the packages whose speed can be felt: the encoders and stores through which every object of the cluster goes, and what
// carries them. All others are compiled without inlining: with -l instead of -N -l for what never runs, and for nearly all packages,
// all of this takes 810 CPU seconds instead of 1,021. What is not inlined is still optimised, and -N saves nothing beside -l.
var hot = []string{
	"std", "github.com/cespare/xxhash/...", "github.com/fxamacker/cbor/...", "github.com/gogo/protobuf/...",
	"github.com/json-iterator/...", "github.com/klauspost/compress/...", "go.etcd.io/bbolt/...", "go.etcd.io/raft/...",
	"golang.org/x/...", "google.golang.org/grpc/...", "google.golang.org/protobuf/...", "k8s.io/apimachinery/...",
	"sigs.k8s.io/json/...", "sigs.k8s.io/structured-merge-diff/...", "sigs.k8s.io/yaml/...",
}

// compilerFlags leave out what is for debuggers, and optimise what is worth it. They are the same for all programs, so that every
// package is compiled once.
func compilerFlags() []string {
	flags := []string{"-gcflags=all=-l -dwarf=false"}
	for _, pattern := range hot {
		flags = append(flags, "-gcflags="+pattern+"=-dwarf=false")
	}
	return flags
}

// programsTask makes the Pulumi command line and the plugins, in bin, and Kubernetes and the programs of the node, in work. It
// returns the step, the fingerprint of its inputs, and the version of Kubernetes.
func programsTask(sources, output string) (made *task.Task, identity, version string, err error) {
	modfile := filepath.Join(sources, "go.mod")
	pulumi, err := requiredVersion(modfile, "github.com/pulumi/pulumi/pkg/v3")
	if err != nil {
		return nil, "", "", err
	}
	if version, err = requiredVersion(modfile, "k8s.io/kubernetes"); err != nil {
		return nil, "", "", err
	}
	bin, work := filepath.Join(output, "bin"), filepath.Join(output, "work")
	made, identity, err = programs{
		name:   "Pulumi " + pulumi + ", its plugins and Kubernetes " + version,
		module: sources,
		inputs: []string{"build/internal/trim", "go.mod", "go.sum", "internal", "node/cmd", "node/internal", "plugins/cmd", "plugins/internal"},
		folders: map[string]string{
			"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi": bin,
			"./plugins/cmd/pulumi-plugins":               bin,
			"./plugins/cmd/pulumi-resource-kubernetes":   bin,
			"./node/cmd/kube":                            work,
			"./node/cmd/node":                            work,
			"./node/cmd/pause":                           work,
		},
		links: map[string]string{
			filepath.Join(bin, "pulumi-language-go"):     "pulumi-plugins",
			filepath.Join(bin, "pulumi-resource-docker"): "pulumi-plugins",
		},
		flags:     compilerFlags(),
		variables: append(kubernetesVersion(version), "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version="+pulumi),
		sources:   filepath.Join(work, "sources"),
		state:     filepath.Join(output, "state", "programs"),
		coldCPU:   710 * time.Second,
	}.task()
	return made, identity, version, err
}

// kubernetesVersion is what Kubernetes' own build sets. Without it a component reports v0.0.0, and so does the command line of
// Pulumi without its variable.
func kubernetesVersion(version string) []string {
	numbers := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	const target = "k8s.io/component-base/version."
	return []string{
		target + "gitVersion=" + version, target + "gitMajor=" + numbers[0], target + "gitMinor=" + numbers[1],
		target + "gitTreeState=archive",
	}
}

// requiredVersion returns the version at which the go.mod file at path requires module.
func requiredVersion(path, module string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("finding version of %s: %w; run this command in airgap/build (go -C airgap/build run .)", module, err)
	}
	// A line of a require block or of a single require, not the target of a replacement.
	line := regexp.MustCompile(`(?m)^\s*(?:require\s+)?` + regexp.QuoteMeta(module) + `\s+(v\S+)`)
	match := line.FindSubmatch(content)
	if match == nil {
		return "", fmt.Errorf("finding version of %s: %s does not require it", module, path)
	}
	return string(match[1]), nil
}
