package plugin

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"
)

func TestPartialErrorCarriesTheResource(t *testing.T) {
	t.Parallel()
	err := PartialError("id", nil, nil, "not ready", "reason one", "reason two")
	failed, ok := status.FromError(err)
	require.True(t, ok)
	assert.Equal(t, "not ready", failed.Message())
	require.Len(t, failed.Details(), 1)
	detail, ok := failed.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
	require.True(t, ok)
	assert.Equal(t, "id", detail.GetId())
	assert.Equal(t, []string{"reason one", "reason two"}, detail.GetReasons())
}
