package localstack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// kubeconfigFile is a copy of what the state holds encrypted.
func (s *Stack) kubeconfigFile() string { return s.State.File(s.Name, "kubeconfig") }

// Kubeconfig is that of the local cluster; empty where there is none. Pulumi takes a second to decrypt it, so it is kept beside the
// state, for as long as the state has the same connection to the cluster.
func (s *Stack) Kubeconfig(ctx context.Context, p *pulumi.CommandLine) (string, error) {
	if s.State.OwnBackend {
		return p.Output(ctx, "kubeconfig")
	}
	connection, err := s.connection()
	if err != nil || connection == "" {
		return "", err
	}
	mark, file := "# "+connection+"\n", s.kubeconfigFile()
	if kept, err := os.ReadFile(file); err == nil && strings.HasPrefix(string(kept), mark) {
		return string(kept), nil
	}
	content, err := p.Output(ctx, "kubeconfig")
	if err != nil || content == "" {
		return "", err
	}
	if err := writeWhole(file, mark+content); err != nil {
		return "", fmt.Errorf("keeping the kubeconfig of the local cluster: %w", err)
	}
	return content, nil
}

// connection identifies the connection to the local cluster in a local state: a cluster that is made anew gets a new one. Empty where
// there is none.
func (s *Stack) connection() (string, error) {
	recorded, err := s.State.Recorded(s.Name)
	if err != nil {
		return "", err
	}
	for _, provider := range recorded.Made(pulumi.ProviderType) {
		return provider.ID, nil
	}
	return "", nil
}

// writeWhole writes a file for this user only that is never seen half-written.
func writeWhole(path, content string) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // what is said is why it is there
	}
	return err
}
