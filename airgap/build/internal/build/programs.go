package build

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// cold are the packages whose code never runs often enough for its speed to matter: clients of clouds that a closed machine does
// not reach, commands, generated descriptions. They are compiled without optimisation, which takes three quarters of the time.
var cold = []string{
	"charm.land/...", "cloud.google.com/go/...", "github.com/Azure/...", "github.com/AzureAD/...", "github.com/GoogleCloudPlatform/...",
	"github.com/ProtonMail/...", "github.com/aws/...", "github.com/charmbracelet/...", "github.com/containerd/...",
	"github.com/envoyproxy/...", "github.com/go-git/...", "github.com/hashicorp/...", "github.com/pulumi/esc/...",
	"github.com/pulumi/pulumi/pkg/v3/cmd/...", "github.com/pulumi/pulumi/pkg/v3/codegen/...", "google.golang.org/api/...",
	"google.golang.org/genproto/...", "google.golang.org/grpc/internal/xds/...", "google.golang.org/grpc/xds/...", "helm.sh/...",
	"k8s.io/client-go/applyconfigurations/...", "k8s.io/client-go/informers/...", "k8s.io/client-go/listers/...", "k8s.io/kubectl/...",
	"k8s.io/kubernetes/pkg/generated/...", "sigs.k8s.io/kustomize/...",
}

// compilerFlags leave out what is for debuggers, and optimise what is worth it. They are the same for all programs, so that every
// package is compiled once.
func compilerFlags() []string {
	flags := []string{"-gcflags=all=-dwarf=false"}
	for _, pattern := range cold {
		flags = append(flags, "-gcflags="+pattern+"=-N -l -dwarf=false")
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
		coldCPU:   950 * time.Second,
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
