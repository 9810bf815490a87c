// Package bars draws a table of numbers as bars.
package bars

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// Sizes of the picture.
const (
	labelWidth = 250
	barWidth   = 480.0 // of the largest number
	barHeight  = 18
	rowHeight  = 28
	margin     = 16
	numberRoom = 60
)

// SVG draws lines of the form label,number below a title, which is the first line. The colours fit a light and a dark page.
func SVG(table string) (string, error) {
	title, rows, _ := strings.Cut(strings.TrimSpace(table), "\n")
	labels, values := []string{}, []float64{}
	largest := 0.0
	for row := range strings.Lines(rows) {
		cut := strings.LastIndex(row, ",")
		value, err := strconv.ParseFloat(strings.TrimSpace(row[cut+1:]), 64)
		if cut < 1 || err != nil || value < 0 {
			return "", fmt.Errorf("the line %q is not label,number", strings.TrimSpace(row))
		}
		labels, values, largest = append(labels, row[:cut]), append(values, value), max(largest, value)
	}
	if largest == 0 {
		return "", fmt.Errorf("the table %q has no number to draw", title)
	}
	var body strings.Builder
	for i, label := range labels {
		y := margin + rowHeight*(i+1)
		length := values[i] / largest * barWidth
		fmt.Fprintf(&body, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", labelWidth-8, y+barHeight-4, escape(label))
		fmt.Fprintf(&body, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\" fill=\"#1f6feb\"/>\n", labelWidth, y, length, barHeight)
		fmt.Fprintf(&body, "<text x=\"%.1f\" y=\"%d\">%s</text>\n", labelWidth+length+6, y+barHeight-4, strconv.FormatFloat(values[i], 'f', -1, 64))
	}
	width, height := labelWidth+int(barWidth)+numberRoom, 2*margin+rowHeight*(len(labels)+1)
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" role="img" aria-label="%[3]s">
<title>%[3]s</title>
<g font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="13" fill="#768390">
<text x="%[4]d" y="%[5]d" font-weight="bold">%[3]s</text>
%[6]s</g>
</svg>
`, width, height, escape(title), margin, margin+13, body.String()), nil
}

// escape makes a text safe inside of XML.
func escape(text string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // a Builder takes everything
	return escaped.String()
}
