package settings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// badConfiguration is one that must be refused with these lines after the first.
type badConfiguration struct {
	name                            string
	cluster, image, backend, verify string // the groups' JSON; empty is as if it were not there
	secret                          string // the group that is stored encrypted
	want                            []string
}

// What is said of more than one key.
const (
	label      = "must be a DNS label: at most 63 lower-case letters, digits and hyphens, a letter or digit at both ends"
	ambient    = "cluster.context: must be set when cluster.kind is existing, or else the stack would be on whichever cluster kubectl was used for last: kubectl config get-contexts lists them, choose one with: pulumi config set --path cluster.context NAME"
	list       = "must be a list with commas, in which * stands for any characters but a slash, such as example.com/*,*.example.com/*"
	processors = "must be an amount of CPU above zero in whole thousandths, such as 50m or 2"
	bytes      = "must be a number of bytes above zero, such as 64Mi or 64M"
)

var backendKeys = keysOf("backend")

// keysOf are the keys of a group as an error lists them.
func keysOf(group string) string {
	var names []string
	for _, key := range settings.Keys() {
		if name, found := strings.CutPrefix(key, group+"."); found {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// An existing cluster and an image for it, with which nothing is wrong.
const (
	context   = `{"kind":"existing","context":"blue"}`
	reference = `{"ref":"docker.io/a/b@sha256:0123456789012345678901234567890123456789012345678901234567890123"}`
)

func refuse(t *testing.T, configurations []badConfiguration) {
	t.Helper()
	for _, test := range configurations {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			config := map[string]string{}
			for group, values := range map[string]string{"cluster": test.cluster, "image": test.image, "backend": test.backend, "verify": test.verify} {
				if values != "" {
					config[project+":"+group] = values
				}
			}
			_, err := settings.Load(project, config, []string{project + ":" + test.secret})
			require.Error(t, err)
			assert.Equal(t, test.want, strings.Split(err.Error(), "\n")[1:])
			assert.NotContains(t, err.Error(), "canary", "a secret must stay unsaid")
		})
	}
}

func TestBadForm(t *testing.T) {
	t.Parallel()

	refuse(t, []badConfiguration{
		{name: "unknown key", backend: `{"replica":2}`, want: []string{"backend.replica: unknown key, backend has " + backendKeys}},
		{name: "unknown key of another group", image: `{"replicas":2}`, want: []string{"image.replicas: unknown key, image has platform, ref, registryPassword, registryUsername, repository, tag, tagCommit"}},
		{name: "group is a value", image: `"latest"`, want: []string{"image: must hold keys (platform, ref, registryPassword, registryUsername, repository, tag, tagCommit) and not a value of its own"}},
		{name: "group is a list", image: `["latest"]`, want: []string{"image: must hold keys (platform, ref, registryPassword, registryUsername, repository, tag, tagCommit) and not a value of its own"}},
		{name: "not a number", backend: `{"replicas":"two"}`, want: []string{`backend.replicas: "two": must be a whole number from 1 to 100`}},
		{name: "a fraction", backend: `{"replicas":1.5}`, want: []string{`backend.replicas: "1.5": must be a whole number from 1 to 100`}},
		{name: "a number with a unit", backend: `{"progressDeadlineSeconds":"40s"}`, want: []string{`backend.progressDeadlineSeconds: "40s": must be a whole number from 5 to 3600`}},
		{name: "empty for a number", backend: `{"nodePort":""}`, want: []string{`backend.nodePort: "": must be a whole number from 30000 to 32767`}},
		{name: "a list", backend: `{"replicas":[2]}`, want: []string{"backend.replicas: [2]: must be a single value"}},
		{name: "an object for one value", cluster: `{"name":{"first":"a"}}`, want: []string{`cluster.name: {"first":"a"}: must be a single value`}},
		{name: "null", backend: `{"greeting":null}`, want: []string{"backend.greeting: null: must be a single value"}},
		{name: "not a boolean", cluster: `{"privileged":"yes"}`, want: []string{`cluster.privileged: "yes": must be true or false`}},
		{name: "a number for a boolean", backend: `{"dnsEgress":1}`, want: []string{`backend.dnsEgress: "1": must be true or false`}},
		{name: "a boolean in capitals", image: `{"tagCommit":"True"}`, want: []string{`image.tagCommit: "True": must be true or false`}},
		{name: "every problem in one go", cluster: `{"name":"","apiPort":-1}`, backend: `{"replicas":"x","nope":1}`, want: []string{"backend.nope: unknown key, backend has " + backendKeys, `backend.replicas: "x": must be a whole number from 1 to 100`, `cluster.apiPort: "-1": must be a whole number from 1 to 65535`, `cluster.name: "": ` + label}},
	})
}

// As pulumi config set without --path would have it, and in a project that was made from this one.
func TestBadSingleKeys(t *testing.T) {
	t.Parallel()

	for key, test := range map[string]struct{ value, want string }{
		project + ":backend.replicas":       {"x", `backend.replicas: "x": must be a whole number from 1 to 100`},
		project + ":backend.replica":        {"2", "backend.replica: unknown key, backend has " + backendKeys},
		project + ":database.name":          {"x", "database: unknown key, the groups are backend, cluster, image, secrets, verify"},
		project + ":image.registryPassword": {"canary", "image.registryPassword: must be a secret, set it with: pulumi config set --secret --path image.registryPassword"},
	} {
		_, err := settings.Load(project, map[string]string{key: test.value}, nil)
		require.Error(t, err, key)
		assert.Contains(t, strings.Split(err.Error(), "\n")[1:], test.want)
	}
	_, err := settings.Load("mine", map[string]string{project + ":cluster": "{}"}, nil)
	assert.ErrorContains(t, err, "ashapp-backend:cluster: must be mine:cluster, since the project is called mine")
}

func TestBadCluster(t *testing.T) {
	t.Parallel()

	refuse(t, []badConfiguration{
		{name: "unknown kind", cluster: `{"kind":"remote"}`, want: []string{`cluster.kind: "remote": must be local or existing`}},
		{name: "empty kind", cluster: `{"kind":""}`, want: []string{`cluster.kind: "": must be local or existing`}},
		{name: "name in capitals", cluster: `{"name":"Mine"}`, want: []string{`cluster.name: "Mine": ` + label}},
		{name: "name too long for its registry", cluster: `{"name":"` + strings.Repeat("a", 55) + `"}`, want: []string{`cluster.name: "` + strings.Repeat("a", 55) + `": must be at most 54 characters long, since its registry is called NAME-registry`}},
		{name: "node image without tag", cluster: `{"nodeImage":"rancher/k3s"}`, want: []string{`cluster.nodeImage: "rancher/k3s": must be an image name with a tag or digest`}},
		{name: "node image with an empty tag", cluster: `{"nodeImage":"rancher/k3s:"}`, want: []string{`cluster.nodeImage: "rancher/k3s:": must be an image name with a tag or digest, and the tag is not one`}},
		{name: "registry image with half a digest", cluster: `{"registryImage":"registry:3@sha256:abc"}`, want: []string{`cluster.registryImage: "registry:3@sha256:abc": must be an image name with a tag or digest`}},
		{name: "API port zero", cluster: `{"apiPort":0}`, want: []string{`cluster.apiPort: "0": must be a whole number from 1 to 65535`}},
		{name: "registry port too high", cluster: `{"registryPort":65536}`, want: []string{`cluster.registryPort: "65536": must be a whole number from 1 to 65535`}},
		{name: "two ports alike", cluster: `{"apiPort":5001}`, want: []string{"cluster.registryPort: 5001: must differ from cluster.apiPort"}},
		{name: "node port like the registry port", cluster: `{"registryPort":30080}`, want: []string{"backend.nodePort: 30080: must differ from cluster.registryPort"}},
		{name: "no time to be ready", cluster: `{"readyTimeoutSeconds":9}`, want: []string{`cluster.readyTimeoutSeconds: "9": must be a whole number from 10 to 3600`}},
		{name: "empty address", cluster: `{"address":""}`, want: []string{`cluster.address: "": must be a host name or an IP address, without scheme and port`}},
		{name: "address is a URL", cluster: `{"address":"http://node"}`, want: []string{`cluster.address: "http://node": must be a host name or an IP address, without scheme and port`}},
		{name: "address with a port", cluster: `{"address":"10.0.0.1:80"}`, want: []string{`cluster.address: "10.0.0.1:80": must be a host name or an IP address, without scheme and port`}},
		{name: "local with context", cluster: `{"context":"blue"}`, want: []string{"cluster.kubeconfig, cluster.kubeconfigPath, cluster.context: must be empty when cluster.kind is local"}},
		{name: "kubeconfig path from nowhere", cluster: `{"kind":"existing","kubeconfigPath":"config"}`, image: reference, want: []string{`cluster.kubeconfigPath: "config": must be absolute or begin with ~/`, ambient}},
		{name: "existing without a context", cluster: `{"kind":"existing","kubeconfigPath":"~/.kube/config"}`, image: reference, want: []string{ambient}},
		{name: "a node of an old Kubernetes", cluster: `{"nodeImage":"rancher/k3s:v1.29.15-k3s1"}`, want: []string{`cluster.nodeImage: "rancher/k3s:v1.29.15-k3s1": must be of Kubernetes 1.30 or later, which can stop pods without losing requests`}},
		{name: "a pattern that is none", cluster: `{"ignoredKeys":"a/*,[","ignoredManagers":"["}`, want: []string{`cluster.ignoredKeys: "a/*,[": ` + list, `cluster.ignoredManagers: "[": ` + list}},
		{name: "two kubeconfigs, one not secret", cluster: `{"kind":"existing","kubeconfig":"x","kubeconfigPath":"/y"}`, image: reference, want: []string{"cluster.kubeconfig, cluster.kubeconfigPath: must not both be set", "cluster.kubeconfig: must be a secret, set it with: pulumi config set --secret --path cluster.kubeconfig"}},
	})
}
