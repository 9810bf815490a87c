package kubeconfig

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// kubeconfig is one or several files. Of what is in more than one of them, the first counts, as for kubectl.
type kubeconfig []file

// file is a kubeconfig as it is written.
type file struct {
	name   string // for messages
	folder string // what relative paths begin at; empty for a content that is in no file

	APIVersion     string  `json:"apiVersion"`
	Kind           string  `json:"kind"`
	CurrentContext string  `json:"current-context"`
	Contexts       []entry `json:"contexts"`
	Clusters       []entry `json:"clusters"`
	Users          []entry `json:"users"`
}

// entry is one that others refer to by its name. It has one of the three.
type entry struct {
	Name    string         `json:"name"`
	Context map[string]any `json:"context,omitempty"`
	Cluster map[string]any `json:"cluster,omitempty"`
	User    map[string]any `json:"user,omitempty"`
}

func parse(name, path string, content []byte) (file, error) {
	parsed := file{name: name}
	if path != "" {
		folder, err := filepath.Abs(filepath.Dir(path))
		if err != nil {
			return file{}, fmt.Errorf("resolving the path of the kubeconfig %s: %w", name, err)
		}
		parsed.folder = folder
	}
	if err := yaml.Unmarshal(content, &parsed); err != nil {
		return file{}, fmt.Errorf("the kubeconfig %s is not one: %w", name, err)
	}
	return parsed, nil
}

// minify selects a context by its name, or the current one of a file, and what that refers to, complete in itself.
func (k kubeconfig) minify(context string) (file, error) {
	if context == "" {
		context = k[0].CurrentContext
	}
	selected, _ := k.find(contexts, context)
	if selected == nil {
		return file{}, k.unknownContext(context)
	}
	clusterName, userName := text(selected.Context["cluster"]), text(selected.Context["user"])
	cluster, origin := k.find(clusters, clusterName)
	if cluster == nil {
		return file{}, fmt.Errorf("the context %s is of the cluster %q, which is not in the kubeconfig %s", context, clusterName, k.names())
	}
	if err := origin.embed(cluster.Cluster, inCluster()); err != nil {
		return file{}, err
	}
	result := file{
		APIVersion: "v1", Kind: "Config", CurrentContext: context,
		Contexts: []entry{*selected}, Clusters: []entry{*cluster}, Users: []entry{},
	}
	if userName != "" {
		user, origin := k.find(users, userName)
		if user == nil {
			return file{}, fmt.Errorf("the context %s is of the user %q, who is not in the kubeconfig %s", context, userName, k.names())
		}
		if err := errors.Join(origin.embed(user.User, inUser()), origin.resolvePlugin(user.User)); err != nil {
			return file{}, err
		}
		result.Users = append(result.Users, *user)
	}
	// What tools have noted for themselves.
	for _, part := range []map[string]any{selected.Context, cluster.Cluster} {
		delete(part, "extensions")
	}
	return result, nil
}

func contexts(f file) []entry { return f.Contexts }
func clusters(f file) []entry { return f.Clusters }
func users(f file) []entry    { return f.Users }

// find returns the first entry of a kind that has a name, and the file that it is in; nil where there is none.
func (k kubeconfig) find(kind func(file) []entry, name string) (*entry, file) {
	for _, f := range k {
		for _, e := range kind(f) {
			if e.Name == name {
				return &e, f
			}
		}
	}
	return nil, file{}
}

func (k kubeconfig) unknownContext(context string) error {
	var known []string
	for _, f := range k {
		for _, e := range f.Contexts {
			known = append(known, e.Name)
		}
	}
	if len(known) == 0 {
		known = []string{"none"}
	}
	slices.Sort(known)
	return fmt.Errorf("cluster.context: %q: there is no such context in the kubeconfig %s, there are: %s: "+
		"choose one with: pulumi config set --path cluster.context NAME", context, k.names(), strings.Join(slices.Compact(known), ", "))
}

func (k kubeconfig) names() string {
	names := make([]string, 0, len(k))
	for _, f := range k {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

func text(value any) string {
	text, _ := value.(string)
	return text
}
