// Command kube is etcd, every Kubernetes component of the node, its DNS server and its metrics server in one binary. The
// name that it is called by decides which of them runs, so the image holds it once and links to it. They share most of
// their code: one binary is a fraction of the size and of the link time of one for each.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // CronJobs name time zones, and the image has no zone files.

	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/errors" // What the Corefile of the node names.
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	genericserver "k8s.io/apiserver/pkg/server"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubectl's ways to log in.
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
	metrics "sigs.k8s.io/metrics-server/cmd/metrics-server/app"

	"github.com/ashwanth01/ashapp-backend/airgap/internal/multicall"
)

func main() {
	os.Exit(multicall.Run(components(), os.Args, os.Stderr))
}

// components are the programs of the node by the names that Kubernetes gives them.
func components() map[string]multicall.Program {
	return map[string]multicall.Program{
		"etcd":                    runEtcd,
		"kube-apiserver":          run(apiserver.NewAPIServerCommand),
		"kube-controller-manager": run(controllermanager.NewControllerManagerCommand),
		"kube-scheduler":          run(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
		"kube-proxy":              run(proxy.NewProxyCommand),
		"kubelet":                 run(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
		"kubectl":                 runKubectl,
		"kube-router":             run(newPolicyController),
		"coredns":                 runCoreDNS,
		"metrics-server":          run(func() *cobra.Command { return metrics.NewMetricsServerCommand(genericserver.SetupSignalHandler()) }),
	}
}

// run makes the entry point of a component that upstream builds as a cobra command. The constructors register flags
// and feature gates in process-wide tables, so only the one that runs may be called.
func run(newCommand func() *cobra.Command) multicall.Program {
	return func([]string) int { return cli.Run(newCommand()) }
}

func runEtcd(args []string) int {
	etcdmain.Main(args)
	return 0
}

// runCoreDNS returns when a signal has ended the server.
func runCoreDNS([]string) int {
	coremain.Run()
	return 0
}

func runKubectl([]string) int {
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err)
	}
	return 0
}
