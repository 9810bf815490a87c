package server

import (
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// kind is what a request and its response have in common with many others. There are few: everything that a client
// chooses freely is folded.
type kind struct {
	method, route string
	status        int // 0: the connection was cut before there was one
}

// kindObserver is what need not be looked up or formatted again for each request of a kind.
type kindObserver struct {
	requests  prometheus.Counter
	durations prometheus.Observer
	log       *lineWriter
}

// observer tells the metrics and the access log of every request.
type observer struct {
	metrics *metrics
	log     *accessLog
	state   *health

	kinds  atomic.Pointer[map[kind]*kindObserver] // never changed, only replaced
	adding sync.Mutex
}

// of finds what is made once for each kind.
func (o *observer) of(k kind) *kindObserver {
	if kinds := o.kinds.Load(); kinds != nil {
		if known, ok := (*kinds)[k]; ok {
			return known
		}
	}
	return o.add(k)
}

func (o *observer) add(k kind) *kindObserver {
	o.adding.Lock()
	defer o.adding.Unlock()
	kinds := map[kind]*kindObserver{}
	if present := o.kinds.Load(); present != nil {
		maps.Copy(kinds, *present)
	}
	if _, ok := kinds[k]; !ok {
		kinds[k] = &kindObserver{o.metrics.requestsOf(k), o.metrics.durationsOf(k), o.log.linesOf(k)}
		o.kinds.Store(&kinds)
	}
	return kinds[k]
}

// nosniff keeps browsers from taking an answer for something else than it says.
var nosniff = []string{"nosniff"}

// observed gives every request its ID and observes how it went, also when a handler cuts the connection. It is the
// outermost of the handlers: what the others refuse is seen as well.
func (o *observer) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		o.metrics.inFlight.Add(1)
		sent := &response{ResponseWriter: w, state: o.state, requestID: [1]string{requestID(r.Header)}}
		header := w.Header()
		header[requestIDHeader] = sent.requestID[:]
		header["X-Content-Type-Options"] = nosniff
		completed := false
		defer func() { //nolint:contextcheck // what is called here is not bound to the request
			if completed && sent.status == 0 {
				sent.WriteHeader(http.StatusOK) // what net/http would do next
			}
			o.metrics.inFlight.Add(-1)
			duration := time.Since(start)
			of := o.of(kind{knownMethod(r.Method), route(r), sent.status})
			of.requests.Inc()
			of.durations.Observe(duration.Seconds())
			of.log.write(r, sent, start.Add(duration), duration)
		}()
		next.ServeHTTP(sent, r)
		completed = true
	})
}
