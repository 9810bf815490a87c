package docker

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARemoteImageIsPulledOnceAndRemovedUnlessKept(t *testing.T) {
	t.Parallel()
	const urn = "urn:pulumi:dev::shop::docker:index/remoteImage:RemoteImage::base"
	tests := map[string]struct {
		name    string
		keep    bool
		pulled  bool
		removed bool
	}{
		"absent":            {"example.com/base:1", false, true, true},
		"absent, kept":      {"example.com/base:1", true, true, false},
		"there":             {"registry:probe", false, false, true},
		"there, and kept":   {"registry:probe", true, false, false},
		"by digest, absent": {"example.com/base@" + someDigest, false, true, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := newFakeEngine()
			provider, _ := configured(t, engine)
			inputs := checked(t, provider, urn, properties{"name": test.name, "keepLocally": test.keep})
			created, err := provider.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Properties: inputs})
			require.NoError(t, err)
			assert.Equal(t, "sha256:1"+test.name, created.GetId())
			assert.Equal(t, "sha256:1", created.GetProperties().AsMap()["imageId"])
			_, err = provider.Delete(t.Context(), &pulumirpc.DeleteRequest{Urn: urn, Id: created.GetId(), Properties: created.GetProperties()})
			require.NoError(t, err)
			if test.pulled {
				assert.Contains(t, engine.calls, "pull "+test.name)
			} else {
				assert.NotContains(t, engine.calls, "pull "+test.name)
			}
			_, there := engine.images[test.name]
			assert.Equal(t, test.removed, !there)
		})
	}
}
