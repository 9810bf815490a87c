// Command pulumi-resource-kubernetes is the official Kubernetes plugin of Pulumi, from its Go module. Its own main package needs a schema that is
// generated when it is released: programs in Go ask for none.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is the release that the module's commit is: https://github.com/pulumi/pulumi-kubernetes/releases/tag/v4.25.0
const version = "4.25.0"

func main() {
	provider.Serve("kubernetes", version, nil, nil)
}
