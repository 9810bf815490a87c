package backend_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/backend"
	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// withSources is a backend with a variable and a file of every form.
func withSources() settings.Backend {
	s := settings.Default().Backend
	s.Env = map[string]settings.Source{
		"PLAIN": {Value: "a $5 bill"}, "EMPTY": {}, "TOKEN": {Secret: "token"}, "PASSWORD": {FromSecret: "database/password"},
		"LEVEL": {FromConfigMap: "logging/level"}, "POD": {Field: "metadata.name"},
	}
	s.Files = map[string]settings.Source{
		"/etc/app/config.yaml": {Value: "a: 1\n"}, "/etc/app/empty": {}, "/etc/app/certificate": {Secret: "certificate"},
		"/etc/app/tls.key": {FromSecret: "tls/key"}, "/etc/other/config.yaml": {FromConfigMap: "flags/all"},
	}
	return s
}

func secrets() map[string]string {
	return map[string]string{"token": "canary", "certificate": "canary too", "unused": "never sent"}
}

func recordWith(t *testing.T, s settings.Backend, secrets map[string]string) *recording.Recording {
	t.Helper()
	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		provider, err := kubernetes.NewProvider(ctx, "target", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		_, err = backend.New(ctx, "backend", backend.Args{
			Settings: s, Secrets: secrets, Image: pulumi.String(ref), Options: []pulumi.ResourceOption{pulumi.Provider(provider)},
		})
		return err
	}, false)
	require.NoError(t, err)
	return recorded
}

func TestVariablesReachTheContainer(t *testing.T) {
	t.Parallel()

	recorded := recordWith(t, withSources(), secrets())
	secret := recorded.Resource(t, "secrets").Text("metadata.name")
	key := func(object any, name string) map[string]any { return map[string]any{"name": object, "key": name} }
	variable := func(name, source string, value map[string]any) map[string]any {
		return map[string]any{"name": name, "valueFrom": map[string]any{source: value}}
	}
	env := recorded.Resource(t, "deployment").Text("spec.template.spec.containers[0].env").([]any)
	assert.Equal(t, []any{
		map[string]any{"name": "EMPTY", "value": ""},
		variable("LEVEL", "configMapKeyRef", key("logging", "level")),
		variable("PASSWORD", "secretKeyRef", key("database", "password")),
		map[string]any{"name": "PLAIN", "value": "a $$5 bill"},
		variable("POD", "fieldRef", map[string]any{"fieldPath": "metadata.name"}),
		variable("TOKEN", "secretKeyRef", key(secret, "token")),
	}, env[2:], "after GREETING and GOMEMLIMIT")
}

func TestFilesReachTheContainer(t *testing.T) {
	t.Parallel()

	recorded := recordWith(t, withSources(), secrets())
	secret := recorded.Resource(t, "secrets").Text("metadata.name")
	configMap := recorded.Resource(t, "files").Text("metadata.name")
	source := func(kind string, object any, key, file string) map[string]any {
		return map[string]any{kind: map[string]any{"name": object, "items": []any{map[string]any{"key": key, "path": file}}}}
	}
	deployment := recorded.Resource(t, "deployment")
	assert.Equal(t, []any{map[string]any{"name": "files", "projected": map[string]any{"defaultMode": float64(0o444), "sources": []any{
		source("secret", secret, "certificate", "0-certificate"),
		source("configMap", configMap, "1-config.yaml", "1-config.yaml"),
		source("configMap", configMap, "2-empty", "2-empty"),
		source("secret", "tls", "key", "3-tls.key"),
		source("configMap", "flags", "all", "4-config.yaml"),
	}}}}, deployment.Text("spec.template.spec.volumes"))
	mount := func(file, path string) map[string]any {
		return map[string]any{"name": "files", "subPath": file, "mountPath": path, "readOnly": true}
	}
	assert.Equal(t, []any{
		mount("0-certificate", "/etc/app/certificate"), mount("1-config.yaml", "/etc/app/config.yaml"), mount("2-empty", "/etc/app/empty"),
		mount("3-tls.key", "/etc/app/tls.key"), mount("4-config.yaml", "/etc/other/config.yaml"),
	}, deployment.Text("spec.template.spec.containers[0].volumeMounts"))
	assert.Equal(t, map[string]any{"1-config.yaml": "a: 1\n", "2-empty": ""}, recorded.Resource(t, "files").Text("data"))
}

