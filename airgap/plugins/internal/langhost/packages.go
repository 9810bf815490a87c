package langhost

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// sdkPrefix is how the paths of Pulumi's own provider SDKs begin.
const sdkPrefix = "github.com/pulumi/pulumi-"

// GetRequiredPackages returns the plugins whose SDKs the program's go.mod
// requires.
func (h *Host) GetRequiredPackages(ctx context.Context, request *pulumirpc.GetRequiredPackagesRequest) (*pulumirpc.GetRequiredPackagesResponse, error) {
	program, err := readModule(request.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	cache, err := h.moduleCache(ctx)
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for _, require := range program.file.Require {
		version, folder, err := program.source(require.Mod, cache)
		if err != nil {
			return nil, err
		}
		note, err := readNote(version.Path, folder)
		if err != nil {
			return nil, err
		}
		if dependency, ok := packageOf(version, note); ok {
			response.Packages = append(response.Packages, dependency)
		}
	}
	return response, nil
}

// moduleCache asks the go command only when the environment does not say.
func (h *Host) moduleCache(ctx context.Context) (string, error) {
	if cache := os.Getenv("GOMODCACHE"); cache != "" {
		return cache, nil
	}
	toolchain, err := findGo()
	if err != nil {
		return "", err
	}
	output, err := exec.CommandContext(ctx, toolchain, "env", "GOMODCACHE").Output()
	if err != nil {
		return "", fmt.Errorf("asking go for the module cache: %w", err)
	}
	return strings.TrimSpace(string(output)), nil
}

// readNote looks for a pulumi-plugin.json where SDKs have one. A module
// without one, or one that is not downloaded yet, gives nil. Folders are
// listed only in modules with pulumi in their path: listing those of all
// modules took longer than everything else here.
func readNote(path, folder string) (*plugin.PulumiPluginJSON, error) {
	places := []string{"", "go"}
	if strings.Contains(path, "pulumi") {
		places = append(places, filepath.Join("go", "*"), "*")
	}
	for _, place := range places {
		notes, err := filepath.Glob(filepath.Join(folder, place, "pulumi-plugin.json"))
		if err != nil {
			return nil, fmt.Errorf("looking for pulumi-plugin.json in %s: %w", folder, err)
		}
		if len(notes) == 0 {
			continue
		}
		note, err := plugin.LoadPulumiPluginJSON(notes[0])
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", notes[0], err)
		}
		return note, nil
	}
	return nil, nil
}

// packageOf returns the plugin that belongs to a module, if there is one.
func packageOf(required module.Version, note *plugin.PulumiPluginJSON) (*pulumirpc.PackageDependency, bool) {
	if note == nil {
		rest, official := strings.CutPrefix(required.Path, sdkPrefix)
		if !official {
			return nil, false
		}
		name, _, _ := strings.Cut(rest, "/")
		note = &plugin.PulumiPluginJSON{Resource: true, Name: name}
	}
	version := note.Version
	if version == "" {
		version = released(required.Version)
	}
	if !note.Resource || note.Name == "" || version == "" {
		return nil, false
	}
	dependency := &pulumirpc.PackageDependency{Kind: "resource", Name: note.Name, Version: version, Server: note.Server}
	if p := note.Parameterization; p != nil {
		dependency.Parameterization = &pulumirpc.PackageParameterization{Name: p.Name, Version: p.Version, Value: p.Value}
	}
	return dependency, true
}

// released is the release that a version stands for. A commit between two
// releases counts as the one before it; before the first there is none: "".
func released(version string) string {
	if !module.IsPseudoVersion(version) {
		return semver.Canonical(version)
	}
	base, err := module.PseudoVersionBase(version)
	if err != nil {
		return ""
	}
	return base
}
