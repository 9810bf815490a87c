package trim

import "slices"

const (
	cli        = "github.com/pulumi/pulumi/pkg/v3"
	sdk        = "github.com/pulumi/pulumi/sdk/v3"
	plugin     = "github.com/pulumi/pulumi-kubernetes/provider/v4"
	markdown   = "github.com/charmbracelet/glamour"
	kubernetes = "k8s.io/kubernetes"
	apiserver  = "k8s.io/apiserver"
	client     = "k8s.io/client-go"
	dns        = "github.com/coredns/coredns"
)

// Modules are those of which a closed machine compiles only a part. What is left out says so when it is called; the decision is
// in docs/adr/0012-less-to-compile.md.
func Modules() []Module {
	return []Module{
		{Path: cli, Changes: slices.Concat(withoutCloudAPI(), withoutClouds(), withoutComponentHost())},
		{Path: sdk, Changes: []Change{{Path: "go/pulumi/provider", Keep: []string{"doc.go", "host.go", "main.go"}}}},
		{Path: plugin, Changes: withoutComponents()},
		{Path: markdown, Changes: withoutHighlighting()},
		{Path: client, Changes: withoutOldVersions()},
		{Path: kubernetes, Changes: withoutTestHelpers()},
		{Path: apiserver, Changes: []Change{
			// It is for tests, and the one importer of the fake clientset besides the scheduler's helper.
			{Path: "pkg/admission/plugin/policy/generic/policy_test_context.go"},
		}},
		{Path: dns, Changes: withoutEncryptedDNS()},
	}
}

// withoutCloudAPI leaves `pulumi api` out, a client for every call of Pulumi Cloud: its OpenAPI library is a quarter of what the
// command line compiles. Other commands use two of the package's files.
func withoutCloudAPI() []Change {
	const folder = "cmd/pulumi/cloud"
	return []Change{
		{Path: folder, Keep: []string{"api.go", "envelope.go", "resolve.go"}},
		{Path: folder + "/envelope.go", Edits: []Edit{{From: "[]ParamSpec", With: "[]json.RawMessage"}}},
		{Path: folder + "/api.go", Content: `package cloud

import (
	"errors"

	"github.com/spf13/cobra"
)

// NewAPICmd takes the place of a command that is left out.
func NewAPICmd() *cobra.Command {
	return &cobra.Command{
		Use: "api", Short: "Not part of the toolchain for closed machines", DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("pulumi api is not part of the toolchain for closed machines: use an official release of Pulumi")
		},
	}
}
`},
	}
}

// withoutClouds leaves the clients of public clouds out: state in Azure and Google buckets, keys in the key management of AWS, Azure
// and Google, and `pulumi logs` of AWS and Google. Who asks for one gets a list of what there is: file and s3 for state, hashivault
// for keys.
func withoutClouds() []Change {
	const authentication = "\t\"" + cli + "/authhelpers\"\n"
	return []Change{
		{Path: "backend/diy/backend.go", Edits: []Edit{
			{From: "\t_ \"gocloud.dev/blob/azureblob\"", Until: "\t_ \"gocloud.dev/blob/fileblob\""},
			{From: "\t\"gocloud.dev/blob/gcsblob\"", Until: "\t_ \"gocloud.dev/blob/s3blob\""},
			{From: authentication},
			{
				From: "\treturn blob.DefaultURLMux().ValidBucketScheme(u.Scheme)\n",
				With: "\treturn u.Scheme == \"azblob\" || u.Scheme == \"gs\" || blob.DefaultURLMux().ValidBucketScheme(u.Scheme)\n",
			},
			{
				From: "\t// for gcp we want", Until: "\tbucket, err := blobmux.OpenBucket",
				With: "\tif p.Scheme == \"azblob\" || p.Scheme == \"gs\" {\n\t\treturn nil, fmt.Errorf(" +
					"\"state in %s:// is not part of the toolchain for closed machines: use file://, s3:// or postgres://\", p.Scheme)\n\t}\n\n",
			},
		}},
		{Path: "secrets/cloud/manager.go", Edits: []Edit{
			{From: "\t_ \"gocloud.dev/secrets/awskms\"", Until: "\t_ \"gocloud.dev/secrets/hashivault\""},
			{From: "\t\"google.golang.org/api/cloudkms/v1\"\n"},
			{From: authentication},
			{From: "\tcase gcpkms.Scheme:", Until: "\tdefault:"},
		}},
		{Path: "operations/operations_aws.go"},
		{Path: "operations/operations_gcp.go"},
		{Path: "operations/resources.go", Edits: []Edit{
			{From: "\t\"context\"\n", With: "\t\"context\"\n\t\"errors\"\n"},
			{
				From: "\tcase \"aws\":", Until: "\tdefault:",
				With: "\tcase \"aws\", \"gcp\":\n\t\treturn nil, errors.New(\"logs of public clouds are not part of the toolchain for closed machines\")\n",
			},
		}},
	}
}

// withoutTestHelpers leaves out what only tests call, and what would have the fake clientset compiled.
func withoutTestHelpers() []Change {
	return []Change{{Path: "pkg/scheduler/backend/queue/testing.go"}}
}

// withoutEncryptedDNS leaves DNS over QUIC and gRPC out: pods ask over UDP and TCP.
func withoutEncryptedDNS() []Change {
	const folder = "core/dnsserver/"
	return []Change{
		{Path: folder + "quic.go"},
		{Path: folder + "server_quic.go"},
		{Path: folder + "server_grpc.go"},
		{Path: folder + "register.go", Edits: []Edit{{From: "\t\tcase transport.QUIC:\n\t\t\ts, err", Until: "\t\tcase transport.HTTPS:\n\t\t\ts, err"}}},
	}
}
