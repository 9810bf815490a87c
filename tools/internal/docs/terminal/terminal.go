// Package terminal draws what commands have printed as a picture of a terminal.
package terminal

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Command is a command line and what it printed.
type Command struct{ Line, Output string }

// Sizes of the picture. A character's width is forced upon the font, so that every viewer draws the same.
const (
	columns      = 104
	charWidth    = 8.0
	lineHeight   = 19
	margin       = 16
	bar          = 36 // of the window's title
	firstLines   = 7  // of a long output
	lastLines    = 14
	left         = "        ..."
	backgroundOf = "#0d1117"
	textOf       = "#c9d1d9"
	promptOf     = "#3fb950"
	commandOf    = "#ffffff"
)

// SVG draws the commands one below the other. Of a long output the middle is left out, and of a long line the end. The title is what is
// read to those who do not see the picture.
func SVG(title string, commands []Command) string {
	var body strings.Builder
	y := bar + lineHeight
	draw := func(text, colour string, from int) {
		if length := utf8.RuneCountInString(text); length > 0 {
			fmt.Fprintf(&body, "<text x=\"%g\" y=\"%d\" fill=\"%s\" textLength=\"%g\">%s</text>\n",
				margin+float64(from)*charWidth, y, colour, float64(length)*charWidth, escape(text))
		}
	}
	for i, command := range commands {
		if i > 0 {
			y += lineHeight / 2
		}
		draw("$", promptOf, 0)
		draw(shorten(command.Line, columns-2), commandOf, 2)
		y += lineHeight
		for _, line := range elide(strings.Split(strings.TrimRight(command.Output, "\n"), "\n")) {
			draw(shorten(line, columns), textOf, 0)
			y += lineHeight
		}
	}
	width := 2*margin + columns*charWidth
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]g %[2]d" width="%[1]g" height="%[2]d" role="img" aria-label="%[3]s">
<title>%[3]s</title>
<rect width="100%%" height="100%%" rx="8" fill="%[4]s"/>
<circle cx="20" cy="18" r="6" fill="#ff5f56"/><circle cx="40" cy="18" r="6" fill="#ffbd2e"/><circle cx="60" cy="18" r="6" fill="#27c93f"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" xml:space="preserve">
%[5]s</g>
</svg>
`, width, y, escape(title), backgroundOf, body.String())
}

// elide leaves out the middle of a long output.
func elide(lines []string) []string {
	if len(lines) <= firstLines+1+lastLines {
		return lines
	}
	return append(append(append([]string{}, lines[:firstLines]...), left), lines[len(lines)-lastLines:]...)
}

// shorten leaves out the end of a long line.
func shorten(line string, limit int) string {
	runes := []rune(strings.ReplaceAll(line, "\t", "    "))
	if len(runes) <= limit {
		return string(runes)
	}
	return string(runes[:limit-3]) + "..."
}

// escape makes a text safe inside of XML. Spaces stay, by a character that no viewer folds.
func escape(text string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // a Builder takes everything
	return strings.ReplaceAll(escaped.String(), "  ", "\u00a0\u00a0")
}
