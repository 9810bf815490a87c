package bars_test

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/bars"
)

func TestNumbersAreDrawnInProportion(t *testing.T) {
	t.Parallel()

	picture, err := bars.SVG("Seconds <s>\none, and more,100\nhalf,50\nnothing,0\n")
	require.NoError(t, err)
	require.NoError(t, xml.Unmarshal([]byte(picture), new(struct{})))
	for _, part := range []string{
		"<title>Seconds &lt;s&gt;</title>", `>one, and more</text>`, `y="44" width="480.0"`, `y="72" width="240.0"`, `y="100" width="0.0"`,
		`<text x="496.0" y="86">50</text>`, `viewBox="0 0 790 144"`,
	} {
		assert.Contains(t, picture, part)
	}
}

func TestTablesThatCannotBeDrawn(t *testing.T) {
	t.Parallel()

	for table, want := range map[string]string{
		"Title": `the table "Title" has no number`, "Title\na,0": "has no number", "Title\na": `the line "a" is not label,number`,
		"Title\na,-1": "is not label,number", "Title\na,many": "is not label,number", "Title\n,1": "is not label,number",
	} {
		_, err := bars.SVG(table)
		assert.ErrorContains(t, err, want)
	}
}

func TestThePlotsAreThoseOfTheTables(t *testing.T) {
	t.Parallel()

	tables, err := filepath.Glob("../../../../docs/performance/*.csv")
	require.NoError(t, err)
	assert.NotEmpty(t, tables)
	for _, name := range tables {
		table, err := os.ReadFile(name)
		require.NoError(t, err)
		wanted, err := bars.SVG(string(table))
		require.NoError(t, err)
		picture, err := os.ReadFile(strings.TrimSuffix(name, ".csv") + ".svg")
		require.NoError(t, err)
		assert.True(t, wanted == string(picture), "%s is not what its table says: run make reference", name)
	}
}
