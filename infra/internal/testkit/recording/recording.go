// Package recording is for tests: it runs a Pulumi program without an engine and tells what the program asked for.
package recording

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Digest is the digest of every image that a recorded update has "pushed".
const Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// UID is the UID of every object on a cluster that the program reads.
const UID = "3b8f1f5e-6f0e-4a0c-9c9e-1f2d3c4b5a69"

// Resource is one that the program has registered, or read.
type Resource struct {
	Type, Name string
	// Inputs hold secrets as such and, in a preview, unknowns.
	Inputs resource.PropertyMap
	// Request is the registration, with parent, provider, dependencies and options; nil where the resource was read.
	Request *pulumirpc.RegisterResourceRequest
}

// Input is the input at a path such as spec.template; an invalid path and an absent value are null.
func (r Resource) Input(path string) resource.PropertyValue {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil {
		return resource.NewNullProperty()
	}
	value, _ := parsed.Get(resource.NewObjectProperty(r.Inputs))
	return value
}

// Text is the input at a path as a plain value, for comparisons: secrets are opened, unknowns are "unknown".
func (r Resource) Text(path string) any { return plain(r.Input(path)) }

// Recording is what a program has registered, by name.
type Recording struct {
	preview bool
	kept    map[string]string
	mutex   sync.Mutex
	byName  map[string]Resource
}

// Run runs the program against a recorder, as an update or as a preview, with options such as configuration. The recording is
// complete when it returns, also when the program fails.
func Run(program pulumi.RunFunc, preview bool, options ...pulumi.RunOption) (*Recording, error) {
	return RunAgain(program, preview, nil, options...)
}

// RunAgain is Run for a stack that is there: kept is what its stashes hold, by name.
func RunAgain(program pulumi.RunFunc, preview bool, kept map[string]string, options ...pulumi.RunOption) (*Recording, error) {
	recording := &Recording{preview: preview, kept: kept, byName: map[string]Resource{}}
	all := append([]pulumi.RunOption{
		pulumi.WithMocks("ashapp-backend", "test", recording),
		func(info *pulumi.RunInfo) { info.DryRun = preview },
	}, options...)
	err := pulumi.RunErr(program, all...)
	return recording, err
}

// Resource returns the one with a name, or fails the test and tells which there are.
func (r *Recording) Resource(t testing.TB, name string) Resource {
	t.Helper()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	found, ok := r.byName[name]
	if !ok {
		t.Fatalf("no resource %q was registered, only %v", name, slices.Sorted(maps.Keys(r.byName)))
	}
	return found
}

// Types maps the name of every resource to its type.
func (r *Recording) Types() map[string]string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	types := make(map[string]string, len(r.byName))
	for name, registered := range r.byName {
		types[name] = registered.Type
	}
	return types
}

// NewResource records a registration. It gives the outputs that providers compute, and in a preview none of them.
func (r *Recording) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	// The recorder's own inputs lack unknowns, so they are read again from the request.
	inputs, err := plugin.UnmarshalProperties(args.RegisterRPC.GetObject(), plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true,
	})
	if err != nil {
		return "", nil, err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if _, twice := r.byName[args.Name]; twice {
		return "", nil, errors.New("two resources are called " + args.Name)
	}
	r.byName[args.Name] = Resource{Type: args.TypeToken, Name: args.Name, Inputs: inputs, Request: args.RegisterRPC}
	if value, found := r.kept[args.Name]; found {
		return args.Name + "-id", resource.PropertyMap{"output": resource.NewProperty(value)}, nil
	}
	switch {
	case args.ReadRPC != nil: // what exists is read in a preview as well
		return args.ID, resource.PropertyMap{"metadata": resource.NewProperty(resource.PropertyMap{
			"name": resource.NewProperty(args.ID), "uid": resource.NewProperty(UID),
		})}, nil
	case !r.preview:
		return args.Name + "-id", compute(args), nil
	case args.TypeToken == stash:
		// The SDK's mock monitor cannot take a secret that is unknown, as what follows from a stash would be.
		return "", compute(args), nil
	}
	return "", args.Inputs, nil
}

// Call refuses: the programs recorded here call no provider functions.
func (r *Recording) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, errors.New("unexpected call of " + args.Token)
}

const stash = "pulumi:index:Stash"

func compute(args pulumi.MockResourceArgs) resource.PropertyMap {
	outputs := args.Inputs.Copy()
	switch args.TypeToken {
	case stash:
		outputs["output"] = outputs["input"]
	case "docker:index/image:Image":
		outputs["repoDigest"] = resource.NewProperty("registry.test/backend@" + Digest)
	}
	return outputs
}

func plain(value resource.PropertyValue) any {
	switch {
	case value.IsSecret():
		return plain(value.SecretValue().Element)
	case value.IsComputed():
		return "unknown"
	case value.IsArray():
		elements := []any{}
		for _, element := range value.ArrayValue() {
			elements = append(elements, plain(element))
		}
		return elements
	case value.IsObject():
		object := map[string]any{}
		for key, element := range value.ObjectValue() {
			object[string(key)] = plain(element)
		}
		return object
	}
	return value.V
}
