package langhost

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// GetProgramDependencies returns the modules that the program requires.
func (h *Host) GetProgramDependencies(_ context.Context, request *pulumirpc.GetProgramDependenciesRequest) (*pulumirpc.GetProgramDependenciesResponse, error) {
	program, err := readModule(request.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	replaced := map[string]bool{}
	for _, replace := range program.file.Replace {
		replaced[replace.Old.Path] = true
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, require := range program.file.Require {
		if require.Indirect && !request.GetTransitiveDependencies() {
			continue
		}
		dependency := &pulumirpc.DependencyInfo{Name: require.Mod.Path, Version: require.Mod.Version}
		if replaced[require.Mod.Path] {
			dependency.Version = "" // what is built is not that version
		}
		response.Dependencies = append(response.Dependencies, dependency)
	}
	return response, nil
}

// InstallDependencies downloads the modules that go.mod lists. The official
// host tidies go.mod as well, which asks for modules of tests of dependencies
// and so for more than a package mirror may have.
func (h *Host) InstallDependencies(request *pulumirpc.InstallDependenciesRequest, stream grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse]) (err error) {
	toolchain, err := findGo()
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(stream, false)
	if err != nil {
		return fmt.Errorf("showing what go downloads: %w", err)
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	command := exec.CommandContext(stream.Context(), toolchain, "mod", "download")
	command.Dir = request.GetInfo().GetProgramDirectory()
	command.Env, command.Stdout, command.Stderr = append(slices.Clone(h.environment), "GOWORK=off"), stdout, stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("running go mod download in %s: %w", command.Dir, err)
	}
	return nil
}
