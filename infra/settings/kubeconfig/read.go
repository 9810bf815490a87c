// Package kubeconfig reads the kubeconfig that leads to a cluster that exists, and takes out of it what belongs to one machine: what
// is left is one context with its cluster and its user, and the content of the files that they name. The program gives that to
// Pulumi, which keeps it encrypted in the state, and the operator's commands use the same, so that both reach the same cluster.
//
// It knows no more of the format (v1 Config of kubectl) than it must, and leaves alone what it does not know, since the program must not
// be compiled with a client of Kubernetes.
package kubeconfig

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Read returns the kubeconfig of an existing cluster as JSON, which is YAML too. The same settings, files and variables give the same
// text. What the settings name is read: a content, or a file, or else the files that kubectl would read.
func Read(s settings.Cluster) (string, error) {
	return reader{home: os.UserHomeDir, variable: os.Getenv("KUBECONFIG")}.read(s)
}

// reader is how kubectl finds its files.
type reader struct {
	home     func() (string, error)
	variable string // KUBECONFIG: files in order of their weight
}

func (r reader) read(s settings.Cluster) (string, error) {
	found, err := r.files(s)
	if err != nil {
		return "", err
	}
	selected, err := found.minify(s.Context)
	if err != nil {
		return "", err
	}
	content, err := json.Marshal(selected)
	if err != nil {
		return "", fmt.Errorf("writing the kubeconfig: %w", err)
	}
	return string(content), nil
}

// files reads what the settings name. Of the files that kubectl itself would read, those that are missing do not count.
func (r reader) files(s settings.Cluster) (kubeconfig, error) {
	if s.Kubeconfig != "" {
		content, err := parse("cluster.kubeconfig", "", []byte(s.Kubeconfig))
		return kubeconfig{content}, err
	}
	paths, optional := filepath.SplitList(r.variable), true
	switch {
	case s.KubeconfigPath != "":
		paths, optional = []string{s.KubeconfigPath}, false
	case len(paths) == 0:
		paths = []string{"~/.kube/config"}
	}
	var found kubeconfig
	for _, name := range paths {
		path, err := r.homePath(name)
		if err != nil {
			return nil, err
		}
		content, err := os.ReadFile(path)
		if optional && (name == "" || errors.Is(err, fs.ErrNotExist)) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the kubeconfig of the existing cluster: %w", err)
		}
		parsed, err := parse(name, path, content)
		if err != nil {
			return nil, err
		}
		found = append(found, parsed)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no kubeconfig for cluster.context %q: neither KUBECONFIG nor cluster.kubeconfigPath names a file "+
			"that is there, nor is there %s", s.Context, strings.Join(paths, ", "))
	}
	return found, nil
}

// homePath replaces a leading ~/, which no shell has seen in a stack file.
func (r reader) homePath(path string) (string, error) {
	rest, found := strings.CutPrefix(path, "~/")
	if !found {
		return path, nil
	}
	home, err := r.home()
	if err != nil {
		return "", fmt.Errorf("resolving the path of the kubeconfig %s: %w", path, err)
	}
	return filepath.Join(home, rest), nil
}
