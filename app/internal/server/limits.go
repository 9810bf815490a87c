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
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
	maxBodyBytes      = 1 << 20
)

// limited refuses requests that are too large. net/http stops reading a header at maxHeaderBytes and 4 KiB more, with a
// 431 of its own: what lies between is refused here.
//
// A body whose length is announced is refused before any of it is read. One of unknown length is cut where the limit is,
// with an *http.MaxBytesError for the handler that reads it.
func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case headerBytes(r) > maxHeaderBytes:
			writeProblem(w, http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("the header is larger than %d bytes", maxHeaderBytes))
			return
		case r.ContentLength > maxBodyBytes:
			writeProblem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", maxBodyBytes))
			return
		case r.Body != http.NoBody:
			r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		}
		next.ServeHTTP(w, r)
	})
}

// headerBytes is the size of a request's header as HTTP/1.1 writes it, the request line included.
func headerBytes(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("  \r\n") + len("Host: \r\n") + len(r.Host) + len("\r\n")
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(": \r\n") + len(value)
		}
	}
	return size
}
