package kubeconfig

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// two is a kubeconfig of two clusters, as tools write it: with notes, and with files beside it.
const two = `
apiVersion: v1
kind: Config
current-context: green
contexts:
- name: blue
  context: {cluster: b, user: bob, namespace: team, extensions: [{name: note}]}
- name: green
  context: {cluster: g, user: gail}
clusters:
- name: b
  cluster: {server: "https://b", certificate-authority: pki/ca.crt, extensions: [{name: note}]}
- name: g
  cluster: {server: "https://g", certificate-authority-data: Zw==}
users:
- name: bob
  user: {client-certificate: pki/bob.crt, client-key: pki/bob.key}
- name: gail
  user: {token: canary}
`

// blue is what is left of it for the context blue.
const blue = `{"apiVersion":"v1","kind":"Config","current-context":"blue",
	"contexts":[{"name":"blue","context":{"cluster":"b","user":"bob","namespace":"team"}}],
	"clusters":[{"name":"b","cluster":{"server":"https://b","certificate-authority-data":"YXV0aG9yaXR5"}}],
	"users":[{"name":"bob","user":{"client-certificate-data":"Ym9i","client-key-data":"a2V5"}}]}`

// home is a folder with files, by their names in it.
func home(t *testing.T, files map[string]string) reader {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	return reader{home: func() (string, error) { return folder, nil }}
}

func (r reader) path(t *testing.T, name string) string {
	t.Helper()
	folder, err := r.home()
	require.NoError(t, err)
	return filepath.Join(folder, name)
}

func pki(kubeconfig string) map[string]string {
	return map[string]string{".kube/config": kubeconfig, ".kube/pki/ca.crt": "authority", ".kube/pki/bob.crt": "bob", ".kube/pki/bob.key": "key"}
}

func TestTheSameOnEveryMachine(t *testing.T) {
	t.Parallel()

	at := settings.Cluster{Context: "blue", KubeconfigPath: "~/.kube/config"}
	first, err := home(t, pki(two)).read(at)
	require.NoError(t, err)
	assert.JSONEq(t, blue, first)
	second, err := home(t, pki(two)).read(at)
	require.NoError(t, err)
	assert.Equal(t, first, second, "another home folder must not show")
}

