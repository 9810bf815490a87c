package cluster_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
)

// answering is a cluster that writes down what it is asked.
func answering(t *testing.T) (reached *cluster.Cluster, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"apiVersion":"v1","kind":"Any","metadata":{"name":"b"}}`))
	}))
	t.Cleanup(server.Close)
	reached, err := cluster.Connect(`{clusters: [{name: c, cluster: {server: "` + server.URL + `"}}], contexts: [{name: c, context: {cluster: c}}], current-context: c}`)
	require.NoError(t, err)
	return reached, asked
}

func TestEveryKindOfTheProgramIsFound(t *testing.T) {
	t.Parallel()

	for _, kind := range clusterfake.KindsOfTheProgram(t, "*") {
		reached, asked := answering(t)
		namespace, where := "a", "/namespaces/a"
		if kind.Kind == "Namespace" {
			namespace, where = "", ""
		}
		resource, err := reached.Resource(clusterfake.Object(kind.GroupVersion().String(), kind.Kind, namespace, "b"))
		require.NoError(t, err, "a new kind has to be told to package cluster")
		_, err = resource.Get(t.Context(), "b", metav1.GetOptions{})
		require.NoError(t, err)
		root := "/apis/"
		if kind.Group == "" {
			root = "/api/"
		}
		plural, _ := meta.UnsafeGuessKindToResource(kind)
		assert.Equal(t, []string{root + kind.GroupVersion().String() + where + "/" + plural.Resource + "/b"}, *asked)
	}
}

func TestObjectWithoutANamespaceIsInTheDefaultOne(t *testing.T) {
	t.Parallel()

	reached, asked := answering(t)
	resource, err := reached.Resource(clusterfake.Object("v1", "Service", "", "b"))
	require.NoError(t, err)
	_, err = resource.Get(t.Context(), "b", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{"/api/v1/namespaces/default/services/b"}, *asked)

	_, err = reached.Resource(clusterfake.Object("batch/v1", "Job", "a", "b"))
	assert.EqualError(t, err, "looking for the API of Job a/b: batch/v1, Kind=Job is none of the kinds that the program makes")
}
