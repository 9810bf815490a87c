package settings_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// The first part is what pulumi config --json of version 3.255.0 says of the second and the third.
func TestReadMergesAsPulumiDoes(t *testing.T) {
	t.Parallel()

	const declared = `name: mine
config:
  backend.url:
    type: string
    default: https://app.example.com/
  backend.replicas:
    type: integer
    default: 4
  backend.greeting:
    value: from the project
  mine:image.tag: v1
  aws:region: nowhere
  backend.maxSurge:
    default: "2"
    value: "3"
  backend.memoryLimit:
    default: "067108864"
  backend.dnsEgress:
    default: "true"
  image.tagCommit:
    default: "false"
  backend.serviceType:
    type: string
  ungrouped: value
`
	config, secretKeys, whole, err := settings.Read([]byte(declared), []byte(`config:
  mine:backend:
    replicas: 2
    nodePort: 30099
  mine:backend.greeting: on its own
`))
	require.NoError(t, err)
	assert.True(t, whole)
	assert.Empty(t, secretKeys)
	assert.JSONEq(t, `{"url":"https://app.example.com/","replicas":2,"greeting":"from the project","nodePort":30099,"maxSurge":2,`+
		`"memoryLimit":"067108864","dnsEgress":true}`, config["mine:backend"])
	assert.JSONEq(t, `{"tag":"v1","tagCommit":false}`, config["mine:image"])
	assert.Equal(t, "on its own", config["mine:backend.greeting"])
}

func TestReadTellsWhatOnlyPulumiKnows(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		stackFile string
		whole     bool
	}{
		"nothing":               {stackFile: "", whole: true},
		"plain values":          {stackFile: "config:\n  mine:backend:\n    replicas: 2\n", whole: true},
		"an encrypted value":    {stackFile: "config:\n  mine:backend:\n    greeting:\n      secure: v1:abc\n"},
		"one on its own":        {stackFile: "config:\n  mine:backend.greeting:\n    secure: v1:abc\n"},
		"an environment of ESC": {stackFile: "environment:\n  - team/prod\nconfig: {}\n"},
		"an environment inline": {stackFile: "environment:\n  values: {}\n"},
	} {
		config, _, whole, err := settings.Read([]byte("name: mine\nconfig:\n  backend.replicas:\n    default: 4\n"), []byte(test.stackFile))
		require.NoError(t, err, name)
		assert.Equal(t, test.whole, whole, name)
		assert.Contains(t, config, "mine:backend", name)
	}
}

func TestReadLeavesAGroupThatIsNoneToLoad(t *testing.T) {
	t.Parallel()

	config, _, _, err := settings.Read([]byte("name: mine\nconfig:\n  backend.replicas:\n    default: 4\n"), []byte("config:\n  mine:backend: 5\n"))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"mine:backend": "5"}, config)
}

func TestReadNamesTheFile(t *testing.T) {
	t.Parallel()

	for _, test := range []struct{ project, stack, want string }{
		{"config: [", "", "reading Pulumi.yaml: yaml: line 1"},
		{"name: mine", "config: [", "reading the stack file: yaml: line 1"},
		{"name: mine", "config:\n  mine:backend.greeting: 5\n", "reading the stack file: mine:backend.greeting: 5: is no text to YAML"},
	} {
		_, _, _, err := settings.Read([]byte(test.project), []byte(test.stack))
		assert.ErrorContains(t, err, test.want)
	}
}
