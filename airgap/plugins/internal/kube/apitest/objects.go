package apitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// maxBody bounds a request; the API server's own limit is 3 MiB.
const maxBody = 3 << 20

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.discover(w, r) {
		return
	}
	at, exists := locate(r.URL.Path)
	if !exists {
		write(w, http.StatusNotFound, Failure(http.StatusNotFound, metav1.StatusReasonNotFound, "no such path"))
		return
	}
	switch {
	case r.Method == http.MethodGet && r.URL.Query().Get("watch") != "":
		s.watch(w, r, at)
	case r.Method == http.MethodGet && at.name == "":
		s.list(w, r, at)
	case r.Method == http.MethodGet:
		s.get(w, at)
	case r.Method == http.MethodPatch:
		s.patch(w, r, at)
	case r.Method == http.MethodDelete:
		s.remove(w, at)
	default:
		write(w, http.StatusMethodNotAllowed,
			Failure(http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed, r.Method))
	}
}

// locate takes a path apart; an empty name stands for all objects of the kind.
func locate(path string) (key, bool) {
	for _, kind := range kinds {
		prefix := groupPath(kind.GroupVersion())
		rest, is := strings.CutPrefix(path, prefix+"/")
		if !is {
			continue
		}
		parts := strings.Split(rest, "/")
		namespace := ""
		if kind.namespaced && len(parts) >= 3 && parts[0] == "namespaces" {
			namespace, parts = parts[1], parts[2:]
		}
		if parts[0] != kind.resource || len(parts) > 2 {
			continue
		}
		return key{kind.path(), namespace, strings.Join(parts[1:], "")}, true
	}
	return key{}, false
}

func (s *Server) get(w http.ResponseWriter, at key) {
	s.mutex.Lock()
	object := s.objects[at]
	s.mutex.Unlock()
	if object == nil {
		notFound(w, at)
		return
	}
	write(w, http.StatusOK, object)
}

func (s *Server) list(w http.ResponseWriter, r *http.Request, at key) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	list := unstructured.UnstructuredList{Object: map[string]any{"apiVersion": "v1", "kind": "List"}}
	list.SetResourceVersion(fmt.Sprint(s.version))
	for found, object := range s.objects {
		if at.selects(found, r) {
			list.Items = append(list.Items, *object)
		}
	}
	write(w, http.StatusOK, &list)
}

// selects reports whether a list of the key, as the request narrows it down,
// has the found object.
func (k key) selects(found key, r *http.Request) bool {
	name, narrowed := strings.CutPrefix(r.URL.Query().Get("fieldSelector"), "metadata.name=")
	return found.resource == k.resource && (k.namespace == "" || found.namespace == k.namespace) &&
		(!narrowed || found.name == name)
}

func (s *Server) patch(w http.ResponseWriter, r *http.Request, at key) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	sent := &unstructured.Unstructured{}
	if err == nil {
		err = json.Unmarshal(content, &sent.Object)
	}
	if err != nil || r.Header.Get("Content-Type") != "application/apply-patch+yaml" {
		write(w, http.StatusBadRequest, Failure(http.StatusBadRequest, metav1.StatusReasonBadRequest,
			fmt.Sprintf("want a server-side apply in JSON: %v", err)))
		return
	}
	query := r.URL.Query()
	dryRun := query.Get("dryRun") == metav1.DryRunAll
	s.mutex.Lock()
	s.applied = append(s.applied, Applied{
		Object: sent.DeepCopy(), FieldManager: query.Get("fieldManager"), Force: query.Get("force"), DryRun: dryRun,
	})
	s.mutex.Unlock()
	made := sent
	if s.apply != nil {
		var failure *metav1.Status
		if made, failure = s.apply(sent, dryRun); failure != nil {
			write(w, int(failure.Code), failure)
			return
		}
	}
	if !dryRun {
		made = s.store(at, made)
	}
	write(w, http.StatusOK, made)
}

func (s *Server) remove(w http.ResponseWriter, at key) {
	s.mutex.Lock()
	object := s.objects[at]
	finalized := object != nil && len(object.GetFinalizers()) > 0
	s.mutex.Unlock()
	switch {
	case object == nil:
		notFound(w, at)
		return
	case finalized:
		marked := object.DeepCopy()
		now := metav1.Now()
		marked.SetDeletionTimestamp(&now)
		marked.SetResourceVersion("")
		s.store(at, marked)
	default:
		s.drop(at)
	}
	write(w, http.StatusOK, metav1.Status{Status: metav1.StatusSuccess})
}

func notFound(w http.ResponseWriter, at key) {
	write(w, http.StatusNotFound, Failure(http.StatusNotFound, metav1.StatusReasonNotFound,
		fmt.Sprintf("%s %q not found", at.resource, at.name)))
}

// Failure returns what an API server answers when it refuses a request.
func Failure(code int32, reason metav1.StatusReason, message string) *metav1.Status {
	return &metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   metav1.StatusFailure, Code: code, Reason: reason, Message: message,
	}
}
