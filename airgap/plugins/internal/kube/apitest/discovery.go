package apitest

import (
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// served is a kind of objects that the server has.
type served struct {
	schema.GroupVersionKind
	resource   string
	namespaced bool
}

var kinds = []served{
	{schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}, "namespaces", false},
	{schema.GroupVersionKind{Version: "v1", Kind: "Service"}, "services", true},
	{schema.GroupVersionKind{Version: "v1", Kind: "ServiceAccount"}, "serviceaccounts", true},
	{schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, "configmaps", true},
	{schema.GroupVersionKind{Version: "v1", Kind: "Secret"}, "secrets", true},
	{schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, "pods", true},
	{schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}, "deployments", true},
	{schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "ReplicaSet"}, "replicasets", true},
	{schema.GroupVersionKind{Group: "batch", Version: "v1", Kind: "Job"}, "jobs", true},
	{schema.GroupVersionKind{Group: "policy", Version: "v1", Kind: "PodDisruptionBudget"}, "poddisruptionbudgets", true},
	{schema.GroupVersionKind{Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"}, "networkpolicies", true},
	{schema.GroupVersionKind{Group: "autoscaling", Version: "v2", Kind: "HorizontalPodAutoscaler"},
		"horizontalpodautoscalers", true},
	{schema.GroupVersionKind{Group: "discovery.k8s.io", Version: "v1", Kind: "EndpointSlice"}, "endpointslices", true},
	{schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Widget"}, "widgets", true},
}

// path is where the kind lives on the server, without a namespace.
func (k served) path() string {
	return groupPath(k.GroupVersion()) + "/" + k.resource
}

func groupPath(version schema.GroupVersion) string {
	if version.Group == "" {
		return "/api/" + version.Version
	}
	return "/apis/" + version.Group + "/" + version.Version
}

func byKind(object *unstructured.Unstructured) (served, bool) {
	for _, kind := range kinds {
		if kind.GroupVersionKind == object.GroupVersionKind() {
			return kind, true
		}
	}
	return served{}, false
}

func (s *Server) discover(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case r.Method != http.MethodGet:
		return false
	case r.URL.Path == "/api":
		write(w, http.StatusOK, metav1.APIVersions{Versions: []string{"v1"}})
	case r.URL.Path == "/apis":
		write(w, http.StatusOK, groups())
	case strings.Count(r.URL.Path, "/") <= 3:
		list := resources(r.URL.Path)
		if len(list.APIResources) == 0 {
			return false
		}
		write(w, http.StatusOK, list)
	default:
		return false
	}
	return true
}

func groups() metav1.APIGroupList {
	list := metav1.APIGroupList{}
	seen := map[string]bool{"": true}
	for _, kind := range kinds {
		if seen[kind.Group] {
			continue
		}
		seen[kind.Group] = true
		version := metav1.GroupVersionForDiscovery{
			GroupVersion: kind.GroupVersion().String(), Version: kind.Version,
		}
		list.Groups = append(list.Groups, metav1.APIGroup{
			Name: kind.Group, Versions: []metav1.GroupVersionForDiscovery{version}, PreferredVersion: version,
		})
	}
	return list
}

func resources(path string) metav1.APIResourceList {
	list := metav1.APIResourceList{}
	for _, kind := range kinds {
		if groupPath(kind.GroupVersion()) != path {
			continue
		}
		list.GroupVersion = kind.GroupVersion().String()
		list.APIResources = append(list.APIResources, metav1.APIResource{
			Name: kind.resource, Kind: kind.Kind, Namespaced: kind.namespaced,
			Verbs: []string{"get", "list", "watch", "patch", "delete"},
		})
	}
	return list
}
