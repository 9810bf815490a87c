package server

import (
	"bytes"
	"io"
	"net/http"
	"strings"
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
	frame, err := f.ReadFrame()
	settings, ok := frame.(*http2.SettingsFrame)
	if err != nil || !ok {
		t.Fatalf("got %v, %v, want the server's settings", frame, err)
	}
	if streams, _ := settings.Value(http2.SettingMaxConcurrentStreams); streams != 100 {
		t.Errorf("the server takes %d requests at a time, want 100", streams)
	}
	return f
}

// ask sends a header in as many frames as it needs.
func (f *frames) ask(t *testing.T, block []byte) {
	t.Helper()
	const most = 16 << 10 // what a frame may have
	first := block[:min(most, len(block))]
	header := http2.HeadersFrameParam{StreamID: f.next, BlockFragment: first, EndStream: true, EndHeaders: len(first) == len(block)}
	if err := f.WriteHeaders(header); err != nil {
		t.Fatal(err)
	}
	if rest := block[len(first):]; len(rest) > 0 {
		if err := f.WriteContinuation(f.next, true, rest); err != nil {
			t.Fatal(err)
		}
	}
}

// header encodes the fields of a GET of /, and a list of further ones that counts as so many bytes (RFC 9113, 6.5.2).
func header(t *testing.T, padding int) []byte {
	t.Helper()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	fields := [][2]string{{":method", "GET"}, {":scheme", "http"}, {":authority", "h"}, {":path", "/"}}
	const each = 100
	for range padding / each {
		fields = append(fields, [2]string{"padding", strings.Repeat("x", each-32-len("padding"))})
	}
	for _, field := range fields {
		if err := encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}); err != nil {
			t.Fatal(err)
		}
	}
	return block.Bytes()
}

// get asks for / and reads up to the response's end, and a GOAWAY behind it where one is expected.
func (f *frames) get(t *testing.T, leaving bool) (status string, goAway *http2.GoAwayFrame) {
	t.Helper()
	f.ask(t, header(t, 0))
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

// A header that is never completed holds the connection as long as no answer to a PING does.
func TestHTTP2ConnectionThatIsSilentIsCut(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		header func(t *testing.T, f *frames)
		after  time.Duration
	}{
		"in the middle of a header": {func(t *testing.T, f *frames) {
			t.Helper()
			if err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: header(t, 0), EndStream: true}); err != nil {
				t.Fatal(err)
			}
		}, 7 * time.Second},
		"without a request": {func(*testing.T, *frames) {}, 7 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				backend := newFixture(t).start(t.Context())
				client := backend.connectHTTP2(t)
				start := time.Now()
				test.header(t, client)
				for {
					if _, err := client.ReadFrame(); err != nil {
						break
					}
				}
				if took := time.Since(start); took != test.after {
					t.Errorf("the connection was held for %s, want %s", took, test.after)
				}
				backend.stopNow(t)
			})
		})
	}
}

func TestHTTP2HeaderIsBounded(t *testing.T) {
	t.Parallel()

	for size, want := range map[int]string{12_000: "200", 12_700: "431", 17_000: "431"} {
		synctest.Test(t, func(t *testing.T) {
			backend := newFixture(t).start(t.Context())
			client := backend.connectHTTP2(t)
			client.ask(t, header(t, size))
			for {
				frame, err := client.ReadFrame()
				if err != nil {
					t.Errorf("%d bytes: %v", size, err)
					break
				}
				if answer, ok := frame.(*http2.MetaHeadersFrame); ok {
					if got := answer.PseudoValue("status"); got != want {
						t.Errorf("%d bytes: got %s, want %s", size, got, want)
					}
					break
				}
			}
			backend.stopNow(t)
		})
	}
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
		backend.signal()
		synctest.Wait()
		// Both who was there and who comes new is served once more and sent away without an error.
		for name, client := range map[string]*frames{"old": client, "new": backend.connectHTTP2(t)} {
			status, goAway := client.get(t, true)
			if status != "200" || goAway.ErrCode != http2.ErrCodeNo || goAway.LastStreamID != client.next-2 {
				t.Errorf("%s: got %s and %v, want 200 and a GOAWAY without an error after it", name, status, goAway)
			}
		}
		if err := <-backend.done; err != nil {
			t.Error(err)
		}
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
		backend.stopNow(t)
	})
}
