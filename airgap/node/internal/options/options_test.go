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
		"--disable=traefik,servicelb,local-storage", "--disable=coredns",
		"--kubelet-arg=eviction-hard=imagefs.available<1%,nodefs.available<1%",
		"--kubelet-arg=container-log-max-files=3",
	})
	require.NoError(t, err)
	assert.Equal(t, Options{
		KubeletArgs: []string{"eviction-hard=imagefs.available<1%,nodefs.available<1%", "container-log-max-files=3"},
		Disabled:    []string{"traefik", "servicelb", "local-storage", "coredns"},
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
		"dashes before an option":  {[]string{"server", "--kubelet-arg=--v=2"}, []string{`"--v=2"`, "without leading dashes"}},
		"several problems at once": {[]string{"server", "--disable=x", "--kubelet-arg==1"}, []string{`--disable "x"`, `--kubelet-arg "=1"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(test.args)
			require.Error(t, err)
			for _, part := range test.says {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}
