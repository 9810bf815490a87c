package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"
)

// conversation is a keep-alive connection of a client.
type conversation struct {
	connection net.Conn
	reader     *bufio.Reader
}

func (r *running) connect(t *testing.T) *conversation {
	t.Helper()
	connection, err := r.public.dial()
	if err != nil {
		t.Fatal(err)
	}
	return &conversation{connection, bufio.NewReader(connection)}
}

// answer is what the tests look at in a response.
type answer struct {
	status  int
	closing bool // the connection, after it
}

func (c *conversation) get(path string) (answer, error) {
	if _, err := fmt.Fprintf(c.connection, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path); err != nil {
		return answer{}, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(io.Discard, response.Body)
	return answer{response.StatusCode, response.Close}, err
}

// expect asks for a path and checks status and Connection: close, which ends the conversation.
func (c *conversation) expect(t *testing.T, path string, status int, closing bool) {
	t.Helper()
	got, err := c.get(path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if want := (answer{status, closing}); got != want {
		t.Errorf("%s: got %+v, want %+v", path, got, want)
	}
	if closing {
		if _, err := c.reader.ReadByte(); err != io.EOF {
			t.Errorf("%s: after Connection: close got %v, want the end of the connection", path, err)
		}
	}
}

// isOpen tells whether the connection goes on after what has arrived.
func (c *conversation) isOpen() bool {
	_ = c.connection.SetReadDeadline(time.Now().Add(time.Millisecond))
	defer func() { _ = c.connection.SetReadDeadline(time.Time{}) }()
	_, err := c.reader.Peek(1)
	return err == nil || errors.Is(err, os.ErrDeadlineExceeded)
}
