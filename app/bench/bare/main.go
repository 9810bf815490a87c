// Command bare is the yardstick of the benchmark: the least that net/http can do for the answer that the backend gives,
// without timeouts, log, metrics or checks. Its argument is the host:port to serve on.
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: bare host:port")
	}
	greeting := []byte("Hello from ashapp-backend!\n")
	handler := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(greeting) // fails only when the client has gone
	}
	server := http.Server{Addr: os.Args[1], Handler: http.HandlerFunc(handler)} //nolint:gosec // timeouts are among what the backend is compared without
	log.Fatal(server.ListenAndServe())
}
