package settings_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const project = "ashapp-backend"

func TestAnEmptyConfigurationIsTheDefault(t *testing.T) {
	t.Parallel()

	got, err := settings.Load(project, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, settings.Default(), got)
}

func TestConfigurationOverridesDefaults(t *testing.T) {
	t.Parallel()

	got, err := settings.Load(project, map[string]string{
		project + ":cluster": `{"kind":"existing","kubeconfig":"apiVersion: v1","context":"blue"}`,
		project + ":image":   `{"repository":"docker.io/name/app","platform":"linux/arm64","registryUsername":"u","registryPassword":"p"}`,
		project + ":backend": `{"replicas":"3","greeting":"true","nodePort":31000,"cpuLimit":2,"dnsEgress":true}`,
		"docker:host":        "unix:///run/docker.sock",
	}, []string{project + ":cluster", project + ":image"})
	require.NoError(t, err)

	want := settings.Default()
	want.Cluster.Kind, want.Cluster.Kubeconfig, want.Cluster.Context = settings.Existing, "apiVersion: v1", "blue"
	want.Image.Repository, want.Image.Platform = "docker.io/name/app", "linux/arm64"
	want.Image.RegistryUsername, want.Image.RegistryPassword = "u", "p"
	want.Backend.Replicas, want.Backend.Greeting, want.Backend.NodePort = 3, "true", 31000
	want.Backend.CPULimit, want.Backend.DNSEgress = "2", true
	assert.Equal(t, want, got)
}

func TestSingleKeyBeatsItsGroup(t *testing.T) {
	t.Parallel()

	got, err := settings.Load("mine", map[string]string{
		"mine:backend": `{"replicas":3,"greeting":"from the group"}`, "mine:backend.greeting": "hello", "mine:image.tagCommit": "true",
	}, nil)
	require.NoError(t, err)
	want := settings.Default()
	want.Backend.Replicas, want.Backend.Greeting, want.Image.TagCommit = 3, "hello", true
	assert.Equal(t, want, got)
}

func TestGoMemoryLimitIsNineTenthsOfTheLimit(t *testing.T) {
	t.Parallel()

	for limit, want := range map[string]string{"64Mi": "60397974", "100M": "90000000", "1Gi": "966367638"} {
		assert.Equal(t, want, settings.Backend{MemoryLimit: limit}.GoMemoryLimit(), limit)
	}
}

func TestURLIsTheNodePortUnlessItIsGiven(t *testing.T) {
	t.Parallel()

	s := settings.Default()
	s.Cluster.Address = "::1"
	assert.Equal(t, "http://[::1]:30080/", s.URL())
	s.Backend.URL = "https://app.example.com/"
	assert.Equal(t, "https://app.example.com/", s.URL())
}

func TestUnknownGroupIsRefused(t *testing.T) {
	t.Parallel()

	_, err := settings.Load(project, map[string]string{project + ":database": "{}"}, nil)
	assert.ErrorContains(t, err, "database: unknown key, the groups are backend, cluster, image, secrets, verify")
}

// declaration is what Pulumi.yaml says of a key.
type declaration struct {
	Type, Description string
	Default           any
}

// declaredKeys are those of the project, and those that pulumi new asks for.
func declaredKeys(t *testing.T) (all, asked map[string]declaration) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "Pulumi.yaml"))
	require.NoError(t, err)
	var file struct {
		Name     string
		Config   map[string]declaration
		Template struct{ Config map[string]declaration }
	}
	require.NoError(t, yaml.Unmarshal(content, &file))
	assert.Equal(t, project, file.Name)
	return file.Config, file.Template.Config
}

func TestTemplateAsksAsTheProjectDeclares(t *testing.T) {
	t.Parallel()

	all, asked := declaredKeys(t)
	assert.NotEmpty(t, asked)
	for key, question := range asked {
		assert.Equal(t, fmt.Sprint(all[key].Default), question.Default, key)
		assert.Equal(t, all[key].Description, question.Description, key)
	}
}

// The command line applies the defaults in Pulumi.yaml, tests and other readers those in Default: they must be one.
func TestProjectFileDeclaresEveryKeyWithItsDefault(t *testing.T) {
	t.Parallel()

	declaredKeys, _ := declaredKeys(t)
	nested := map[string]map[string]any{}
	for key, declared := range declaredKeys {
		group, name, found := strings.Cut(key, ".")
		require.True(t, found, "%s is in no group", key)
		assert.NotEmpty(t, declared.Description, "%s has no description", key)
		assert.Contains(t, []string{"string", "integer", "boolean", "object", "array"}, declared.Type, key)
		require.NotNil(t, declared.Default, "%s has no default, so every stack would have to set it", key)
		if nested[group] == nil {
			nested[group] = map[string]any{}
		}
		nested[group][name] = declared.Default
	}
	config := map[string]string{}
	for group, values := range nested {
		object, err := json.Marshal(values)
		require.NoError(t, err)
		config[project+":"+group] = string(object)
	}
	got, err := settings.Load(project, config, nil)
	require.NoError(t, err, "every declared key must be known, and its default valid")
	assert.Equal(t, settings.Default(), got)
	assert.ElementsMatch(t, settings.Keys(), slices.Collect(maps.Keys(declaredKeys)), "every known key must be declared")
}

func TestStackFilesAreValid(t *testing.T) {
	t.Parallel()

	for stack, kind := range map[string]string{"dev": settings.Local, "airgap": settings.Local, "prod": settings.Existing} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()

			config, secretKeys, err := settings.ReadStackFile(filepath.Join("..", "..", "Pulumi."+stack+".yaml"))
			require.NoError(t, err)
			got, err := settings.Load(project, config, secretKeys)
			require.NoError(t, err)
			assert.Equal(t, kind, got.Cluster.Kind)
		})
	}
}

func TestRepositoryNamesTheRegistry(t *testing.T) {
	t.Parallel()

	s := settings.Default()
	s.Cluster.RegistryPort, s.Image.Repository = 5002, "team/app"
	assert.Equal(t, "localhost:5002", s.Cluster.RegistryHost())
	assert.Equal(t, "localhost:5002/team/app", s.Repository())
	s.Cluster.Kind, s.Image.Repository = settings.Existing, "docker.io/team/app"
	assert.Empty(t, s.Cluster.RegistryHost())
	assert.Equal(t, "docker.io/team/app", s.Repository())
}
