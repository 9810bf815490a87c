package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// greeting is the body that every server under test answers GET / with.
const greeting = "Hello from ashapp-backend!\n"

// getTimeout bounds one request.
const getTimeout = 2 * time.Second

// get requests / on a connection of its own and returns the body of a 200. An http.Client would cost more than the
// request, and start-up is measured by this.
func get(ctx context.Context, address string) (body string, err error) {
	connection, err := (&net.Dialer{Timeout: getTimeout}).DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer func() { _ = connection.Close() }() // the answer is all that counts
	if err := connection.SetDeadline(time.Now().Add(getTimeout)); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(connection, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", address); err != nil {
		return "", err
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }() // as above
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("GET / was answered with %s", response.Status)
	}
	content, err := io.ReadAll(response.Body)
	return string(content), err
}
