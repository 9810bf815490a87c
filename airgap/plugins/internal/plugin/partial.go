package plugin

import (
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
)

// PartialError says that a resource exists but did not become ready. The
// engine keeps id, properties and inputs in the state, marks the resource as
// partially initialised and shows the reasons; the next update tries again.
func PartialError(id string, properties, inputs *structpb.Struct, message string, reasons ...string) error {
	failed := status.New(codes.Unknown, message)
	detailed, err := failed.WithDetails(&pulumirpc.ErrorResourceInitFailed{
		Id: id, Properties: properties, Inputs: inputs, Reasons: reasons,
	})
	if err != nil {
		return failed.Err() // cannot happen for a code other than OK
	}
	return detailed.Err()
}
