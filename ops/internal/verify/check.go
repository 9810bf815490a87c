package verify

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Check refuses a question that nobody on the cluster would hear, before anything is changed: one to this machine, while the API
// server of the cluster is elsewhere. The rollout would be good and would be undone for it.
func Check(q Question) error {
	if !q.Settings.Verify.Enabled || q.inCluster() || q.Settings.Cluster.Kind == settings.Local {
		return nil
	}
	server := restClient(q.Client)
	if server == nil {
		return nil // where the cluster is cannot be known
	}
	api := server.Get().URL()
	asked, err := url.Parse(q.address())
	if err != nil {
		return fmt.Errorf("reading the URL at which the backend is asked: %w", err)
	}
	if !loopback(asked.Hostname()) || loopback(api.Hostname()) {
		return nil
	}
	return fmt.Errorf("after the deployment the backend would be asked at %s, which is this machine, and the cluster is at %s: "+
		"nothing was changed: say where it is reached (backend.url, cluster.address for its node port, or --url for this once), "+
		"have the cluster asked (verify.from: cluster), or ask nobody (verify.enabled: false)", asked, api.Host)
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	if address := net.ParseIP(host); address != nil {
		return address.IsLoopback() || address.IsUnspecified()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
