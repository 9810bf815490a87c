package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
)

const supported = "is not supported by the stand-in for air-gapped machines: it knows objects of every kind " +
	"that the cluster has, and neither Helm, Kustomize, YAML files, Patch nor List resources"

// refusal returns an error for resource types that are no Kubernetes objects.
func refusal(urn resource.URN) (schema.GroupVersionKind, error) {
	kind, err := object.Kind(urn)
	if err != nil {
		return kind, err
	}
	switch {
	case slices.Contains(packages, kind.Group), slices.Contains(packages, kind.Version), derived(kind):
		return kind, fmt.Errorf("%s %s", urn.Type(), supported)
	default:
		return kind, nil
	}
}

// packages are parts of Pulumi's type names where an API group or version would be.
var packages = []string{"helm.sh", "kustomize", "yaml"}

// derived reports whether Pulumi derived the kind from a built-in one.
func derived(kind schema.GroupVersionKind) bool {
	for _, suffix := range []string{"Patch", "List"} {
		if base, is := strings.CutSuffix(kind.Kind, suffix); is {
			if _, builtIn := object.Namespaced(kind.GroupVersion().WithKind(base)); builtIn {
				return true
			}
		}
	}
	return false
}

// Invoke refuses all functions.
func (s *Server) Invoke(_ context.Context, request *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return nil, refused("the function " + request.GetTok())
}

// Call refuses all methods.
func (s *Server) Call(_ context.Context, request *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return nil, refused("the method " + request.GetTok())
}

// Construct refuses all components.
func (s *Server) Construct(
	_ context.Context, request *pulumirpc.ConstructRequest,
) (*pulumirpc.ConstructResponse, error) {
	return nil, refused(request.GetType())
}

// GetSchema refuses to tell the schema, which only code generators ask for.
func (s *Server) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return nil, refused("the schema of the kubernetes package")
}

func refused(what string) error {
	return status.Error(codes.Unimplemented, what+" "+supported)
}
