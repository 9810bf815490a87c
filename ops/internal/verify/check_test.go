package verify

import (
	"net"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

func TestALoopbackURLOfAClusterElsewhereIsRefused(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change  func(*Question)
		refused bool
	}{
		"default":         {func(*Question) {}, true},
		"localhost":       {func(q *Question) { q.URL = "http://localhost:30080/" }, true},
		"a name below it": {func(q *Question) { q.URL = "http://app.localhost/" }, true},
		"IPv6":            {func(q *Question) { q.URL = "http://[::1]/" }, true},
		"any address":     {func(q *Question) { q.URL = "http://0.0.0.0/" }, true},
		"another URL":     {func(q *Question) { q.URL = "https://app.test/" }, false},
		"a URL of this machine, though from the cluster": {func(q *Question) { q.URL, q.Settings.Verify.From = "http://127.0.0.1/", settings.InCluster }, true},
		"URL in the settings":                            {func(q *Question) { q.Settings.Backend.URL = "https://app.test/" }, false},
		"address of a node":                              {func(q *Question) { q.Settings.Cluster.Address = "192.0.2.1" }, false},
		"from the cluster":                               {func(q *Question) { q.Settings.Verify.From = settings.InCluster }, false},
		"switched off":                                   {func(q *Question) { q.Settings.Verify.Enabled = false }, false},
		"local":                                          {func(q *Question) { q.Settings.Cluster.Kind = settings.Local }, false},
		"cluster on this machine":                        {func(q *Question) { q.Client = client(t, "https://127.0.0.1:6443") }, false},
		"cluster that is not known":                      {func(q *Question) { q.Client = fake.NewClientset() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			q := Question{Settings: settings.Default(), Client: client(t, "https://"+net.JoinHostPort("cluster.test", "6443"))}
			q.Settings.Cluster.Kind = settings.Existing
			test.change(&q)
			err := Check(q)
			if !test.refused {
				assert.NoError(t, err)
				return
			}
			assert.EqualError(t, err, "after the deployment the backend would be asked at "+q.address()+", which is this machine, and the cluster is "+
				"at cluster.test:6443: nothing was changed: say where it is reached (backend.url, cluster.address for its node port, or --url "+
				"for this once), have the cluster asked (verify.from: cluster), or ask nobody (verify.enabled: false)")
		})
	}
	q := Question{Settings: settings.Default(), Client: client(t, "https://cluster.test"), URL: "http://%"}
	q.Settings.Cluster.Kind = settings.Existing
	require.ErrorAs(t, Check(q), new(*url.Error))
	assert.ErrorContains(t, Check(q), "reading the URL at which the backend is asked: ")
}
