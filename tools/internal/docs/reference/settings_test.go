package reference_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/reference"
)

const root = "../../../.."

func TestThePageOfSettingsIsThatOfTheProject(t *testing.T) {
	t.Parallel()

	table, err := reference.Settings([]byte(read(t, "Pulumi.yaml")))
	require.NoError(t, err)
	page := read(t, "docs", "reference", "settings.md")
	wanted, err := reference.Replace(page, "settings", table)
	require.NoError(t, err)
	assert.True(t, wanted == page, "docs/reference/settings.md is not what Pulumi.yaml says: run make reference")
}

func TestSettingsAreTablesInTheOrderOfTheProject(t *testing.T) {
	t.Parallel()

	text, err := reference.Settings([]byte(`
name: a
config:
  b.port: {type: integer, default: 80, description: "Port, 1 | 2"}
  b.name: {type: string, default: "", description: Name}
  a.on: {type: boolean, default: false, description: Whether}
  a.map: {type: object, default: {}, description: Variables}
  a.list: {type: array, items: {type: object}, default: [{b: 1}, c], description: Ways}
  a.none: {type: string, description: Nothing}
`))
	require.NoError(t, err)
	const head = "| key | type | default | what it is |\n| --- | --- | --- | --- |\n"
	assert.Equal(t, "\n## b\n\n"+head+"| `b.port` | integer | `80` | Port, 1 \\| 2 |\n| `b.name` | string |  | Name |\n"+
		"\n## a\n\n"+head+"| `a.on` | boolean | `false` | Whether |\n"+
		"| `a.map` | object | `{}` | Variables |\n| `a.list` | array | `[{b: 1}, c]` | Ways |\n| `a.none` | string |  | Nothing |\n", text)
}

func TestProjectsThatCannotBeRead(t *testing.T) {
	t.Parallel()

	_, err := reference.Settings([]byte("config: ["))
	require.ErrorContains(t, err, "reading the project file")
	_, err = reference.Settings([]byte("config: {a.b: 1}"))
	assert.ErrorContains(t, err, "reading the key a.b of the project file")
}
