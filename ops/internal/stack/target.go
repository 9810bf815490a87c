package stack

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/infra/settings/kubeconfig"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
)

// target is the stack's cluster; nil where that does not exist yet. One that somebody else runs must be the one that the stack is on.
func (p *commandLine) target(ctx context.Context) (*cluster.Cluster, error) {
	if p.reached != nil {
		return p.reached, nil
	}
	content, err := p.kubeconfig(ctx)
	if err != nil || content == "" {
		return nil, err
	}
	reached, err := p.connect(content)
	if err != nil {
		return nil, err
	}
	if !p.Local() {
		state, err := p.recorded(ctx)
		if err != nil {
			return nil, err
		}
		if err := reached.Confirm(ctx, state.Identity); err != nil {
			return nil, fmt.Errorf("stack %s: %w", p.Name, err)
		}
	}
	p.reached = reached
	return reached, nil
}

// recorded is what the stack's state says of the cluster. Reading the file of a local state takes no time, an export half a second.
func (p *commandLine) recorded(ctx context.Context) (cluster.State, error) {
	if p.state.ownBackend {
		content, err := p.export(ctx)
		if err != nil {
			return cluster.State{}, err
		}
		return cluster.ReadState(content)
	}
	recorded, err := p.state.readCheckpoint(p.Name)
	if err != nil {
		return cluster.State{}, err
	}
	return cluster.ReadState(recorded.content)
}

func (p *commandLine) export(ctx context.Context) ([]byte, error) {
	var printed bytes.Buffer
	err := p.run(ctx, p.root, &printed, "stack", "export", "--stack", p.Name)
	return printed.Bytes(), err
}

// kubeconfig leads to the stack's cluster; empty where that does not exist yet. For an existing cluster it is the configured one, as it
// is today, and not the one of the last update.
func (p *commandLine) kubeconfig(ctx context.Context) (string, error) {
	if p.Local() {
		return p.ownKubeconfig(ctx)
	}
	if err := p.settle(ctx); err != nil {
		return "", err
	}
	return kubeconfig.Read(p.Settings.Cluster)
}

// ownKubeconfig is that of the local cluster; empty where there is none. Pulumi takes a second to decrypt it, so it is kept beside the
// state, for as long as the state has the same connection to the cluster.
func (p *commandLine) ownKubeconfig(ctx context.Context) (string, error) {
	connection, err := p.connection()
	if err != nil || connection == "" {
		if err != nil || !p.state.ownBackend {
			return "", err
		}
		return p.output(ctx, "kubeconfig")
	}
	mark, file := "# "+connection+"\n", p.state.ownKubeconfig(p.Name)
	if kept, err := os.ReadFile(file); err == nil && strings.HasPrefix(string(kept), mark) {
		return string(kept), nil
	}
	content, err := p.output(ctx, "kubeconfig")
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
func (p *commandLine) connection() (string, error) {
	if p.state.ownBackend {
		return "", nil
	}
	recorded, err := p.state.readCheckpoint(p.Name)
	if err != nil {
		return "", err
	}
	for _, provider := range recorded.made(providerType) {
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
