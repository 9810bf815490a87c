package server

import (
	"fmt"
	"net/http"
	"time"
)

// Bounds of a connection and of a request, so that no client can hold or send more for good.
const (
	readHeaderTimeout = 2 * time.Second
	readTimeout       = 5 * time.Second
	writeTimeout      = 10 * time.Second
	maxBodyBytes      = 1 << 20

	// maxHeaderBytes is 16 KiB in HTTP/1.1: net/http reads 4 KiB more than it is told (http.Server.MaxHeaderBytes). In HTTP/2
	// it bounds the list of fields, with 32 bytes for each of them (RFC 9113, 6.5.2), and net/http adds those of ten.
	maxHeaderBytes = 12 << 10

	// An HTTP/2 connection on which no frame has come for silenceTimeout is asked for one by a PING, and closed where none
	// comes within pingTimeout. net/http has no other bound for a header that is never completed.
	silenceTimeout = 5 * time.Second
	pingTimeout    = 2 * time.Second

	// maxStreams is how many requests at a time one HTTP/2 connection may have, the least that RFC 9113 recommends (5.1.2).
	maxStreams = 100
)

// limited bounds the bodies of requests. One whose length is announced is refused before any of it is read. One of unknown
// length is cut where the limit is, with an *http.MaxBytesError for the handler that reads it, which answers with 413.
func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.ContentLength > maxBodyBytes:
			refuse(w, r, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", maxBodyBytes))
		case r.ContentLength != 0:
			// A copy: net/http looks at the body of the request that it has made to find out whether the client waits for a
			// 100 Continue, and it must be told of a body that is too large.
			bounded := *r
			if sent, ok := w.(*response); ok {
				bounded.Body = http.MaxBytesReader(sent.ResponseWriter, r.Body, maxBodyBytes)
			}
			defer func() { r.Pattern = bounded.Pattern }()
			next.ServeHTTP(w, &bounded)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// refuse answers a request with an error and without reading its body. In HTTP/1.1 the client could not send another
// request before the rest of the body, for which net/http would wait before the answer, so the connection ends.
func refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	if r.ContentLength != 0 && r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close")
	}
	writeProblem(w, status, detail)
}
