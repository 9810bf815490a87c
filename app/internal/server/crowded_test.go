package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaitingForRoomEndsWithTheListener(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		inner := newMemoryListener("inner")
		listener := bounded(inner, 1)
		dialled := make(chan net.Conn, 2)
		go func() {
			for range 2 {
				client, _ := inner.dial()
				dialled <- client
			}
		}()
		first, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		first.(*connection).count(1, false)
		failed := make(chan error, 1)
		go func() {
			_, err := listener.Accept()
			failed <- err
		}()
		synctest.Wait()
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		if err := <-failed; err == nil {
			t.Error("a connection was admitted after the end")
		}
		<-dialled
		if _, err := (<-dialled).Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("who waited for room learns of %v, want the end", err)
		}
		if _, err := listener.Accept(); err == nil {
			t.Error("the listener inside is still open")
		}
	})
}

func TestHTTP2ConnectionThatIsAnsweredIsKept(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture, backend := crowded(t, 1)
		fixture.handle(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Second) })
		client := backend.connectHTTP2(t)
		client.ask(t, header(t, 0))
		client.next += 2
		synctest.Wait()
		go func() { _, _ = backend.public.dial() }() // must wait
		for {
			frame, err := client.ReadFrame()
			if err != nil {
				t.Errorf("the connection was closed with a request: %v", err)
				break
			}
			if frame.Header().Type == 1 { // HEADERS
				break
			}
		}
		backend.stopNow(t)
	})
}

// The admin listener has a bound of its own.
func TestAdminConnectionsAreBounded(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		backend := newFixture(t).start(t.Context())
		first, err := backend.admin.dial()
		if err != nil {
			t.Fatal(err)
		}
		for i := range 16 {
			synctest.Wait()
			_ = first.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := first.Read(make([]byte, 1)); errors.Is(err, io.EOF) {
				t.Errorf("the first connection was closed for number %d", i+1)
			}
			if _, err := backend.admin.dial(); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		_ = first.SetReadDeadline(time.Now().Add(time.Second)) // less than a connection without a request has
		if _, err := first.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("got %v, want the first one to go for number 17", err)
		}
		backend.stopNow(t)
	})
}
