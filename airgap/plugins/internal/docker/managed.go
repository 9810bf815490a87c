package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// operations are what differs between the types that have a schema. Inputs
// have passed Check.
type operations interface {
	// validate finds what a schema cannot express.
	validate(inputs resource.PropertyMap) error
	// create returns the ID of what exists afterwards, with an error too when
	// that is not what was asked for.
	create(ctx context.Context, urn string, inputs resource.PropertyMap) (id string, err error)
	// read returns what Docker says, or nil when the resource is gone. known is
	// the state or the inputs to compare with.
	read(ctx context.Context, id string, known resource.PropertyMap) (resource.PropertyMap, error)
	// update applies the inputs; changed names those that differ.
	update(ctx context.Context, urn, id string, changed []string, inputs resource.PropertyMap) error
	delete(ctx context.Context, id string, state resource.PropertyMap) error
}

// managed is a resource type with a schema.
type managed struct {
	schema  schema
	version string // of Terraform's schema, "" for none
	bind    func(Engine, reporter) operations
}

// meta is the note about a state that the official plugin keeps; tainted is
// ours and says that the resource never became ready.
type meta struct {
	SchemaVersion string `json:"schema_version,omitempty"`
	Tainted       bool   `json:"tainted,omitempty"`
}

// check validates by the schema first, and by the type's own rules only when
// every value is known.
func (m managed) check(_ context.Context, _ reporter, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, err
	}
	olds, err := plugin.Decode(request.GetOlds())
	if err != nil {
		return nil, err
	}
	if err := autoname(request, olds, news); err != nil {
		return nil, err
	}
	check := &checker{}
	inputs := check.inputs("", m.schema, news)
	if len(check.failures) == 0 && !inputs.ContainsUnknowns() {
		if err := m.bind(nil, nil).validate(inputs); err != nil {
			check.failures = append(check.failures, &pulumirpc.CheckFailure{Reason: err.Error()})
		}
	}
	encoded, err := plugin.Encode(inputs)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CheckResponse{Inputs: encoded, Failures: check.failures}, nil
}

// diff compares inputs, not the state: Read has put what it found into the
// inputs too, so that a drift shows up in both.
func (m managed) diff(request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, oldsErr := plugin.Decode(request.GetOldInputs())
	state, stateErr := plugin.Decode(request.GetOlds())
	news, newsErr := plugin.Decode(request.GetNews())
	if err := errors.Join(oldsErr, stateErr, newsErr); err != nil {
		return nil, err
	}
	response := m.schema.diffInputs(olds, news)
	if readMeta(state).Tainted && len(response.Replaces) == 0 {
		// It never became ready: an update would call it good.
		response.Changes = pulumirpc.DiffResponse_DIFF_SOME
		response.Diffs = append(response.Diffs, "wait")
		response.Replaces = []string{"wait"}
		response.DeleteBeforeReplace = !generated(news)
	}
	return response, nil
}

// create records a resource that exists but failed as partially initialised and
// tainted, so that the next update replaces it.
func (m managed) create(ctx context.Context, engine Engine, status reporter, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	inputs, err := plugin.Decode(request.GetProperties())
	if err != nil {
		return nil, err
	}
	if request.GetPreview() {
		planned, err := plugin.Encode(m.schema.planned(inputs, nil))
		return &pulumirpc.CreateResponse{Properties: planned}, err
	}
	operations := m.bind(engine, status)
	id, failure := operations.create(ctx, request.GetUrn(), inputs)
	if id == "" {
		return nil, failure
	}
	// What exists must get into the state, also when the operation was cancelled.
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	live, err := operations.read(reading, id, inputs)
	if err != nil {
		return nil, errors.Join(failure, err)
	}
	state := m.schema.created(id, inputs, live)
	m.annotate(state, failure != nil)
	encoded, err := plugin.Encode(state)
	if err != nil {
		return nil, err
	}
	if failure != nil {
		return nil, plugin.PartialError(id, encoded, request.GetProperties(), failure.Error(), failure.Error())
	}
	return &pulumirpc.CreateResponse{Id: id, Properties: encoded}, nil
}

// read refuses an import, for which there are no inputs to go by.
func (m managed) read(ctx context.Context, engine Engine, status reporter, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	state, stateErr := plugin.Decode(request.GetProperties())
	inputs, inputsErr := plugin.Decode(request.GetInputs())
	if err := errors.Join(stateErr, inputsErr); err != nil {
		return nil, err
	}
	if len(inputs) == 0 {
		return nil, fmt.Errorf("importing %s is not supported by the stand-in for air-gapped machines: let the program create it", request.GetId())
	}
	live, err := m.bind(engine, status).read(ctx, request.GetId(), inputs)
	if err != nil {
		return nil, err
	}
	if live == nil {
		return &pulumirpc.ReadResponse{}, nil // gone
	}
	fresh := m.schema.refreshed(request.GetId(), state, live)
	m.annotate(fresh, readMeta(state).Tainted)
	properties, propertiesErr := plugin.Encode(fresh)
	freshInputs, freshErr := plugin.Encode(m.schema.refreshInputs(inputs, fresh))
	return &pulumirpc.ReadResponse{Id: request.GetId(), Properties: properties, Inputs: freshInputs}, errors.Join(propertiesErr, freshErr)
}

// update passes only what differs; the rest of the state is read again.
func (m managed) update(ctx context.Context, engine Engine, status reporter, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	state, stateErr := plugin.Decode(request.GetOlds())
	olds, oldsErr := plugin.Decode(request.GetOldInputs())
	news, newsErr := plugin.Decode(request.GetNews())
	if err := errors.Join(stateErr, oldsErr, newsErr); err != nil {
		return nil, err
	}
	if request.GetPreview() {
		planned, err := plugin.Encode(m.schema.planned(news, state))
		return &pulumirpc.UpdateResponse{Properties: planned}, err
	}
	operations := m.bind(engine, status)
	if err := operations.update(ctx, request.GetUrn(), request.GetId(), m.schema.diffInputs(olds, news).GetDiffs(), news); err != nil {
		return nil, err
	}
	live, err := operations.read(ctx, request.GetId(), news)
	if err != nil {
		return nil, err
	}
	fresh := m.schema.created(request.GetId(), news, live)
	m.annotate(fresh, false)
	encoded, err := plugin.Encode(fresh)
	return &pulumirpc.UpdateResponse{Properties: encoded}, err
}

func (m managed) delete(ctx context.Context, engine Engine, status reporter, request *pulumirpc.DeleteRequest) error {
	state, err := plugin.Decode(request.GetProperties())
	if err != nil {
		return err
	}
	return m.bind(engine, status).delete(ctx, request.GetId(), state)
}

// annotate adds what the official plugin keeps in the state for itself.
func (m managed) annotate(state resource.PropertyMap, tainted bool) {
	state[rawStateKey] = m.schema.rawState(state)
	note, err := json.Marshal(meta{SchemaVersion: m.version, Tainted: tainted})
	if err == nil && string(note) != "{}" {
		state[metaKey] = resource.NewProperty(string(note))
	}
}

// readMeta treats a note that it cannot read as none.
func readMeta(state resource.PropertyMap) meta {
	var note meta
	if value, ok := state[metaKey]; ok && value.IsString() {
		_ = json.Unmarshal([]byte(value.StringValue()), &note) // a foreign note is no taint
	}
	return note
}
