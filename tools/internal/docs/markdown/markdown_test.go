package markdown_test

import (
	"os"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/markdown"
)

const root = "../../../.."

func TestEveryLinkOfTheRepositoryLeadsSomewhere(t *testing.T) {
	t.Parallel()

	names, err := markdown.Files(os.DirFS(root))
	require.NoError(t, err)
	for _, name := range []string{"README.md", ".github/pull_request_template.md", "docs/adr/README.md", "docs/operations/pipeline.md"} {
		assert.Contains(t, names, name)
	}
	broken, err := markdown.Broken(os.DirFS(root))
	require.NoError(t, err)
	assert.Empty(t, broken)
}

func TestLinks(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ text, want string }{
		"a file":                     {"[a](b.md)", ""},
		"a folder":                   {"[a](sub)", ""},
		"a heading of another file":  {"[a](b.md#one-title)", ""},
		"the second of two headings": {"[a](b.md#same-1)", ""},
		"a heading of its own":       {"# Här & `code`_x 2\n[a](#här--code_x-2)", ""},
		"a heading with a link":      {"# See [this](b.md)\n[a](#see-this)", ""},
		"a heading with closing":     {"## Closed ##\n[a](#closed)", ""},
		"another site":               {"[a](https://example.com/none.md#none) [b](mailto:a@example.com)", ""},
		"a picture in a link":        {"[![a](b.md)](none.md)", "a.md:1: there is no file none.md"},
		"a picture":                  {"![a](none.svg)", "a.md:1: there is no file none.svg"},
		"no file":                    {"\n[a](none.md)", "a.md:2: there is no file none.md"},
		"a title beside it":          {`[a](none.md "why")`, "a.md:1: there is no file none.md"},
		"a definition":               {"[a]\n\n[a]: none.md", "a.md:3: there is no file none.md"},
		"a definition of a site":     {"[a]: https://example.com", ""},
		"no heading":                 {"[a](b.md#none)", "a.md:1: b.md has no heading #none"},
		"no heading of its own":      {"[a](#none)", "a.md:1: a.md has no heading #none"},
		"no third heading":           {"[a](b.md#same-2)", "a.md:1: b.md has no heading #same-2"},
		"a heading of a folder":      {"[a](sub#none)", "a.md:1: sub has no heading #none"},
		"out of the repository":      {"[a](../b.md)", "a.md:1: ../b.md leads out of the repository"},
		"in a block of code":         {"```\n[a](none.md)\n```", ""},
		"in another block of code":   {"~~~\n[a](none.md)\n~~~", ""},
		"after a block of code":      {"```\n```\n[a](none.md)", "a.md:3: there is no file none.md"},
		"between backticks":          {"`[a](none.md)`", ""},
		"a heading in code":          {"```\n# none\n```\n[a](#none)", "a.md:4: a.md has no heading #none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			broken, err := markdown.Broken(fstest.MapFS{
				"a.md": {Data: []byte(test.text)}, "sub/c.md": {Data: []byte("[up](../b.md#same)")}, ".bin/d.md": {Data: []byte("[x](none.md)")},
				"b.md": {Data: []byte("# One title\n## Same\n## Same\n")},
			})
			require.NoError(t, err)
			assert.Equal(t, slices.DeleteFunc([]string{test.want}, func(text string) bool { return text == "" }), append([]string{}, broken...))
		})
	}
}

func TestAFolderThatCannotBeRead(t *testing.T) {
	t.Parallel()

	_, err := markdown.Broken(os.DirFS(t.TempDir() + "/none"))
	assert.ErrorContains(t, err, "looking for Markdown files")
}
