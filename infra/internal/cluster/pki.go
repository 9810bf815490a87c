package cluster

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// keyPair is a certificate and its private key, both PEM.
type keyPair struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// authorities is what the cluster's identity consists of. k3s wants two different certificate authorities: clients
// verify the API server by one, the API server verifies clients by the other.
type authorities struct {
	Server keyPair `json:"server"`
	Client keyPair `json:"client"`
	// Admin is a client certificate with all rights, signed by Client.
	Admin keyPair `json:"admin"`
}

// pki is the authorities as they are kept in the stack, a secret JSON text.
type pki struct{ stash pulumi.StringOutput }

// newPKI keeps the cluster's authorities in the stack. They are made anew at each run and only the first ones are kept:
// the stash's output never changes, and its changing input is ignored, or every run would show an update.
func newPKI(ctx *pulumi.Context, options ...pulumi.ResourceOption) (pki, error) {
	fresh, err := generateAuthorities()
	if err != nil {
		return pki{}, err
	}
	content, err := json.Marshal(fresh)
	if err != nil {
		return pki{}, fmt.Errorf("encoding the cluster's certificates: %w", err)
	}
	stash, err := pulumi.NewStash(ctx, "pki", &pulumi.StashArgs{
		Input: pulumi.ToSecret(pulumi.String(content)),
	}, append(options, pulumi.IgnoreChanges([]string{"input"}))...)
	if err != nil {
		return pki{}, fmt.Errorf("declaring the cluster's certificates: %w", err)
	}
	kept := stash.Output.ApplyT(func(value any) (string, error) {
		text, ok := value.(string)
		if !ok {
			return "", fmt.Errorf("reading the cluster's certificates from the stack: a %T is kept there, not a text", value)
		}
		return text, nil
	}).(pulumi.StringOutput)
	return pki{stash: pulumi.ToSecret(kept).(pulumi.StringOutput)}, nil
}

// text computes a text from the authorities. It is as secret as they are.
func (p pki) text(from func(authorities) (string, error)) pulumi.StringOutput {
	return p.stash.ApplyT(func(content string) (string, error) {
		var kept authorities
		if err := json.Unmarshal([]byte(content), &kept); err != nil {
			return "", fmt.Errorf("decoding the cluster's certificates: %w", err)
		}
		return from(kept)
	}).(pulumi.StringOutput)
}

// uploads puts the two authorities where k3s looks for them, readable by nobody but root.
func (p pki) uploads() (files docker.ContainerUploadArray) {
	for _, file := range []struct {
		name    string
		content func(authorities) (string, error)
	}{
		{"server-ca.crt", func(a authorities) (string, error) { return a.Server.Certificate, nil }},
		{"server-ca.key", func(a authorities) (string, error) { return a.Server.Key, nil }},
		{"client-ca.crt", func(a authorities) (string, error) { return a.Client.Certificate, nil }},
		{"client-ca.key", func(a authorities) (string, error) { return a.Client.Key, nil }},
	} {
		files = append(files, docker.ContainerUploadArgs{
			File:        pulumi.String(tlsDirectory + file.name),
			Content:     p.text(file.content),
			Permissions: pulumi.String("0600"),
		})
	}
	return files
}

// kubeconfig is the administrator's kubeconfig of the cluster called name: it follows from the authorities alone, so
// there is no file to wait for.
func (p pki) kubeconfig(name string, apiPort int) pulumi.StringOutput {
	return p.text(func(a authorities) (string, error) { return adminKubeconfig(a, name, apiPort) })
}
