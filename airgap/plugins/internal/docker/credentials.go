package docker

import (
	"fmt"

	"github.com/distribution/reference"
	cliconfig "github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/credentials"
	"github.com/docker/docker/api/types/registry"
)

// dockerHub is the key under which Docker keeps the credentials of Docker Hub.
const dockerHub = "https://index.docker.io/v1/"

// hostCredentials returns what "docker login" has stored for the registry of
// an image, encoded for the engine. Nothing stored is fine: the registry may
// not ask.
func hostCredentials(imageName string) (string, error) {
	server, err := registryOf(imageName)
	if err != nil {
		return "", err
	}
	config, err := cliconfig.Load(cliconfig.Dir())
	if err != nil {
		return "", fmt.Errorf("reading Docker's configuration: %w", err)
	}
	config.CredentialsStore = credentials.DetectDefaultStore(config.CredentialsStore)
	stored, err := config.GetAuthConfig(server)
	if err != nil {
		return "", fmt.Errorf("reading the credentials for %s from Docker's configuration: %w", server, err)
	}
	return encodeCredentials(registry.AuthConfig{
		Username: stored.Username, Password: stored.Password, Auth: stored.Auth,
		ServerAddress: stored.ServerAddress, IdentityToken: stored.IdentityToken, RegistryToken: stored.RegistryToken,
	})
}

func encodeCredentials(credentials registry.AuthConfig) (string, error) {
	encoded, err := registry.EncodeAuthConfig(credentials)
	if err != nil {
		return "", fmt.Errorf("encoding the registry's credentials: %w", err)
	}
	return encoded, nil
}

// registryOf returns the registry that an image name means, in the form that
// credentials are stored under.
func registryOf(imageName string) (string, error) {
	named, err := reference.ParseNormalizedNamed(imageName)
	if err != nil {
		return "", fmt.Errorf("image name %q: %w", imageName, err)
	}
	if domain := reference.Domain(named); domain != "docker.io" {
		return domain, nil
	}
	return dockerHub, nil
}
