package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Apply answers a server-side apply: with the object that the server makes of
// the one that is sent, or with a failure. dryRun is set in previews.
type Apply func(sent *unstructured.Unstructured, dryRun bool) (*unstructured.Unstructured, *metav1.Status)

// Server is an API server that lives as long as the test.
type Server struct {
	URL   string
	apply Apply

	mutex    sync.Mutex
	version  int // of the last change, as a resource version
	objects  map[key]*unstructured.Unstructured
	gone     map[key]*unstructured.Unstructured // the last states of what was deleted
	watchers map[*watcher]bool
	applied  []Applied
}

// Applied is a server-side apply that the server has seen.
type Applied struct {
	Object       *unstructured.Unstructured
	FieldManager string
	Force        string
	DryRun       bool
}

// key identifies an object.
type key struct{ resource, namespace, name string }

// New starts a server that answers server-side apply with apply; nil stores
// what is sent.
func New(t testing.TB, apply Apply) *Server {
	t.Helper()
	server := &Server{
		apply:    apply,
		objects:  map[key]*unstructured.Unstructured{},
		gone:     map[key]*unstructured.Unstructured{},
		watchers: map[*watcher]bool{},
	}
	listener := httptest.NewServer(server)
	server.URL = listener.URL
	t.Cleanup(func() {
		listener.CloseClientConnections()
		listener.Close()
	})
	return server
}

// Kubeconfig returns the content of a kubeconfig for the server.
func (s *Server) Kubeconfig() string {
	return fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","current-context":"c",`+
		`"clusters":[{"name":"c","cluster":{"server":%q}}],"users":[{"name":"u","user":{}}],`+
		`"contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}]}`, s.URL)
}

// Put stores an object as it is, but for its resource version, and tells watchers.
func (s *Server) Put(t testing.TB, object *unstructured.Unstructured) {
	t.Helper()
	served, exists := byKind(object)
	if !exists {
		t.Errorf("the test server does not serve %s", object.GroupVersionKind())
		return
	}
	s.store(key{served.path(), object.GetNamespace(), object.GetName()}, object)
}

// Remove deletes an object and tells watchers.
func (s *Server) Remove(t testing.TB, object *unstructured.Unstructured) {
	t.Helper()
	served, exists := byKind(object)
	if !exists || !s.drop(key{served.path(), object.GetNamespace(), object.GetName()}) {
		t.Errorf("the test server holds no %s %q", object.GetKind(), object.GetName())
	}
}

// Applied returns every server-side apply so far.
func (s *Server) Applied() []Applied {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]Applied(nil), s.applied...)
}

func (s *Server) store(at key, object *unstructured.Unstructured) *unstructured.Unstructured {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.version++
	stored := object.DeepCopy()
	if stored.GetResourceVersion() == "" {
		stored.SetResourceVersion(fmt.Sprint(s.version))
	}
	kind := "ADDED"
	if s.objects[at] != nil {
		kind = "MODIFIED"
	}
	s.objects[at] = stored
	delete(s.gone, at)
	s.tell(at, kind, stored)
	return stored
}

func (s *Server) drop(at key) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	object := s.objects[at]
	if object == nil {
		return false
	}
	delete(s.objects, at)
	s.gone[at] = object
	s.tell(at, "DELETED", object)
	return true
}

func write(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client has gone: nobody is left to tell
}
