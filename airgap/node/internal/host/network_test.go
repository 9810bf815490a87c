package host

import (
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAddressesFitTogether(t *testing.T) {
	t.Parallel()
	cluster, pods, services := netip.MustParsePrefix(ClusterCIDR), netip.MustParsePrefix(PodCIDR), netip.MustParsePrefix(ServiceCIDR)
	assert.True(t, cluster.Contains(pods.Addr()) && pods.Bits() >= cluster.Bits())
	assert.False(t, cluster.Overlaps(services))
	assert.Equal(t, services.Addr().Next().String(), ServiceIP)
	assert.True(t, services.Contains(netip.MustParseAddr(DNSIP)))
}

func TestPodNetworkIsWhatTheRuntimeReads(t *testing.T) {
	t.Parallel()
	var config struct {
		CNIVersion string
		Name       string
		Plugins    []struct {
			Type string
			IPAM struct {
				Ranges [][]struct{ Subnet string }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(podNetwork), &config))
	require.Len(t, config.Plugins, 2)
	assert.Equal(t, "ptp", config.Plugins[0].Type)
	assert.Equal(t, PodCIDR, config.Plugins[0].IPAM.Ranges[0][0].Subnet)
	assert.Equal(t, "portmap", config.Plugins[1].Type)
}
