package server

import (
	"strconv"
	"strings"
)

// maxRanges is how many media ranges of an Accept header count. Browsers send fewer than ten.
const maxRanges = 32

// preference is how a client ranks a media type: by the weight that it gives, and between equal weights by the place of the
// range that gives it.
type preference struct {
	weight float64 // 0 to 1; 0: not wanted
	place  int
}

// prefersJSON tells whether a client's Accept header ranks application/json above text/plain (RFC 9110, 12.5.1). Between
// equal weights the one that is named first wins, and text where one range names both, such as */*: it is what a browser and
// a bare curl get.
func prefersJSON(accept []string) bool {
	json, text := preferences(accept)
	return json.weight > text.weight || json.weight > 0 && json.weight == text.weight && json.place < text.place
}

// preferences are those for application/json and text/plain, each by the most specific range that matches it. Ranges that
// cannot be read are passed over.
func preferences(accept []string) (json, text preference) {
	jsonRank, textRank, place := 0, 0, 0
	for _, header := range accept {
		for more := true; more && place < maxRanges; place++ {
			var element string
			element, header, more = cutUnquoted(header, ',')
			mediaRange, parameters, _ := cutUnquoted(element, ';')
			weight, ok := weightOf(parameters)
			if !ok {
				continue
			}
			mediaRange = strings.ToLower(strings.TrimSpace(mediaRange))
			if rank := rankOf(mediaRange, "application/*", "application/json"); rank > jsonRank {
				json, jsonRank = preference{weight, place}, rank
			}
			if rank := rankOf(mediaRange, "text/*", "text/plain"); rank > textRank {
				text, textRank = preference{weight, place}, rank
			}
		}
	}
	return json, text
}

// rankOf tells how specific a range is for a media type; 0: it does not match.
func rankOf(mediaRange, kind, exact string) int {
	switch mediaRange {
	case exact:
		return 3
	case kind:
		return 2
	case "*/*":
		return 1
	}
	return 0
}

// weightOf finds the parameter q, and is false where it is no weight.
func weightOf(parameters string) (weight float64, ok bool) {
	for more := true; more; {
		var parameter string
		parameter, parameters, more = cutUnquoted(parameters, ';')
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if strings.ToLower(name) == "q" {
			weight, err := strconv.ParseFloat(value, 64)
			return weight, err == nil && weight >= 0 && weight <= 1
		}
	}
	return 1, true
}

// cutUnquoted is strings.Cut at the first separator that is not within a quoted string (RFC 9110, 5.6.4).
func cutUnquoted(text string, separator byte) (before, after string, found bool) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && c == separator:
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}
