package component

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// serverAuthority stands in a manifest for the certificate of the authority that signs the node's servers, which each cluster has
// for itself.
const serverAuthority = "${SERVER_CA}"

// ApplyManifests returns how to create the objects that every cluster of this kind holds. A manifest is called like the addon that
// it is part of, and left out where that is disabled.
func ApplyManifests(s Settings) (supervise.Command, error) {
	authority, err := os.ReadFile(s.Files.TLS("server-ca.crt"))
	if err != nil {
		return supervise.Command{}, fmt.Errorf("reading the authority of servers: %w", err)
	}
	paths, err := filepath.Glob(filepath.Join(s.Files.Share("manifests"), "*.yaml"))
	if err != nil {
		return supervise.Command{}, fmt.Errorf("looking for manifests: %w", err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		if !s.Has(strings.TrimSuffix(name, ".yaml")) {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return supervise.Command{}, fmt.Errorf("reading manifest: %w", err)
		}
		encoded := base64.StdEncoding.EncodeToString(authority)
		content = bytes.ReplaceAll(content, []byte(serverAuthority), []byte(encoded))
		if err := writeFile(filepath.Join(s.Files.Run("manifests"), name), content); err != nil {
			return supervise.Command{}, err
		}
	}
	// The API server compares and checks: kubectl would take ten times as much CPU for it, while everything else starts.
	return supervise.Command{Name: "manifests", Path: "kubectl", Args: []string{
		"--kubeconfig=" + s.Files.AdminKubeconfig(), "apply", "--server-side", "--force-conflicts", "--validate=false",
		"--filename=" + s.Files.Run("manifests"),
	}}, nil
}

// Has says whether the user has not disabled an addon.
func (s Settings) Has(addon string) bool { return !slices.Contains(s.Disabled, addon) }
