package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// cleanupTimeout bounds what is done after a failed operation; the operation's own context may have ended by then.
const cleanupTimeout = 30 * time.Second

// operations are what differs between the types that have a schema. Inputs have passed Check.
type operations interface {
	// create returns the ID of what exists afterwards, with an error too when that is not what was asked for.
	create(ctx context.Context, s session, inputs resource.PropertyMap) (id string, err error)
	// read returns what Docker says, or nil when the resource is gone. known is the state or the inputs to compare with.
	read(ctx context.Context, s session, id string, known resource.PropertyMap) (resource.PropertyMap, error)
	// update applies the inputs; changed names those that differ.
	update(ctx context.Context, s session, id string, changed []string, inputs resource.PropertyMap) error
	delete(ctx context.Context, s session, id string) error
}

// unchangeable is for types of which every input replaces the resource: Docker cannot change a network or a volume.
type unchangeable struct{}

func (unchangeable) update(context.Context, session, string, []string, resource.PropertyMap) error {
	return nil
}

// managed is a resource type with a schema.
type managed struct {
	schema  schema
	version string // of Terraform's schema
	// validate reads the inputs as operations does.
	validate func(resource.PropertyMap) error
	operations
}

// valid says whether properties can be read as inputs.
func valid[Inputs any](properties resource.PropertyMap) error {
	_, err := inputsOf[Inputs](properties)
	return err
}

// meta is the note about a state that the official plugin keeps; tainted is ours and says that the resource never became
// ready.
type meta struct {
	SchemaVersion string `json:"schema_version,omitempty"`
	Tainted       bool   `json:"tainted,omitempty"`
}

// decodeAll decodes several structs from the wire.
func decodeAll(encoded ...*structpb.Struct) ([]resource.PropertyMap, error) {
	decoded := make([]resource.PropertyMap, len(encoded))
	for i, properties := range encoded {
		var err error
		if decoded[i], err = plugin.Decode(properties); err != nil {
			return nil, err
		}
	}
	return decoded, nil
}

// check validates by the schema first, and by the type's own rules only when every value is known.
func (m managed) check(request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, err
	}
	check := &checker{}
	inputs := check.inputs("", m.schema, news)
	if len(check.failures) == 0 && !inputs.ContainsUnknowns() {
		if err := m.validate(inputs); err != nil { // values of another form
			check.failures = append(check.failures, &pulumirpc.CheckFailure{Reason: err.Error()})
		}
	}
	encoded, err := plugin.Encode(inputs)
	return &pulumirpc.CheckResponse{Inputs: encoded, Failures: check.failures}, err
}

func (m managed) diff(request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	decoded, err := decodeAll(request.GetOlds(), request.GetNews())
	if err != nil {
		return nil, err
	}
	state, news := decoded[0], decoded[1]
	response := m.schema.diff(state, news, request.GetIgnoreChanges())
	if readMeta(state).Tainted && len(response.Replaces) == 0 {
		// It never became ready: an update would call it good.
		response.Changes = pulumirpc.DiffResponse_DIFF_SOME
		response.Diffs = append(response.Diffs, "wait")
		response.Replaces = []string{"wait"}
		response.DeleteBeforeReplace = true
	}
	return response, nil
}

// create records a resource that exists but failed as partially initialised and tainted, so that the next update replaces
// it.
func (m managed) create(
	ctx context.Context, s session, request *pulumirpc.CreateRequest,
) (*pulumirpc.CreateResponse, error) {
	inputs, err := plugin.Decode(request.GetProperties())
	if err != nil {
		return nil, err
	}
	if request.GetPreview() {
		planned, err := plugin.Encode(m.schema.planned(inputs, nil))
		return &pulumirpc.CreateResponse{Properties: planned}, err
	}
	id, failure := m.operations.create(ctx, s, inputs)
	if id == "" {
		return nil, failure
	}
	// What exists must get into the state, also when the operation was cancelled.
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	state, err := m.after(reading, s, id, inputs, failure != nil)
	if err != nil {
		return nil, errors.Join(failure, err)
	}
	if failure != nil {
		return nil, plugin.PartialError(id, state, request.GetProperties(), failure.Error(), failure.Error())
	}
	return &pulumirpc.CreateResponse{Id: id, Properties: state}, nil
}

// after is the state after an operation with these inputs.
func (m managed) after(
	ctx context.Context, s session, id string, inputs resource.PropertyMap, tainted bool,
) (*structpb.Struct, error) {
	live, err := m.operations.read(ctx, s, id, inputs)
	if err != nil {
		return nil, err
	}
	return m.encode(m.schema.created(id, inputs, live), tainted)
}

// encode adds what the official plugin keeps in the state for itself.
func (m managed) encode(state resource.PropertyMap, tainted bool) (*structpb.Struct, error) {
	note, err := json.Marshal(meta{SchemaVersion: m.version, Tainted: tainted})
	if err != nil {
		return nil, fmt.Errorf("encoding the note about the state: %w", err)
	}
	state[rawStateKey], state[metaKey] = m.schema.rawState(state), resource.NewProperty(string(note))
	return plugin.Encode(state)
}

// readMeta treats a note that it cannot read as none.
func readMeta(state resource.PropertyMap) (note meta) {
	if value, ok := state[metaKey]; ok && value.IsString() {
		_ = json.Unmarshal([]byte(value.StringValue()), &note) // a foreign note is no taint
	}
	return note
}

// read refuses an import, for which there are no inputs to go by.
func (m managed) read(ctx context.Context, s session, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	decoded, err := decodeAll(request.GetProperties(), request.GetInputs())
	if err != nil {
		return nil, err
	}
	state, inputs := decoded[0], decoded[1]
	if len(inputs) == 0 {
		return nil, fmt.Errorf("importing %s is not known to %s: let the program create it", request.GetId(), closed)
	}
	live, err := m.operations.read(ctx, s, request.GetId(), inputs)
	if err != nil || live == nil {
		return &pulumirpc.ReadResponse{}, err // without an error: gone
	}
	fresh := m.schema.refreshed(request.GetId(), state, live)
	freshInputs, inputsErr := plugin.Encode(m.schema.refreshInputs(inputs, fresh))
	properties, stateErr := m.encode(fresh, readMeta(state).Tainted)
	return &pulumirpc.ReadResponse{Id: request.GetId(), Properties: properties, Inputs: freshInputs}, errors.Join(inputsErr, stateErr)
}

// update passes only what differs; the rest of the state is read again.
func (m managed) update(
	ctx context.Context, s session, request *pulumirpc.UpdateRequest,
) (*pulumirpc.UpdateResponse, error) {
	decoded, err := decodeAll(request.GetOlds(), request.GetNews())
	if err != nil {
		return nil, err
	}
	state, news := decoded[0], decoded[1]
	if request.GetPreview() {
		planned, err := plugin.Encode(m.schema.planned(news, state))
		return &pulumirpc.UpdateResponse{Properties: planned}, err
	}
	changed := m.schema.diff(state, news, request.GetIgnoreChanges()).GetDiffs()
	if err := m.operations.update(ctx, s, request.GetId(), changed, news); err != nil {
		return nil, err
	}
	fresh, err := m.after(ctx, s, request.GetId(), news, false)
	return &pulumirpc.UpdateResponse{Properties: fresh}, err
}

func (m managed) delete(ctx context.Context, s session, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, m.operations.delete(ctx, s, request.GetId())
}
