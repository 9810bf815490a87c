package kube

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// Check completes the inputs of a resource: normal form, name, namespace. It
// refuses what would have no effect.
func (s *Server) Check(_ context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	urn := resource.URN(request.GetUrn())
	kind, err := refusal(urn)
	if err != nil {
		return nil, err
	}
	if s.leavesUnreachable() {
		return &pulumirpc.CheckResponse{Inputs: request.GetOlds()}, nil
	}
	olds, err := plugin.Decode(request.GetOlds())
	if err != nil {
		return nil, fmt.Errorf("checking %s: %w", urn.Name(), err)
	}
	news, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, fmt.Errorf("checking %s: %w", urn.Name(), err)
	}
	asked := object.FromProperties(news)
	failures := problems(kind, asked)
	inputs := object.Normalize(asked)
	if err := nameInputs(inputs, object.FromProperties(olds), urn.Name(), request); err != nil {
		return nil, err
	}
	if err := s.setNamespace(inputs, kind); err != nil {
		return nil, err
	}
	checked := object.ToProperties(inputs)
	object.CopySecrets(checked, news)
	encoded, err := plugin.Encode(checked)
	return &pulumirpc.CheckResponse{Inputs: encoded, Failures: failures}, err
}

// leavesUnreachable reports whether the program wants resources of an
// unreachable cluster left as they are, and the cluster is one.
func (s *Server) leavesUnreachable() bool {
	if !s.settings.skipUpdateUnreachable {
		return false
	}
	_, err := s.link.get()
	return err != nil
}

// problems lists what is wrong with inputs that the API server would not see,
// or would see too late.
func problems(kind schema.GroupVersionKind, inputs *unstructured.Unstructured) []*pulumirpc.CheckFailure {
	var failures []*pulumirpc.CheckFailure
	fail := func(property, format string, arguments ...any) {
		failures = append(failures, &pulumirpc.CheckFailure{
			Property: property, Reason: fmt.Sprintf(format, arguments...),
		})
	}
	if inputs.GetKind() != kind.Kind {
		fail("kind", "is %q, but the resource type says %q", inputs.GetKind(), kind.Kind)
	}
	if inputs.GetGenerateName() != "" && !object.IsNamed(inputs) {
		fail("metadata.generateName", "is not supported with server-side apply: leave the name to Pulumi or set it")
	}
	if annotation := object.UnsupportedAnnotation(inputs); annotation != "" {
		fail("metadata.annotations", "the stand-in for air-gapped machines does not support %s", annotation)
	}
	if _, err := object.Timeout(0, inputs); err != nil {
		fail("metadata.annotations", "%v", err)
	}
	if err := object.UnknownFields(inputs); err != nil {
		fail("", "%s has no such fields: %v", kind.Kind, err)
	}
	return failures
}

// nameInputs keeps the name that an existing resource got. A resource that is
// to be replaced arrives without old inputs and gets a new name.
func nameInputs(inputs, old *unstructured.Unstructured, name string, request *pulumirpc.CheckRequest) error {
	if len(old.Object) > 0 {
		object.AdoptName(inputs, old)
		return nil
	}
	return object.Autoname(inputs, name, request)
}

// setNamespace puts an object without a namespace into the default one, if
// its kind lives in namespaces at all.
func (s *Server) setNamespace(inputs *unstructured.Unstructured, kind schema.GroupVersionKind) error {
	if object.HasNamespace(inputs) || s.settings.unknown {
		return nil
	}
	namespaced, err := s.namespaced(kind)
	if err != nil || !namespaced {
		return err
	}
	// Without a readable kubeconfig the cluster counts as unreachable, which
	// only real operations report.
	if namespace, err := s.settings.access.DefaultNamespace(); err == nil {
		inputs.SetNamespace(namespace)
	}
	return nil
}

// namespaced reports whether objects of the kind live in a namespace. A kind
// that nobody knows yet, such as one that the program is about to define, is
// taken for one that does.
func (s *Server) namespaced(kind schema.GroupVersionKind) (bool, error) {
	if namespaced, known := object.Namespaced(kind); known {
		return namespaced, nil
	}
	reached, _ := s.link.get()
	if reached == nil {
		return true, nil // previews work without a cluster
	}
	namespaced, err := reached.Namespaced(kind)
	if meta.IsNoMatchError(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("asking the API server whether %s is namespaced: %w", kind, err)
	}
	return namespaced, nil
}
