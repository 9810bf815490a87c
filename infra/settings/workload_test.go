package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// workload is a backend with a variable and a file of every form.
const workload = `{
	"env": {
		"PLAIN": "a $5 bill", "EMPTY": "", "API_TOKEN": {"secret": "token"}, "token": {"secret": true}, "PASSWORD": {"fromSecret": "database/password"},
		"LEVEL": {"fromConfigMap": "logging.v1/level"}, "POD": {"field": "metadata.name"}
	},
	"files": {
		"/etc/app/config.yaml": "a: 1\n", "/etc/app/token": {"secret": "token"}, "/etc/app/tls.key": {"fromSecret": "tls/tls.key"},
		"/etc/app/flags.json": {"fromConfigMap": "flags/flags.json"}
	},
	"tmpSize": "16Mi", "tmpMedium": "memory"
}`

func loadWorkload(t *testing.T, backend string) settings.Settings {
	t.Helper()
	s, err := settings.Load(project, map[string]string{project + ":backend": backend, project + ":secrets": `{"token":"canary","unused":"x"}`},
		[]string{project + ":secrets"})
	require.NoError(t, err)
	return s
}

func TestVariablesAndFilesComeFromWhereTheStackFileSays(t *testing.T) {
	t.Parallel()

	s := loadWorkload(t, workload)
	assert.Equal(t, map[string]settings.Source{
		"PLAIN": {Value: "a $5 bill"}, "EMPTY": {}, "API_TOKEN": {Secret: "token"}, "token": {Secret: "token"}, "PASSWORD": {FromSecret: "database/password"},
		"LEVEL": {FromConfigMap: "logging.v1/level"}, "POD": {Field: "metadata.name"},
	}, s.Backend.Env)
	assert.Equal(t, map[string]settings.Source{
		"/etc/app/config.yaml": {Value: "a: 1\n"}, "/etc/app/token": {Secret: "token"}, "/etc/app/tls.key": {FromSecret: "tls/tls.key"},
		"/etc/app/flags.json": {FromConfigMap: "flags/flags.json"},
	}, s.Backend.Files)
	assert.Equal(t, "16Mi", s.Backend.TmpSize)
	assert.Equal(t, settings.Memory, s.Backend.TmpMedium)
	assert.Equal(t, map[string]string{"token": "canary", "unused": "x"}, s.Secrets)
}

// A release keeps the values as text, and brings them back.
func TestVariablesAndFilesComeBackFromTheirValues(t *testing.T) {
	t.Parallel()

	before := loadWorkload(t, workload)
	values := before.Values("backend")
	assert.NotContains(t, fmt.Sprint(values), "canary")
	after := settings.Default()
	require.NoError(t, after.Apply("backend", values))
	assert.Equal(t, before.Backend, after.Backend)
	assert.Equal(t, "{}", settingsValue("env"), "what is not set has the same text as the default in Pulumi.yaml")

	require.NoError(t, after.Apply("backend", map[string]string{"env": "{}", "files": "{}"}))
	assert.Nil(t, after.Backend.Env, "a release without variables takes those away that there are")
	assert.Nil(t, after.Backend.Files)
}

func settingsValue(name string) string {
	s := settings.Default()
	return s.Values("backend")[name]
}

// As pulumi config set has them: a key on its own, and an object as text.
func TestVariablesCanBeSetOnTheirOwn(t *testing.T) {
	t.Parallel()

	s, err := settings.Load(project, map[string]string{
		project + ":backend.env":   `{"A":{"secret":"a-1"}}`,
		project + ":backend":       `{"files":"{\"/a\":\"b\"}"}`,
		project + ":secrets.a-1":   "canary",
		project + ":secrets.b_2":   "canary",
		project + ":backend.other": "",
	}, []string{project + ":secrets.a-1", project + ":secrets.b_2"})
	require.ErrorContains(t, err, "backend.other: unknown key")
	assert.NotContains(t, err.Error(), "canary")
	assert.NotContains(t, err.Error(), "backend.env")
	assert.NotContains(t, err.Error(), "backend.files")
	assert.Empty(t, s)
}