func TestFilesAreThoseOfKubectl(t *testing.T) {
	t.Parallel()

	other := `{contexts: [{name: green, context: {cluster: g}}], clusters: [{name: g, cluster: {server: "https://other"}}]}`
	r := home(t, pki(two))
	require.NoError(t, os.WriteFile(r.path(t, "other"), []byte(other), 0o600))
	for name, test := range map[string]struct {
		variable []string
		settings settings.Cluster
		want     string // a part of it
	}{
		"its own":                    {nil, settings.Cluster{Context: "green"}, `"server":"https://g"`},
		"a path":                     {nil, settings.Cluster{Context: "green", KubeconfigPath: r.path(t, "other")}, `"server":"https://other"`},
		"a path, whatever is set":    {[]string{r.path(t, ".kube/config")}, settings.Cluster{Context: "green", KubeconfigPath: "~/other"}, `"server":"https://other"`},
		"the variable":               {[]string{r.path(t, "other")}, settings.Cluster{Context: "green"}, `"server":"https://other"`},
		"the first that has it":      {[]string{"", r.path(t, "none"), r.path(t, "other"), r.path(t, ".kube/config")}, settings.Cluster{Context: "green"}, `"server":"https://other"`},
		"the one that has it":        {[]string{r.path(t, "other"), r.path(t, ".kube/config")}, settings.Cluster{Context: "blue"}, `"server":"https://b"`},
		"a content, whatever is set": {[]string{r.path(t, "other")}, settings.Cluster{Kubeconfig: strings.ReplaceAll(two, "https://g", "https://content")}, `"server":"https://content"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := reader{home: r.home, variable: strings.Join(test.variable, string(filepath.ListSeparator))}.read(test.settings)
			require.NoError(t, err)
			assert.Contains(t, got, test.want)
		})
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ cluster, user, want string }{
		"a token":             {`{server: s}`, `{token: secret}`, `"user":{"token":"secret"}`},
		"a token in a file":   {`{server: s}`, `{tokenFile: pki/bob.crt, token: old}`, `"user":{"token":"bob"}`},
		"a data beats a file": {`{server: s, certificate-authority: none, certificate-authority-data: eA==}`, `{}`, `"cluster":{"certificate-authority-data":"eA==","server":"s"}`},
		"a plugin on PATH":    {`{server: s}`, `{exec: {command: aws, args: [eks], env: [{name: A, value: b}]}}`, `"exec":{"args":["eks"],"command":"aws","env":[{"name":"A","value":"b"}]}`},
		"a plugin as written": {`{server: s}`, `{exec: {command: /opt/aws}}`, `"command":"/opt/aws"`},
		"what is not known":   {`{server: s, proxy-url: "socks5://p", tls-server-name: name}`, `{as: root}`, `"cluster":{"proxy-url":"socks5://p","server":"s","tls-server-name":"name"}`},
		"the user's unknowns": {`{server: s}`, `{as: root, as-groups: [admins]}`, `"user":{"as":"root","as-groups":["admins"]}`},
		"a user without any":  {`{server: s}`, `{}`, `"users":[{"name":"u"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			r := home(t, pki(`{contexts: [{name: c, context: {cluster: k, user: u}}], clusters: [{name: k, cluster: `+test.cluster+
				`}], users: [{name: u, user: `+test.user+`}]}`))
			got, err := r.read(settings.Cluster{Context: "c"})
			require.NoError(t, err)
			assert.Contains(t, got, test.want)
		})
	}
}

func TestPluginBesideTheKubeconfig(t *testing.T) {
	t.Parallel()

	r := home(t, pki(`{contexts: [{name: c, context: {cluster: k, user: u}}], clusters: [{name: k}], users: [{name: u, user: {exec: {command: ./bin/login}}}]}`))
	got, err := r.read(settings.Cluster{Context: "c"})
	require.NoError(t, err)
	assert.Contains(t, got, `"command":"`+r.path(t, ".kube/bin/login")+`"`)
}

func TestKubeconfigThatLeadsNowhere(t *testing.T) {
	t.Parallel()

	one := func(cluster, user string) string {
		return `{contexts: [{name: c, context: {cluster: k, user: u}}], clusters: [{name: k, cluster: ` + cluster + `}], users: [{name: u, user: ` + user + `}]}`
	}
	for name, test := range map[string]struct {
		content  string
		settings settings.Cluster
		want     string
	}{
		"no such context":        {two, settings.Cluster{Context: "red"}, `cluster.context: "red": there is no such context in the kubeconfig ~/.kube/config, there are: blue, green: choose one with: pulumi config set --path cluster.context NAME`},
		"no context at all":      {`{}`, settings.Cluster{Context: "red"}, "there are: none:"},
		"no current context":     {`{}`, settings.Cluster{Kubeconfig: `{contexts: [{name: a}]}`}, `cluster.context: "": there is no such context in the kubeconfig cluster.kubeconfig, there are: a:`},
		"no such cluster":        {`{contexts: [{name: c, context: {cluster: k}}]}`, settings.Cluster{Context: "c"}, `the context c is of the cluster "k", which is not in the kubeconfig ~/.kube/config`},
		"no such user":           {`{contexts: [{name: c, context: {cluster: k, user: u}}], clusters: [{name: k}]}`, settings.Cluster{Context: "c"}, `the context c is of the user "u", who is not in the kubeconfig ~/.kube/config`},
		"no such file":           {two, settings.Cluster{Context: "c", KubeconfigPath: "~/none"}, "reading the kubeconfig of the existing cluster: open "},
		"no such certificate":    {one(`{certificate-authority: none}`, `{}`), settings.Cluster{Context: "c"}, "reading what certificate-authority in the kubeconfig ~/.kube/config names: open "},
		"no such key":            {one(`{}`, `{client-key: none}`), settings.Cluster{Context: "c"}, "reading what client-key in the kubeconfig ~/.kube/config names: open "},
		"no kubeconfig":          {"just text", settings.Cluster{Context: "c"}, "the kubeconfig ~/.kube/config is not one: "},
		"content with a file":    {"", settings.Cluster{Kubeconfig: one(`{}`, `{client-key: /etc/key, token: canary}`), Context: "c"}, "cluster.kubeconfig: client-key is the path of a file, which not every machine has: use what this prints: kubectl config view --minify --flatten"},
		"content, plugin beside": {"", settings.Cluster{Kubeconfig: one(`{}`, `{exec: {command: bin/x}}`), Context: "c"}, "cluster.kubeconfig: the credential plugin bin/x is relative to no file: give its name, or its absolute path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := home(t, map[string]string{".kube/config": test.content}).read(test.settings)
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "canary")
		})
	}
}

func TestNoKubeconfigAtAll(t *testing.T) {
	t.Parallel()

	_, err := home(t, nil).read(settings.Cluster{Context: "blue"})
	require.EqualError(t, err, `there is no kubeconfig for cluster.context "blue": neither KUBECONFIG nor cluster.kubeconfigPath names a file that is there, nor is there ~/.kube/config`)

	homeless := reader{home: func() (string, error) { return "", errors.New("HOME is not set") }}
	_, err = homeless.read(settings.Cluster{Context: "blue"})
	assert.EqualError(t, err, "resolving the path of the kubeconfig ~/.kube/config: HOME is not set")
}

func TestReadTakesTheEnvironmentOfTheProcess(t *testing.T) {
	r := home(t, pki(two))
	t.Setenv("KUBECONFIG", r.path(t, ".kube/config"))
	got, err := Read(settings.Cluster{Context: "blue"})
	require.NoError(t, err)
	assert.JSONEq(t, blue, got)

	t.Setenv("KUBECONFIG", "")
	t.Setenv("HOME", r.path(t, ""))
	got, err = Read(settings.Cluster{Context: "blue"})
	require.NoError(t, err)
	assert.JSONEq(t, blue, got)
}