func TestTemporaryFolderIsOnDiskOrInMemory(t *testing.T) {
	t.Parallel()

	for medium, want := range map[string]map[string]any{
		settings.Disk:   {"sizeLimit": "16Mi"},
		settings.Memory: {"sizeLimit": "16Mi", "medium": "Memory"},
	} {
		s := settings.Default().Backend
		s.TmpSize, s.TmpMedium = "16Mi", medium
		deployment := recordWith(t, s, nil).Resource(t, "deployment")
		assert.Equal(t, []any{map[string]any{"name": "tmp", "emptyDir": want}}, deployment.Text("spec.template.spec.volumes"))
		assert.Equal(t, []any{map[string]any{"name": "tmp", "mountPath": "/tmp"}},
			deployment.Text("spec.template.spec.containers[0].volumeMounts"))
	}
}

// What is encrypted in the stack file is a secret for Pulumi, in a Secret, and nowhere else.
func TestSecretsAreInASecretOnly(t *testing.T) {
	t.Parallel()

	recorded := recordWith(t, withSources(), secrets())
	secret := recorded.Resource(t, "secrets")
	assert.True(t, secret.Input("stringData").IsSecret())
	assert.True(t, secret.Request.GetRetainOnDelete(), "an earlier release that comes back must find it")
	assert.Equal(t, map[string]any{"token": "canary", "certificate": "canary too"}, secret.Text("stringData"))
	for _, object := range []string{"secrets", "files"} {
		assert.Equal(t, true, recorded.Resource(t, object).Text("immutable"), object)
		assert.Equal(t, "ashapp-backend", recorded.Resource(t, object).Text("metadata.namespace"), object)
		assert.Condition(t, func() bool {
			return dependsOn(recorded.Resource(t, "deployment"), "::"+object)
		}, "the Deployment must wait for %s", object)
	}
	for name := range recorded.Types() {
		content, err := json.Marshal(recorded.Resource(t, name).Inputs.Mappable())
		require.NoError(t, err)
		if name != "secrets" {
			assert.NotContains(t, string(content), "canary", name)
		}
	}
}

// The name of an object follows from its content, so that a change of it rolls the pods out, and nothing else does.
func TestObjectsAreNamedAfterTheirContent(t *testing.T) {
	t.Parallel()

	names := func(s settings.Backend, secrets map[string]string) (secret, files any) {
		recorded := recordWith(t, s, secrets)
		return recorded.Resource(t, "secrets").Text("metadata.name"), recorded.Resource(t, "files").Text("metadata.name")
	}
	secret, files := names(withSources(), secrets())
	assert.Regexp(t, regexp.MustCompile(`^ashapp-backend-secrets-[0-9a-f]{10}$`), secret)
	assert.Regexp(t, regexp.MustCompile(`^ashapp-backend-files-[0-9a-f]{10}$`), files)

	again, filesAgain := names(withSources(), secrets())
	assert.Equal(t, secret, again)
	assert.Equal(t, files, filesAgain)

	rotated := secrets()
	rotated["token"] = "another"
	other, same := names(withSources(), rotated)
	assert.NotEqual(t, secret, other)
	assert.Equal(t, files, same)

	changed := withSources()
	changed.Files["/etc/app/config.yaml"] = settings.Source{Value: "a: 2\n"}
	same, other = names(changed, secrets())
	assert.Equal(t, secret, same)
	assert.NotEqual(t, files, other)
}

func TestNothingIsDeclaredForSourcesOfOthers(t *testing.T) {
	t.Parallel()

	s := settings.Default().Backend
	s.Env = map[string]settings.Source{"A": {FromSecret: "a/b"}, "B": {Value: "plain"}}
	s.Files = map[string]settings.Source{"/a": {FromConfigMap: "a/b"}}
	types := recordWith(t, s, secrets()).Types()
	assert.NotContains(t, types, "secrets")
	assert.NotContains(t, types, "files")
}
