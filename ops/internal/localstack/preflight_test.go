package localstack

import (
	"context"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPreflightNamesThePortAndItsHolder(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ labels, want string }{
		"one of ours":      {labels: "ashapp-backend.cluster=ashapp-backend"},
		"of another stack": {labels: "ashapp-backend.cluster=other", want: "take the stack down that it belongs to"},
		"of somebody else": {want: "remove that (docker rm --force web), or set backend.nodePort to another port\nin Pulumi.dev.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			taken := listen(t)
			f.Settings.Cluster.APIPort, f.Settings.Cluster.RegistryPort, f.Settings.Backend.NodePort = taken, taken, taken
			port := strconv.Itoa(taken)
			f.Answers(t, "docker ps --all",
				`{"Names":"web","State":"running","Ports":"127.0.0.1:`+port+`->80/tcp","Labels":"`+test.labels+`"}`)
			_, err := f.Preflight(t.Context())
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "port "+port+" is held by the container web: ")
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// listen takes a port.
func listen(t *testing.T) int {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, listener.Close()) })
	return listener.Addr().(*net.TCPAddr).Port
}
