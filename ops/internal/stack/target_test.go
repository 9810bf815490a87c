package stack

import (
	"context"
	"errors"
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
			return do(ctx, &Operator{pulumi: p})
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
	t.Setenv("PATH", f.programs)
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

// connected is a state of a local stack with a connection to its cluster, and a Deployment on it.
func connected(provider string) string {
	return `{"resources":[{"type":"pulumi:pulumi:Stack"},{"type":"pulumi:providers:kubernetes","id":"` + provider + `"},` +
		`{"type":"kubernetes:apps/v1:Deployment","urn":"urn:deployment","inputs":{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"b","namespace":"a"}}}]}`
}

func TestUpMakesAgainWhatIsGone(t *testing.T) {
	t.Parallel()

	deployment := clusterfake.Object("apps/v1", "Deployment", "a", "b")
	for name, test := range map[string]struct {
		cluster *clusterfake.Cluster
		calls   []string
		said    string
		fails   string
	}{
		"all there":         {cluster: clusterfake.New("here", "v1.34.2", deployment)},
		"gone":              {cluster: clusterfake.New("here", "v1.34.2"), calls: []string{"pulumi refresh --yes --skip-preview --target urn:deployment"}, said: "removed by other means, and made again: Deployment a/b\n"},
		"an old Kubernetes": {cluster: clusterfake.New("here", "v1.29.0", deployment), fails: "the stack's cluster has Kubernetes v1.29.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.record(t, connected("provider-1"))
			f.answers(t, "pulumi stack output", "the kubeconfig\n")
			f.connect = func(kubeconfig string) (*cluster.Cluster, error) {
				if !strings.Contains(kubeconfig, "the kubeconfig") {
					return nil, errors.New("another kubeconfig")
				}
				return test.cluster.Cluster, nil
			}
			p, err := f.prepare(t.Context())
			require.NoError(t, err)
			arguments, err := p.update(t.Context())
			if test.fails != "" {
				require.ErrorContains(t, err, test.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []string{"up", "--yes", "--skip-preview"}, arguments)
			assert.Equal(t, append([]string{"pulumi stack output kubeconfig --show-secrets --stack dev"}, test.calls...), f.calls(t, "pulumi"))
			assert.Equal(t, test.said, f.stdout.String())
		})
	}
}

func TestOwnKubeconfigIsKeptForAsLongAsTheConnectionIsTheSame(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	p, err := f.prepare(t.Context())
	require.NoError(t, err)
	content, err := p.kubeconfig(t.Context())
	require.NoError(t, err)
	assert.Empty(t, content, "there is no cluster yet")

	ask := func(provider string) string {
		f.record(t, connected(provider))
		content, err := p.kubeconfig(t.Context())
		require.NoError(t, err)
		return content
	}
	asked := func() int { return len(f.calls(t, "pulumi stack output")) }
	f.answers(t, "pulumi stack output", "first\n")
	assert.Equal(t, "first", ask("1"))
	assert.Equal(t, "# 1\nfirst", ask("1"))
	assert.Equal(t, 1, asked())
	info, err := os.Stat(f.state.ownKubeconfig("dev"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())

	f.answers(t, "pulumi stack output", "second\n")
	assert.Equal(t, "second", ask("2"), "the cluster was made anew")
	assert.Equal(t, 2, asked())
	require.NoError(t, f.Down(t.Context(), yes))
	assert.False(t, exists(f.state.ownKubeconfig("dev")))
	left, err := filepath.Glob(f.state.ownKubeconfig("dev") + "*")
	require.NoError(t, err)
	assert.Empty(t, left)
}

// Of a state that is elsewhere, only Pulumi can tell.
func TestStateOfOnesOwnIsExported(t *testing.T) {
	t.Parallel()

	f := existing(t, newFixture(t))
	f.state.ownBackend, f.state.ownPassphrase = true, true
	f.answers(t, "pulumi stack export", `{"version":3,"deployment":`+identified("there")+`}`)
	require.ErrorContains(t, f.Preview(t.Context()), "this is another cluster")
	f.fails(t, "pulumi stack export", "no access")
	require.ErrorContains(t, f.Preview(t.Context()), "running pulumi stack")

	local := newFixture(t)
	local.state.ownBackend, local.state.ownPassphrase = true, true
	local.answers(t, "pulumi stack output", "the kubeconfig\n")
	p, err := local.prepare(t.Context())
	require.NoError(t, err)
	content, err := p.kubeconfig(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "the kubeconfig", content)
	assert.False(t, exists(local.state.ownKubeconfig("dev")))
}
