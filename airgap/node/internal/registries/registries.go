// Package registries turns k3s' registries.yaml into the host configuration of containerd.
package registries

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// Registries is the part of registries.yaml that this node supports. Reading refuses anything else.
// https://docs.k3s.io/installation/private-registry
type Registries struct {
	// Mirrors maps the host of an image reference, or "*" for every host without a mirror of its own, to where its
	// images are pulled from.
	Mirrors map[string]Mirror `json:"mirrors"`
}

// Mirror lists the URLs that are asked in this order.
type Mirror struct {
	Endpoint []string `json:"endpoint"`
}

// Read reads the file at path. A missing file means no mirrors.
func Read(path string) (Registries, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Registries{}, nil
	}
	if err != nil {
		return Registries{}, fmt.Errorf("reading registry mirrors: %w", err)
	}
	var read Registries
	if err := yaml.UnmarshalStrict(content, &read); err != nil {
		return Registries{}, fmt.Errorf("reading registry mirrors %s: %w; this node knows mirrors.<host>.endpoint only", path, err)
	}
	return read, nil
}

// Write writes one folder with a hosts.toml for each mirror below directory, which is containerd's config_path.
func (r Registries) Write(directory string) error {
	for host, mirror := range r.Mirrors {
		hosts, err := mirror.hosts()
		if err != nil {
			return fmt.Errorf("reading registry mirror of %q: %w", host, err)
		}
		name, err := folder(host)
		if err != nil {
			return err
		}
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(path, 0o750); err != nil {
			return fmt.Errorf("writing registry mirror of %q: %w", host, err)
		}
		if err := os.WriteFile(filepath.Join(path, "hosts.toml"), []byte(hosts), 0o600); err != nil {
			return fmt.Errorf("writing registry mirror of %q: %w", host, err)
		}
	}
	return nil
}

// folder is the name under which containerd looks for a host: https://github.com/containerd/containerd/blob/main/docs/hosts.md
func folder(host string) (string, error) {
	if host == "*" {
		return "_default", nil
	}
	if host == "" || strings.HasPrefix(host, ".") || strings.ContainsAny(host, "/\\") {
		return "", fmt.Errorf("reading registry mirrors: %q is not a host or host:port", host)
	}
	return host, nil
}

// hosts is the content of hosts.toml. containerd falls back to `server` when no mirror has the image, and to the
// host of the reference without it. No machine that uses this node reaches that host, and the error that the user sees
// would be of the vain attempt; the last endpoint is therefore the server too.
func (m Mirror) hosts() (string, error) {
	if len(m.Endpoint) == 0 {
		return "", errors.New("it has no endpoint; give at least one URL")
	}
	var hosts strings.Builder
	for i, endpoint := range m.Endpoint {
		parsed, err := url.Parse(endpoint)
		if err != nil {
			return "", err
		}
		if (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" || strings.ContainsAny(endpoint, "\"\\\n") {
			return "", fmt.Errorf("endpoint %q is not an http or https URL", endpoint)
		}
		if i == 0 {
			fmt.Fprintf(&hosts, "server = %q\n", m.Endpoint[len(m.Endpoint)-1])
		}
		fmt.Fprintf(&hosts, "\n[host.%q]\n  capabilities = [\"pull\", \"resolve\"]\n", endpoint)
		if strings.Trim(parsed.Path, "/") != "" {
			hosts.WriteString("  override_path = true\n")
		}
	}
	return hosts.String(), nil
}
