package server_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/ashwanth01/ashapp-backend/app/internal/server"
)

// BenchmarkLoopback is one request on a connection that exists, with the client in the same process: bare is net/http with the
// same answer and nothing else. make profile-app records the profile for the compiler with it.
func BenchmarkLoopback(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		greeting := []byte("Hello from ashapp-backend!\n")
		bare := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = w.Write(greeting)
		})}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		go func() { _ = bare.Serve(listener) }()
		ask(b, listener.Addr().String())
		_ = bare.Close()
	})
	b.Run("backend", func(b *testing.B) {
		ctx, stop := context.WithCancel(b.Context())
		addresses, done := make(chan string, 2), make(chan int, 1)
		listen := func(network, _ string) (net.Listener, error) {
			listener, err := net.Listen(network, "127.0.0.1:0")
			if err == nil {
				addresses <- listener.Addr().String()
			}
			return listener, err
		}
		go func() {
			done <- server.Run(ctx, []string{"-drain-delay=0s"}, func(string) string { return "" }, io.Discard, io.Discard, listen)
		}()
		ask(b, <-addresses)
		stop()
		if code := <-done; code != 0 {
			b.Errorf("the backend ended with %d", code)
		}
	})
}

// ask sends requests over 64 connections.
func ask(b *testing.B, address string) {
	b.Helper()
	b.SetParallelism(32) // times two or more
	b.ReportAllocs()
	b.RunParallel(func(loop *testing.PB) {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			b.Error(err)
			return
		}
		defer func() { _ = connection.Close() }()
		reader := bufio.NewReader(connection)
		for loop.Next() {
			_, _ = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: h\r\n\r\n") // the read tells
			response, err := http.ReadResponse(reader, nil)                        //nolint:bodyclose // the connection is closed
			if err != nil || response.StatusCode != http.StatusOK {
				b.Errorf("got %v, %v", response, err)
				return
			}
			_, _ = io.Copy(io.Discard, response.Body)
		}
	})
}