const sourceForms = "must be a text in quotes, {secret: NAME}, {fromSecret: NAME/KEY}, {fromConfigMap: NAME/KEY} or, for a variable, {field: metadata.name}"

func TestBadVariables(t *testing.T) {
	t.Parallel()

	const (
		name  = "the name must consist of letters, digits and _, and not begin with a digit"
		key   = "must be NAME/KEY: the name of an object in the backend's namespace and a key in it, such as database/password"
		token = "looks like a password or a key: set it with: pulumi config set --secret --path secrets.A, and let this be {secret: A}"
	)
	variable := func(value string) string { return `{"env":{"A":` + value + `}}` }
	refuse(t, []badConfiguration{
		{name: "no names", backend: `{"env":["A"]}`, want: []string{"backend.env: must hold names, each with a value"}},
		{name: "a text", backend: `{"env":"A=1"}`, want: []string{"backend.env: must hold names, each with a value"}},
		{name: "empty", backend: `{"env":null}`, want: []string{"backend.env: must hold names, each with a value"}},
		{name: "a hyphen", backend: `{"env":{"A-B":"x"}}`, want: []string{"backend.env.A-B: " + name}},
		{name: "a digit first", backend: `{"env":{"1A":"x"}}`, want: []string{"backend.env.1A: " + name}},
		{name: "the greeting", backend: `{"env":{"GREETING":"x"}}`, want: []string{"backend.env.GREETING: is what backend.greeting sets"}},
		{name: "the admin listener", backend: `{"env":{"ADMIN_ADDRESS":"x"}}`, want: []string{"backend.env.ADMIN_ADDRESS: is what backend.metricsNamespace sets"}},
		{name: "the memory limit", backend: `{"env":{"GOMEMLIMIT":"x"}}`, want: []string{"backend.env.GOMEMLIMIT: follows from backend.memoryLimit"}},
		{name: "another port", backend: `{"env":{"ADDRESS":":80"}}`, want: []string{"backend.env.ADDRESS: must stay as it is: the Service and the probes expect the backend on one port"}},
		{name: "a number", backend: variable("8080"), want: []string{"backend.env.A: " + sourceForms}},
		{name: "nothing", backend: variable("null"), want: []string{"backend.env.A: " + sourceForms}},
		{name: "a list", backend: variable(`["x"]`), want: []string{"backend.env.A: " + sourceForms}},
		{name: "two sources", backend: variable(`{"secret":"a","field":"metadata.name"}`), want: []string{"backend.env.A: " + sourceForms}},
		{name: "no source", backend: variable(`{}`), want: []string{"backend.env.A: " + sourceForms}},
		{name: "another source", backend: variable(`{"fromVault":"canary"}`), want: []string{"backend.env.A: " + sourceForms}},
		{name: "a source that is no text", backend: variable(`{"secret":false}`), want: []string{"backend.env.A: " + sourceForms}},
		{name: "its own secret, which is not there", backend: variable(`{"secret":true}`), want: []string{"backend.env.A: there is no secret A: set it with: pulumi config set --secret --path secrets.A"}},
		{name: "its own secret and another source", backend: variable(`{"secret":true,"field":"metadata.name"}`), want: []string{"backend.env.A: " + sourceForms}},
		{name: "no secret of that name", backend: variable(`{"secret":"a"}`), want: []string{"backend.env.A: there is no secret a: set it with: pulumi config set --secret --path secrets.a"}},
		{name: "a name that no secret has", backend: variable(`{"secret":"a.b"}`), want: []string{`backend.env.A: secret: "a.b": must be at most 253 letters, digits, _ and -`}},
		{name: "an object without a key", backend: variable(`{"fromSecret":"a"}`), want: []string{`backend.env.A: fromSecret: "a": ` + key}},
		{name: "an object in another namespace", backend: variable(`{"fromConfigMap":"a/b/c"}`), want: []string{`backend.env.A: fromConfigMap: "a/b/c": ` + key}},
		{name: "an object in capitals", backend: variable(`{"fromSecret":"Db/password"}`), want: []string{`backend.env.A: fromSecret: "Db/password": ` + key}},
		{name: "an object with a long name", backend: variable(`{"fromSecret":"` + strings.Repeat("a", 254) + `/b"}`), want: []string{`backend.env.A: fromSecret: "` + strings.Repeat("a", 254) + `/b": ` + key}},
		{name: "a key that is a folder", backend: variable(`{"fromSecret":"a/.."}`), want: []string{`backend.env.A: fromSecret: "a/..": ` + key}},
		{name: "another field", backend: variable(`{"field":"spec.containers"}`), want: []string{`backend.env.A: field: "spec.containers": must be metadata.name or metadata.namespace or metadata.uid or spec.nodeName or spec.serviceAccountName or status.hostIP or status.podIP`}},
		{name: "too long", backend: variable(`"` + strings.Repeat("a", 32<<10+1) + `"`), want: []string{"backend.env.A: must be at most 32768 bytes long, none of them zero"}},
		{name: "a byte that ends texts", backend: variable(`"a\u0000"`), want: []string{"backend.env.A: must be at most 32768 bytes long, none of them zero"}},
		{name: "a URL with a password", backend: variable(`"postgres://u:canary@db/x"`), want: []string{"backend.env.A: " + token}},
		{name: "a private key", backend: variable(`"-----BEGIN EC PRIVATE KEY-----canary"`), want: []string{"backend.env.A: " + token}},
		{name: "every problem", backend: `{"env":{"A":1,"B":"x","C":2}}`, want: []string{"backend.env.A: " + sourceForms, "backend.env.C: " + sourceForms}},
		{name: "a text in a group that is encrypted", backend: variable(`"canary"`), secret: "backend", want: []string{beside("backend.env")}},
		{name: "a text beside one that is encrypted", backend: variable(`"canary"`), secret: "backend.env", want: []string{beside("backend.env")}},
		{name: "files in a group that is encrypted", backend: `{"files":{"/a":"canary"}}`, secret: "backend", want: []string{beside("backend.files")}},
	})
}

