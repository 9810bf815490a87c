package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Limits of the client. client-go's own (5 a second) would hold up a program
// that creates some ten resources at once; these are the official provider's.
const (
	queriesPerSecond = 50
	queriesBurst     = 120
)

// Access says which cluster to use. The zero value means what kubectl would
// use: $KUBECONFIG or ~/.kube/config with the current context.
type Access struct {
	Kubeconfig string // content, or the path of a file
	Context    string // instead of the current context
	Cluster    string // instead of the context's cluster
	Namespace  string // instead of the context's namespace
}

// Load reads the kubeconfig. It does not contact the cluster.
func (a Access) Load() (*rest.Config, error) {
	loader, err := a.loader()
	if err != nil {
		return nil, err
	}
	config, err := loader.ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("finding the cluster in the kubeconfig: %w", err)
	}
	config.QPS = queriesPerSecond
	config.Burst = queriesBurst
	config.WarningHandler = rest.NoWarnings{} // as the official provider does
	return config, nil
}

// DefaultNamespace returns where objects without a namespace go.
func (a Access) DefaultNamespace() (string, error) {
	loader, err := a.loader()
	if err != nil {
		return "", err
	}
	namespace, _, err := loader.Namespace()
	if err != nil {
		return "", fmt.Errorf("finding the namespace in the kubeconfig: %w", err)
	}
	return namespace, nil
}

func (a Access) loader() (clientcmd.ClientConfig, error) {
	overrides := &clientcmd.ConfigOverrides{
		Context:        api.Context{Cluster: a.Cluster, Namespace: a.Namespace},
		CurrentContext: a.Context,
	}
	if a.Kubeconfig == "" {
		rules := clientcmd.NewDefaultClientConfigLoadingRules()
		return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides), nil
	}
	config, err := ParseKubeconfig(a.Kubeconfig)
	if err != nil {
		return nil, err
	}
	return clientcmd.NewDefaultClientConfig(*config, overrides), nil
}

// ParseKubeconfig reads a kubeconfig given as its content or as the path of a
// file; "~/" stands for the home folder. The content is not part of the error.
func ParseKubeconfig(pathOrContent string) (*api.Config, error) {
	path := pathOrContent
	if rest, inHome := strings.CutPrefix(path, "~/"); inHome {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, fmt.Errorf("finding the home folder for the kubeconfig %s: %w", pathOrContent, err)
		}
		path = filepath.Join(home, rest)
	}
	content := []byte(pathOrContent)
	if isPath(path) {
		var err error
		if content, err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("reading the kubeconfig: %w", err)
		}
	}
	config, err := clientcmd.Load(content)
	if err != nil {
		return nil, fmt.Errorf("parsing the kubeconfig: %w", err)
	}
	return config, nil
}

// isPath takes a single line for a path, so that a misspelt path is reported
// as a missing file and not as bad YAML; one-line content is JSON.
func isPath(value string) bool {
	if strings.Contains(value, "\n") || strings.HasPrefix(strings.TrimSpace(value), "{") {
		return false
	}
	_, err := os.Stat(value)
	return err == nil || errors.Is(err, fs.ErrNotExist)
}

// Active returns the cluster that a kubeconfig with these overrides talks to,
// or nil when it names none.
func (a Access) Active() (*api.Cluster, error) {
	if a.Kubeconfig == "" {
		return nil, nil
	}
	config, err := ParseKubeconfig(a.Kubeconfig)
	if err != nil {
		return nil, err
	}
	name := a.Context
	if name == "" {
		name = config.CurrentContext
	}
	context := config.Contexts[name]
	if context == nil {
		return nil, nil
	}
	if a.Cluster != "" {
		return config.Clusters[a.Cluster], nil
	}
	return config.Clusters[context.Cluster], nil
}
