package server

import (
	"mime"
	"strconv"
	"strings"
)

// prefersJSON tells whether a client's Accept header ranks application/json above text/plain (RFC 9110, 12.5.1). Where
// both are as welcome, text wins: it is what a browser and a bare curl get.
func prefersJSON(accept []string) bool {
	json, text := quality(accept, "application", "json"), quality(accept, "text", "plain")
	return json > text
}

// quality is the weight, 0 to 1, that the most specific matching range of an Accept header gives a media type. Ranges
// that cannot be read are passed over.
func quality(accept []string, kind, subtype string) float64 {
	best, specificity := 0.0, 0
	for _, part := range strings.Split(strings.Join(accept, ","), ",") {
		mediaRange, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, given := parameters["q"]; given {
			if weight, err = strconv.ParseFloat(q, 64); err != nil || weight < 0 || weight > 1 {
				continue
			}
		}
		ranks := map[string]int{"*/*": 1, kind + "/*": 2, kind + "/" + subtype: 3}
		if rank := ranks[mediaRange]; rank > specificity {
			best, specificity = weight, rank
		}
	}
	return best
}
