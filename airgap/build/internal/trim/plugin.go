package trim

// withoutComponents leaves the plugin's component resources out (Helm charts, Kustomize directories, YAML files): they are written
// with the Kubernetes SDK for Pulumi programs, which is most of what the plugin compiles, and with Pulumi's own.
func withoutComponents() []Change {
	return []Change{
		{Path: "pkg/provider/provider_construct.go", Content: constructNothing},
		{Path: "pkg/provider/provider.go", Edits: []Edit{
			{From: "\tproviderresource \"" + plugin + "/pkg/provider/resource\"\n"},
			{From: "\tresourceProviders map[string]providerresource.ResourceProviderFactory\n"},
			{From: "\t\tresourceProviders:           resourceProviders,\n"},
		}},
		// What is left of the package merges the values of a Helm release.
		{Path: "pkg/helm", Keep: []string{"upstream.go"}},
		// Not left out, but brought up to the Pulumi module that the command line is of.
		{Path: "pkg/gen/schema.go", Edits: []Edit{{From: "Provider: pschema.ResourceSpec{", With: "Provider: &pschema.ResourceSpec{"}}},
	}
}

// constructNothing takes the place of the file that makes the component resources.
const constructNothing = `package provider

import (
	"context"
	"fmt"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Construct refuses every component resource.
func (k *kubeProvider) Construct(_ context.Context, req *pulumirpc.ConstructRequest) (*pulumirpc.ConstructResponse, error) {
	return nil, fmt.Errorf("%s is not part of the toolchain for closed machines: declare the objects themselves, or use the official plugin", req.GetType())
}
`

// withoutComponentHost leaves out what serves component resources of Go programs, and with it the SDK for such programs, of which
// only the entry point of plugins is used here.
func withoutComponentHost() []Change {
	return []Change{{Path: "resource/provider/provider.go", Edits: []Edit{
		{From: "type Options = sdkprovider.Options\n"},
		{Every: `func (MainWithOptions|ComponentMain)\((.*\n)*?\}\n`},
	}}}
}

// withoutHighlighting leaves the colours of code in the command line's Markdown out: they take a parser for each of some 200
// languages.
func withoutHighlighting() []Change {
	return []Change{{Path: "ansi/codeblock.go", Edits: []Edit{
		{From: "\t\"github.com/alecthomas/chroma\"\n", Until: "\t\"github.com/muesli/reflow/indent\"\n"},
		{From: "\t\"github.com/muesli/termenv\"\n"},
		{From: "\ttheme := rules.Theme\n", Until: "\tiw := indent.NewWriterPipe"},
		{From: "\tif len(theme) > 0 {\n", Until: "\t// fallback rendering"},
	}}}
}
