package apitest

import (
	"encoding/json"
	"net/http"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// watcher is one client that follows changes.
type watcher struct {
	accept func(key) bool
	events chan event
}

type event struct {
	Type   string                     `json:"type"`
	Object *unstructured.Unstructured `json:"object"`
}

// backlog is how many changes a watcher may lag behind before the test server
// drops it, upon which clients list again.
const backlog = 100

// tell passes a change on. The caller holds the mutex.
func (s *Server) tell(at key, kind string, object *unstructured.Unstructured) {
	for watcher := range s.watchers {
		if !watcher.accept(at) {
			continue
		}
		select {
		case watcher.events <- event{kind, object.DeepCopy()}:
		default:
			delete(s.watchers, watcher)
			close(watcher.events)
		}
	}
}

// watch streams changes. It begins with what exists and what was deleted, so
// that a client misses nothing since the version it names; clients take
// repeated states well.
func (s *Server) watch(w http.ResponseWriter, r *http.Request, at key) {
	following := &watcher{
		accept: func(found key) bool { return at.selects(found, r) },
		events: make(chan event, backlog),
	}
	s.mutex.Lock()
	for found, object := range s.objects {
		if following.accept(found) {
			following.events <- event{"MODIFIED", object.DeepCopy()}
		}
	}
	for found, object := range s.gone {
		if following.accept(found) {
			following.events <- event{"DELETED", object.DeepCopy()}
		}
	}
	s.watchers[following] = true
	s.mutex.Unlock()
	defer func() {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		delete(s.watchers, following)
	}()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	stream(w, r, following.events)
}

func stream(w http.ResponseWriter, r *http.Request, events <-chan event) {
	flusher, _ := w.(http.Flusher)
	encoder := json.NewEncoder(w)
	for {
		flusher.Flush()
		select {
		case <-r.Context().Done():
			return
		case next, open := <-events:
			if !open || encoder.Encode(next) != nil {
				return
			}
		}
	}
}
