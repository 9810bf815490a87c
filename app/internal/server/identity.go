package server

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"strings"
)

// Headers, in the canonical form of net/http.
const (
	requestIDHeader   = "X-Request-Id"
	traceparentHeader = "Traceparent"
)

// maxRequestIDBytes bounds what a client can put into every log line of its request.
const maxRequestIDBytes = 128

// requestID is the ID that the client or a proxy has given to a request, if it is well-formed, and else a new one.
func requestID(header http.Header) string {
	if given := header[requestIDHeader]; len(given) == 1 && wellFormedRequestID(given[0]) {
		return given[0]
	}
	return newRequestID()
}

// newRequestID makes 128 random bits in hexadecimal. They need to be unique and not secret.
func newRequestID() string {
	var bits [16]byte
	binary.NativeEndian.PutUint64(bits[:8], rand.Uint64()) //nolint:gosec // see above
	binary.NativeEndian.PutUint64(bits[8:], rand.Uint64()) //nolint:gosec // see above
	var text [2 * len(bits)]byte
	hex.Encode(text[:], bits[:])
	return string(text[:])
}

// wellFormedRequestID accepts what the proxies in use make: UUIDs, hexadecimal, base32 and base64 in the URL alphabet,
// and lists of such with = . : and /. Nothing of that needs an escape in a log or a header.
func wellFormedRequestID(id string) bool {
	if id == "" || len(id) > maxRequestIDBytes {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_=.:/", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// traceID is the trace ID in the traceparent header of a request, 32 hexadecimal digits, or nothing if there is no such
// header or it is not well-formed (https://www.w3.org/TR/trace-context/#traceparent-header).
func traceID(header http.Header) string {
	given := header[traceparentHeader]
	if len(given) != 1 {
		return ""
	}
	const size = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	value := given[0]
	if len(value) < size || value[2] != '-' || value[35] != '-' || value[52] != '-' {
		return ""
	}
	version, trace, parent, flags := value[:2], value[3:35], value[36:52], value[53:size]
	if !isHex(version) || version == "ff" || !isHex(trace) || !isHex(parent) || !isHex(flags) {
		return ""
	}
	// Only versions to come may have more, behind another dash.
	if len(value) > size && (version == "00" || value[size] != '-') {
		return ""
	}
	if strings.Trim(trace, "0") == "" || strings.Trim(parent, "0") == "" {
		return ""
	}
	return trace
}

// isHex tells whether there are only hexadecimal digits in lower case, the form that the header prescribes.
func isHex(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
