package options

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseAcceptsWhatTheDeploymentGivesK3s(t *testing.T) {
	t.Parallel()
	options, err := Parse([]string{
		"server",
		"--disable=traefik,servicelb,metrics-server,local-storage",
		"--kubelet-arg=eviction-hard=imagefs.available<1%,nodefs.available<1%",
		"--tls-san", "node.example.org,192.0.2.7", "--tls-san=second.example.org",
	}, "Web-1")
	require.NoError(t, err)
	assert.Equal(t, Options{
		NodeName:        "web-1",
		HTTPSListenPort: 6443,
		ResolvConf:      "/etc/resolv.conf",
		TLSSANs:         []string{"node.example.org", "192.0.2.7", "second.example.org"},
		KubeletArgs:     []string{"eviction-hard=imagefs.available<1%,nodefs.available<1%"},
		Disabled:        []string{"traefik", "servicelb", "metrics-server", "local-storage"},
	}, options)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		says []string
	}{
		"no command":               {nil, []string{`must be "server"`}},
		"another command":          {[]string{"token"}, []string{`must be "server"`, "token"}},
		"an unknown flag":          {[]string{"server", "--docker"}, []string{"-docker", "known flags", "--kubelet-arg"}},
		"an argument":              {[]string{"server", "now"}, []string{`unexpected argument "now"`}},
		"an unknown part":          {[]string{"server", "--disable=trafik"}, []string{"trafik", "traefik"}},
		"a port out of range":      {[]string{"server", "--https-listen-port=0"}, []string{"--https-listen-port 0"}},
		"a name that DNS has not":  {[]string{"server", "--node-name=a_b"}, []string{`--node-name "a_b"`}},
		"a bad alternative name":   {[]string{"server", "--tls-san=a b"}, []string{`--tls-san "a b"`}},
		"dashes before an option":  {[]string{"server", "--kubelet-arg=--v=2"}, []string{`"--v=2"`, "without leading dashes"}},
		"several problems at once": {[]string{"server", "--disable=x", "--tls-san=a b"}, []string{`--disable "x"`, `--tls-san "a b"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(test.args, "web-1")
			require.Error(t, err)
			for _, part := range test.says {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}
