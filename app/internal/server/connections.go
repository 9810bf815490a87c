package server

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// connectionBytes is what one connection is reckoned to hold: buffers, stacks and a header of the largest kind. Idle ones
	// of HTTP/1.1 were measured at 20 KB.
	connectionBytes = 40 << 10

	// leastConnections are let in whatever memory and files there are, and mostConnections wherever there are more.
	leastConnections = 16
	mostConnections  = 16 << 10

	// settleTime is how long a connection is spared after its begin and after each answer, which is on its way for a moment
	// when its handler has returned already.
	settleTime = 20 * time.Millisecond

	// adminConnections bounds the admin listener, beside the public one.
	adminConnections = 16

	// reservedFiles are left for the admin listener's connections, the listeners, the log and what the runtime opens.
	reservedFiles = 48
)

// connectionBound is how many connections the public listener may have, so that they take half of the memory (GOMEMLIMIT, in
// bytes) and not every file that the process may open.
func connectionBound(memory int64, files uint64) int {
	bound := min(memory/2/connectionBytes, mostConnections)
	if files < uint64(bound)+reservedFiles { //nolint:gosec // no memory is negative
		bound = int64(files) - reservedFiles //nolint:gosec // less than the bound
	}
	return int(max(bound, leastConnections))
}

// connections is a listener that has at most so many connections. For one more, the one that has waited longest for a
// request is closed, so that whoever holds many cannot lock others out, probes least of all. While each of them is being
// answered, the next one waits.
type connections struct {
	net.Listener
	most int

	mutex  sync.Mutex // guards what follows
	change sync.Cond  // of it
	open   int
	idle   list.List // of *connection, in the order in which they began to wait
	closed bool
}

func bounded(listener net.Listener, most int) *connections {
	c := &connections{Listener: listener, most: most}
	c.change.L = &c.mutex
	return c
}

func (c *connections) Accept() (net.Conn, error) {
	accepted, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !c.makeRoom() {
		_ = accepted.Close() // nobody waits for it
		return nil, net.ErrClosed
	}
	admitted := &connection{Conn: accepted, of: c}
	admitted.count(0, false)
	return admitted, nil
}

// makeRoom counts one connection more, once there is room for it. It is false after the end of the listener.
func (c *connections) makeRoom() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for c.open >= c.most && !c.closed {
		longest := c.idle.Front()
		if longest == nil {
			c.change.Wait()
			continue
		}
		victim := longest.Value.(*connection)
		left := settleTime - time.Since(victim.since)
		c.mutex.Unlock()
		if left > 0 {
			time.Sleep(left)
		} else {
			_ = victim.Close() // the client learns of it, and nobody else
		}
		c.mutex.Lock()
	}
	c.open++
	return !c.closed
}

func (c *connections) Close() error {
	c.mutex.Lock()
	c.closed = true
	c.change.Broadcast()
	c.mutex.Unlock()
	return c.Listener.Close()
}

// connection knows whether it waits for a request.
type connection struct {
	net.Conn
	of *connections

	// The mutex of the listener guards these.
	requests int           // that are being answered
	waiting  *list.Element // of the list of idle ones; nil at first
	since    time.Time     // it waits
	closed   bool
}

// count notes the begin or the end of a request, or the end of the connection.
func (c *connection) count(requests int, closing bool) {
	c.of.mutex.Lock()
	defer c.of.mutex.Unlock()
	c.requests += requests
	if closing && !c.closed {
		c.closed = true
		c.of.open--
	}
	if c.waiting != nil {
		c.of.idle.Remove(c.waiting) // does nothing for one that is out already
	}
	if c.requests == 0 && !c.closed {
		c.waiting, c.since = c.of.idle.PushBack(c), time.Now()
	}
	c.of.change.Signal()
}

func (c *connection) Close() error {
	c.count(0, true)
	return c.Conn.Close()
}

// CloseWrite lets net/http end a connection without cutting off an answer that is still on its way.
func (c *connection) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

type connectionKey struct{}

// withConnection lets the handlers of a server know the connection that a request came over.
func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// occupying keeps a connection open for as long as its requests are being answered.
func occupying(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connectionKey{}).(*connection); ok {
			c.count(1, false)
			defer c.count(-1, false)
		}
		next.ServeHTTP(w, r)
	})
}
