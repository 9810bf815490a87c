package terminal_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/terminal"
)

// texts are the lines that a viewer shows, spaces as spaces.
func texts(t *testing.T, picture string) []string {
	t.Helper()
	var found []string
	decoder := xml.NewDecoder(strings.NewReader(picture))
	inText := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "text"
		case xml.CharData:
			if inText {
				found = append(found, strings.ReplaceAll(string(token), "\u00a0", " "))
			}
		case xml.EndElement:
			inText = false
		}
	}
}

func TestCommandsAreDrawnOneBelowTheOther(t *testing.T) {
	t.Parallel()

	picture := terminal.SVG(`a "title"`, []terminal.Command{{Line: "make up", Output: "one\n\n  <two> & three\n"}, {Line: "curl", Output: "hello"}})
	assert.Equal(t, []string{"$", "make up", "one", "  <two> & three", "$", "curl", "hello"}, texts(t, picture))
	assert.Contains(t, picture, "<title>a &#34;title&#34;</title>")
	assert.Contains(t, picture, `viewBox="0 0 864 178" width="864" height="178"`)
	var heights []int
	for _, part := range strings.Split(picture, "\n") {
		var x float64
		var y int
		if _, err := fmt.Sscanf(part, `<text x="%g" y="%d"`, &x, &y); err == nil {
			heights = append(heights, y)
		}
	}
	assert.Equal(t, []int{55, 55, 74, 112, 140, 140, 159}, heights, "an empty line has a height, and a command stands apart")
}

func TestTheMiddleOfALongOutputIsLeftOut(t *testing.T) {
	t.Parallel()

	for lines, want := range map[int]int{22: 22, 23: 22, 100: 22} {
		var output strings.Builder
		for i := range lines {
			fmt.Fprintf(&output, "line %d\n", i)
		}
		shown := texts(t, terminal.SVG("", []terminal.Command{{Line: "x", Output: output.String()}}))[2:]
		require.Len(t, shown, want)
		assert.Equal(t, "line 6", shown[6])
		assert.Equal(t, lines > 22, shown[7] == "        ...")
		assert.Equal(t, fmt.Sprintf("line %d", lines-1), shown[21])
	}
}

func TestTheEndOfALongLineIsLeftOut(t *testing.T) {
	t.Parallel()

	for _, test := range []struct{ line, want string }{
		{strings.Repeat("ä", 104), strings.Repeat("ä", 104)}, {strings.Repeat("ä", 105), strings.Repeat("ä", 101) + "..."}, {"a\tb", "a    b"},
	} {
		picture := terminal.SVG("", []terminal.Command{{Line: "x", Output: test.line}})
		assert.Equal(t, test.want, texts(t, picture)[2])
		assert.Contains(t, picture, fmt.Sprintf(`textLength="%d"`, 8*len([]rune(test.want))))
	}
	assert.Equal(t, strings.Repeat("a", 99)+"...", texts(t, terminal.SVG("", []terminal.Command{{Line: strings.Repeat("a", 103)}}))[1])
}