func beside(key string) string {
	return key + ": holds texts, which Kubernetes shows to many, and something beside them is encrypted: " +
		"set encrypted texts with: pulumi config set --secret --path secrets.NAME, and let these be {secret: NAME}; " +
		"another encrypted value goes on its own, without --path"
}

func TestBadFiles(t *testing.T) {
	t.Parallel()

	const name = "the name must be the whole path of a file, of letters, digits and . _ - /, such as /etc/app/config.yaml"
	half := strings.Repeat("a", 256<<10+1)
	refuse(t, []badConfiguration{
		{name: "a relative path", backend: `{"files":{"a":"x"}}`, want: []string{"backend.files.a: " + name}},
		{name: "a folder", backend: `{"files":{"/a/":"x"}}`, want: []string{"backend.files./a/: " + name}},
		{name: "a way up", backend: `{"files":{"/a/../b":"x"}}`, want: []string{"backend.files./a/../b: " + name}},
		{name: "the root", backend: `{"files":{"/":"x"}}`, want: []string{"backend.files./: " + name}},
		{name: "a space", backend: `{"files":{"/a b":"x"}}`, want: []string{"backend.files./a b: " + name}},
		{name: "the kernel's", backend: `{"files":{"/proc/1/environ":"x"}}`, want: []string{"backend.files./proc/1/environ: must not be in /proc"}},
		{name: "the temporary folder", backend: `{"files":{"/tmp":"x"}}`, want: []string{"backend.files./tmp: must not be in /tmp"}},
		{name: "a file in a file", backend: `{"files":{"/a":"x","/a/b":"x"}}`, want: []string{"backend.files./a: must not be a file, since /a/b is in it"}},
		{name: "a field", backend: `{"files":{"/a":{"field":"metadata.name"}}}`, want: []string{"backend.files./a: " + sourceForms}},
		{name: "a number", backend: `{"files":{"/a":1}}`, want: []string{"backend.files./a: " + sourceForms}},
		{name: "too long", backend: `{"files":{"/a":"` + half + half + `"}}`, want: []string{"backend.files./a: must be at most 524288 bytes long", fmt.Sprintf("backend.files: must not hold more than 524288 bytes in all, has %d", 512<<10+2)}},
		{name: "too long together", backend: `{"files":{"/a":"` + half + `","/b":"` + half + `"}}`, want: []string{fmt.Sprintf("backend.files: must not hold more than 524288 bytes in all, has %d", 512<<10+2)}},
		{name: "a private key", backend: `{"files":{"/a":"-----BEGIN PRIVATE KEY-----canary"}}`, want: []string{"backend.files./a: looks like a password or a key: set it with: pulumi config set --secret --path secrets.NAME, and let this be {secret: NAME}"}},
		{name: "no such secret", backend: `{"files":{"/a":{"secret":"b"}}}`, want: []string{"backend.files./a: there is no secret b: set it with: pulumi config set --secret --path secrets.b"}},
		{name: "a temporary folder as large as the disk", backend: `{"tmpSize":"256Mi"}`, want: []string{`backend.tmpSize: "256Mi": must be below backend.ephemeralStorageLimit, which is 256Mi, or full pods are killed`}},
		{name: "a temporary folder as large as the memory", backend: `{"tmpSize":"64Mi","tmpMedium":"memory"}`, want: []string{`backend.tmpSize: "64Mi": must be below backend.memoryLimit, which is 64Mi, or full pods are killed`}},
		{name: "a size that is none", backend: `{"tmpSize":"-1"}`, want: []string{`backend.tmpSize: "-1": ` + bytes}},
		{name: "another medium", backend: `{"tmpMedium":"tape"}`, want: []string{`backend.tmpMedium: "tape": must be disk or memory`}},
	})
}

