package server

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// queue writes in the background: a connection in memory has no buffer, and in HTTP/2 both sides begin with writing.
type queue chan []byte

func (q queue) Write(content []byte) (int, error) {
	q <- bytes.Clone(content)
	return len(content), nil
}

// frames is a client of HTTP/2 that begins with prior knowledge, frame by frame.
type frames struct {
	*http2.Framer
	next uint32 // stream
}

func (r *running) connectHTTP2(t *testing.T) *frames {
	t.Helper()
	connection, err := r.public.dial()
	if err != nil {
		t.Fatal(err)
	}
	writer := make(queue, 16)
	t.Cleanup(func() {
		_ = connection.Close()
		close(writer)
	})
	go func() {
		for content := range writer {
			_, _ = connection.Write(content)
		}
	}()
	f := &frames{http2.NewFramer(writer, connection), 1}
	f.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	_, _ = io.WriteString(writer, http2.ClientPreface)
	if err := f.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	if frame, err := f.ReadFrame(); err != nil || frame.Header().Type != http2.FrameSettings {
		t.Fatalf("got %v, %v, want the server's settings", frame, err)
	}
	return f
}

// get asks for / and reads up to the response's end, and a GOAWAY behind it where one is expected.
func (f *frames) get(t *testing.T, leaving bool) (status string, goAway *http2.GoAwayFrame) {
	t.Helper()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, field := range [][2]string{{":method", "GET"}, {":scheme", "http"}, {":authority", "h"}, {":path", "/"}} {
		if err := encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}); err != nil {
			t.Fatal(err)
		}
	}
	header := http2.HeadersFrameParam{StreamID: f.next, BlockFragment: block.Bytes(), EndStream: true, EndHeaders: true}
	if err := f.WriteHeaders(header); err != nil {
		t.Fatal(err)
	}
	f.next += 2
	for ended := false; !ended || leaving && goAway == nil; {
		frame, err := f.ReadFrame()
		if err != nil {
			t.Fatalf("status %q, GOAWAY %v: %v", status, goAway, err)
		}
		switch frame := frame.(type) {
		case *http2.MetaHeadersFrame:
			status = frame.PseudoValue("status")
			for _, field := range frame.RegularFields() {
				if field.Name == "connection" {
					t.Errorf("HTTP/2 has no header connection, got %s", field.Value)
				}
			}
		case *http2.DataFrame:
			ended = frame.StreamEnded()
		case *http2.GoAwayFrame:
			goAway = frame
		}
	}
	return status, goAway
}

func TestHTTP2DrainsWithGoAway(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		backend := newFixture(t).start(t.Context())
		client := backend.connectHTTP2(t)
		for range 2 {
			if status, goAway := client.get(t, false); status != "200" || goAway != nil {
				t.Errorf("before the drain: got %s and %v", status, goAway)
			}
		}
		backend.signals <- os.Interrupt
		synctest.Wait()
		// Both who was there and who comes new is served once more and sent away without an error.
		for name, client := range map[string]*frames{"old": client, "new": backend.connectHTTP2(t)} {
			status, goAway := client.get(t, true)
			if status != "200" || goAway.ErrCode != http2.ErrCodeNo || goAway.LastStreamID != client.next-2 {
				t.Errorf("%s: got %s and %v, want 200 and a GOAWAY without an error after it", name, status, goAway)
			}
		}
		backend.signals <- os.Interrupt
		<-backend.done
		time.Sleep(2 * time.Second) // HTTP/2 gives clients a second to leave
	})
}

func TestHTTP2AndHTTP1ShareThePort(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		backend := newFixture(t).start(t.Context())
		backend.connectHTTP2(t).get(t, false)
		client := backend.connect(t)
		client.expect(t, "/", http.StatusOK, false)
		_ = client.connection.Close()
		backend.signals <- os.Interrupt
		backend.signals <- os.Interrupt
		<-backend.done
		time.Sleep(2 * time.Second)
	})
}
