package stack

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
)

// Two clusters in one kubeconfig.
const twoClusters = `{contexts: [{name: blue, context: {cluster: b}}, {name: green, context: {cluster: g}}],
	clusters: [{name: b, cluster: {server: "https://blue"}}, {name: g, cluster: {server: "https://green"}}], current-context: green}`

const blue = `{"apiVersion":"v1","kind":"Config","current-context":"blue","contexts":[{"name":"blue","context":{"cluster":"b"}}],` +
	`"clusters":[{"name":"b","cluster":{"server":"https://blue"}}],"users":[]}`

// existing deploys to a cluster that is not in containers here.
func existing(t *testing.T, f fixture) fixture {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(file, []byte(twoClusters), 0o600))
	f.Settings.Cluster.Kind, f.Settings.Cluster.KubeconfigPath, f.Settings.Cluster.Context = settings.Existing, file, "blue"
	return f
}

// identified is a state that was made on a cluster.
func identified(uid string) string {
	return `{"resources":[{"type":"pulumi:pulumi:Stack"},{"type":"pulumi:index:Stash","id":"stash","urn":"urn::cluster-identity","outputs":{"output":"` + uid + `"}}]}`
}

// reaching are the commands that reach the cluster.
func reaching() map[string]func(context.Context, fixture) error {
	operator := func(do func(context.Context, *Operator) error) func(context.Context, fixture) error {
		return func(ctx context.Context, f fixture) error {
			p, err := f.prepare(ctx)
			if err != nil {
				return err
			}
			return do(ctx, &Operator{session: p})
		}
	}
	return map[string]func(context.Context, fixture) error{
		"up":                 func(ctx context.Context, f fixture) error { return f.Up(ctx) },
		"preview":            func(ctx context.Context, f fixture) error { return f.Preview(ctx) },
		"down":               func(ctx context.Context, f fixture) error { return f.Down(ctx, yes) },
		"kubectl":            func(ctx context.Context, f fixture) error { return f.Kubectl(ctx, "get", "pods") },
		"logs":               func(ctx context.Context, f fixture) error { return f.Logs(ctx) },
		"operator's preview": operator(func(ctx context.Context, o *Operator) error { return o.Preview(ctx) }),
		"operator's refresh": operator(func(ctx context.Context, o *Operator) error { return o.Refresh(ctx, []string{"urn"}) }),
		"operator's update":  operator(func(ctx context.Context, o *Operator) error { return o.Update(ctx, []byte("config: {}\n")) }),
		"operator's destroy": operator(func(ctx context.Context, o *Operator) error { return o.Destroy(ctx) }),
		"operator's cluster": operator(func(ctx context.Context, o *Operator) error { _, err := o.Cluster(ctx); return err }),
	}
}

func TestAnotherClusterIsRefused(t *testing.T) {
	t.Parallel()

	for name, command := range reaching() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := existing(t, newFixture(t))
			f.record(t, identified("there"))
			err := command(t.Context(), f)
			require.ErrorContains(t, err, "stack dev: this is another cluster: the stack was deployed to the one whose kube-system has the UID there, "+
				"and the kubeconfig leads to here")
			assert.Empty(t, f.calls(t, ""))
		})
	}
}

func TestTheClusterOfTheStackIsReachedByItsContext(t *testing.T) {
	t.Parallel()

	for name, recorded := range map[string]string{"recorded": identified("here"), "never up": "null"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f, kubeconfigs := existing(t, newFixture(t)), []string(nil)
			f.connect = func(kubeconfig string) (*cluster.Cluster, error) {
				kubeconfigs = append(kubeconfigs, kubeconfig)
				return clusterfake.New("here", "v1.34.2").Cluster, nil
			}
			f.record(t, recorded)
			require.NoError(t, f.Up(t.Context()))
			assert.Equal(t, []string{blue}, kubeconfigs, "asked once")
			assert.Equal(t, []string{"pulumi up --yes --skip-preview"}, f.calls(t, ""))
		})
	}
}

// Kubectl gets the kubeconfig in a file that nobody else can read and that is gone afterwards.
func TestKubectlOnAnExistingCluster(t *testing.T) {
	f := existing(t, newFixture(t))
	t.Setenv("PATH", string(f.programs))
	t.Setenv("KUBECONFIG", "/none")
	require.NoError(t, f.Kubectl(t.Context(), "get", "pods"))
	assert.Equal(t, "-rw------- "+blue+"\n", f.stdout.String())
	calls := f.calls(t, "kubectl")
	require.Len(t, calls, 1)
	fields := strings.Fields(calls[0])
	assert.Equal(t, []string{"kubectl", "--kubeconfig", fields[2], "get", "pods"}, fields)
	_, err := os.Stat(filepath.Dir(fields[2]))
	require.ErrorIs(t, err, fs.ErrNotExist)

	require.NoError(t, f.Logs(t.Context()))
	assert.Contains(t, f.calls(t, "kubectl")[1], " logs --namespace ashapp-backend --selector app.kubernetes.io/name=ashapp-backend --prefix --tail 100")
}

const encrypted = `encryptionsalt: v1:abc
config:
  ashapp-backend:cluster:
    kind: existing
    kubeconfig:
      secure: v1:kubeconfig
  ashapp-backend:image:
    repository: docker.io/name/app
    platform: linux/amd64
`

func TestKubeconfigThatIsASecretIsTheOneOfToday(t *testing.T) {
	t.Parallel()

	f, kubeconfigs := newFixture(t), []string(nil)
	require.NoError(t, os.WriteFile(f.file(), []byte(encrypted), 0o600))
	require.NoError(t, f.configure(t.Context()))
	f.connect = func(kubeconfig string) (*cluster.Cluster, error) {
		kubeconfigs = append(kubeconfigs, kubeconfig)
		return clusterfake.New("here", "v1.34.2").Cluster, nil
	}
	f.answers(t, "pulumi stack output", "the kubeconfig of the last update")
	f.answers(t, "pulumi config --json", `{"ashapp-backend:cluster":{"value":"{\"kind\":\"existing\",\"context\":\"blue\",\"kubeconfig\":\"`+
		strings.NewReplacer("\n", " ", "\t", "", `"`, `\\\"`).Replace(twoClusters)+`\"}","secret":true},`+
		`"ashapp-backend:image":{"value":"{\"repository\":\"docker.io/name/app\",\"platform\":\"linux/amd64\"}"}}`)
	p, err := f.prepare(t.Context())
	require.NoError(t, err)
	_, err = p.target(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{blue}, kubeconfigs)
	assert.Contains(t, f.calls(t, "pulumi"), "pulumi config --json --show-secrets --stack dev --config-file "+f.file())
}