func TestBadSecrets(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		key, value, encrypted, want string
	}{
		"not encrypted":       {"secrets", `{"a":"canary"}`, "backend", "secrets.a: must be a secret, set it with: pulumi config set --secret --path secrets.a"},
		"on its own":          {"secrets.a", "canary", "secrets.b", "secrets.a: must be a secret, set it with: pulumi config set --secret --path secrets.a"},
		"a list":              {"secrets", `["canary"]`, "secrets", "secrets: must hold names, each with a text"},
		"a number":            {"secrets", `{"a":4711}`, "secrets", "secrets.a: must be a single text, in quotes"},
		"an object":           {"secrets", `{"a":{"b":"canary"}}`, "secrets", "secrets.a: must be a single text, in quotes"},
		"a name with a dot":   {"secrets", `{"a.b":"canary"}`, "secrets", "secrets.a.b: the name must be at most 253 letters, digits, _ and -"},
		"nothing":             {"secrets", `{"a":""}`, "secrets", "secrets.a: must be 1 to 524288 bytes long"},
		"more than an object": {"secrets", `{"a":"` + strings.Repeat("a", 512<<10+1) + `"}`, "secrets", "secrets.a: must be 1 to 524288 bytes long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := settings.Load(project, map[string]string{project + ":" + test.key: test.value}, []string{project + ":" + test.encrypted})
			require.Error(t, err)
			assert.Equal(t, []string{test.want}, strings.Split(err.Error(), "\n")[1:])
			assert.NotContains(t, err.Error(), "canary")
		})
	}
}
