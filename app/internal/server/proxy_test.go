package server_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// proxy forwards connections as kube-proxy does: each new one goes to a backend that was ready when last asked, and
// those that exist stay where they are.
type proxy struct {
	listener net.Listener
	mutex    sync.Mutex
	targets  map[string]bool // address to readiness
	changed  chan struct{}   // closed and made anew with each change of readiness
}

// probeInterval is that of the readiness probe, shortened as the drain delay in the test is.
const probeInterval = 20 * time.Millisecond

func newProxy(t *testing.T) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, targets: map[string]bool{}, changed: make(chan struct{})}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go p.forward(connection)
		}
	}()
	return p
}

// probe asks a backend for its readiness until ctx is done.
func (p *proxy) probe(ctx context.Context, address string) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	ticker := time.NewTicker(probeInterval)
	defer ticker.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+contract.ReadinessPath, nil)
		if err != nil {
			return
		}
		response, err := client.Do(request)
		if err == nil {
			_ = response.Body.Close()
		}
		p.set(address, err == nil && response.StatusCode == http.StatusOK)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (p *proxy) set(address string, ready bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.targets[address] != ready {
		p.targets[address] = ready
		close(p.changed)
		p.changed = make(chan struct{})
	}
}

// awaitReady returns when new connections can go to a backend.
func (p *proxy) awaitReady(t *testing.T, address string) {
	t.Helper()
	for {
		p.mutex.Lock()
		ready, changed := p.targets[address], p.changed
		p.mutex.Unlock()
		if ready {
			return
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatalf("%s has never become ready", address)
		}
	}
}

func (p *proxy) target() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for address, ready := range p.targets {
		if ready {
			return address
		}
	}
	return ""
}

func (p *proxy) forward(client net.Conn) {
	defer func() { _ = client.Close() }()
	backend, err := net.Dial("tcp", p.target())
	if err != nil {
		return // the client counts it
	}
	defer func() { _ = backend.Close() }()
	go func() {
		_, _ = io.Copy(backend, client)
		_ = backend.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(client, backend)
}
