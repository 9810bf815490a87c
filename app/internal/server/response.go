package server

import "net/http"

// response remembers what has gone out, and asks the client to come back on another connection once the drain has begun.
// Switching keep-alives off instead would cut idle connections under the feet of a client that is about to use one.
//
// It is an http.ResponseWriter and no more. A handler that must flush, hijack or set deadlines needs the method here.
type response struct {
	http.ResponseWriter
	state     *health
	status    int       // 0 until the header is out
	bytes     int64     // of the body
	requestID [1]string // the value of a header, without an allocation for it
}

func (r *response) WriteHeader(status int) {
	// Others of the 100s are news of a response to come.
	if r.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		r.status = status
		if r.state.draining.Load() {
			r.Header().Set("Connection", "close") // HTTP/2 sends GOAWAY instead
		}
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *response) Write(content []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	n, err := r.ResponseWriter.Write(content)
	r.bytes += int64(n)
	return n, err
}
