// Command infra is the Pulumi program of every stack: it provides the cluster, builds the image and deploys the backend.
package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/internal/backend"
	"github.com/ashwanth01/ashapp-backend/infra/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/infra/internal/image"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

func main() {
	var stack pulumi.RunInfo
	pulumi.Run(func(ctx *pulumi.Context) error {
		outputs, err := deploy(ctx, stack)
		for name, value := range outputs {
			ctx.Export(name, value)
		}
		return err
	}, func(info *pulumi.RunInfo) { stack = *info })
}

// deploy is the whole infrastructure, in the order in which it comes about. It returns the stack's outputs. The stack's
// configuration is read as a whole: a Context gives it value by value only, which could not tell an unknown key.
func deploy(ctx *pulumi.Context, stack pulumi.RunInfo) (pulumi.Map, error) {
	s, err := settings.Load(stack.Project, stack.Config, stack.ConfigSecretKeys)
	if err != nil {
		return nil, err
	}
	target, err := cluster.New(ctx, s.Cluster, s.Backend.NodePort)
	if err != nil {
		return nil, err
	}
	ref, err := image.New(ctx, s.Image, image.Registry{Host: target.Registry, Ready: target.RegistryReady})
	if err != nil {
		return nil, err
	}
	app, err := backend.New(ctx, "backend", backend.Args{
		Settings: s.Backend, Secrets: s.Secrets, Image: ref, Architecture: s.Image.Architecture(), Options: target.Options,
		Values: backendValues(s, stack),
	})
	if err != nil {
		return nil, err
	}
	outputs := pulumi.Map{
		"url":       pulumi.String(s.URL()),
		"image":     ref,
		"namespace": app.Namespace,
	}
	if target.Kubeconfig != nil {
		outputs["kubeconfig"] = target.Kubeconfig
	}
	return outputs, nil
}

// backendValues are the backend's settings, secret where any of them is.
func backendValues(s settings.Settings, stack pulumi.RunInfo) pulumi.Output {
	values := pulumi.ToOutput(pulumi.ToStringMap(s.Values("backend")))
	for _, key := range stack.ConfigSecretKeys {
		if strings.HasPrefix(key, stack.Project+":backend") {
			return pulumi.ToSecret(values)
		}
	}
	return values
}
