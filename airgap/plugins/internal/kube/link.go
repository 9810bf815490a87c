package kube

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
)

// errUnknownCluster is why nothing can be reached before the cluster exists.
var errUnknownCluster = errors.New("the kubeconfig is not known yet")

// link is the connection to the cluster. It is made by the first call that
// needs it: a plugin that only checks inputs contacts nobody. The outcome is
// kept, so that an unreachable cluster costs one timeout and not one a resource.
type link struct {
	access  cluster.Access
	unknown bool // the kubeconfig depends on what does not exist yet

	mutex   sync.Mutex
	tried   bool
	cluster *cluster.Cluster
	err     error
}

// get returns the cluster, or why it cannot be reached.
func (l *link) get() (*cluster.Cluster, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if !l.tried {
		l.tried = true
		l.cluster, l.err = l.connect()
	}
	return l.cluster, l.err
}

func (l *link) connect() (*cluster.Cluster, error) {
	if l.unknown {
		return nil, errUnknownCluster
	}
	config, err := l.access.Load()
	if err != nil {
		return nil, err
	}
	reached, err := cluster.Connect(config)
	if err != nil {
		return nil, fmt.Errorf("unable to load schema information from the API server: %w", err)
	}
	return reached, nil
}
