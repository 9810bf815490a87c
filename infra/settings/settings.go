// Package settings is the configuration of a stack as one typed value. It is the only room that reads configuration: what
// it hands on is complete and valid.
package settings

import (
	"net"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Settings is everything that a stack can set, group by group as in the stack files.
type Settings struct {
	Cluster Cluster
	Image   Image
	Backend Backend
	Verify  Verify
	// Secrets are texts that variables and files of the backend refer to by name.
	Secrets map[string]string
}

// Cluster says which Kubernetes to deploy to.
type Cluster struct {
	// Kind is Local for a cluster in containers on this machine, Existing for one that somebody else runs.
	Kind string
	// Name is the prefix of the container, network and volume names of a local cluster. A DNS-1123 label.
	Name string
	// NodeImage and RegistryImage are what a local cluster's two containers run.
	NodeImage, RegistryImage string
	// Privileged runs the node with every privilege, as k3s needs it where the host has cgroup v2. Otherwise it gets all
	// capabilities but SYS_RESOURCE, for engines that cannot grant that one.
	Privileged bool
	// APIPort and RegistryPort are the ports on 127.0.0.1 of a local cluster's API server and registry.
	APIPort, RegistryPort int
	// ReadyTimeoutSeconds bounds the wait for the node of a local cluster to be Ready.
	ReadyTimeoutSeconds int
	// Kubeconfig (its content, a secret), KubeconfigPath and Context lead to an existing cluster. A context alone selects from the
	// kubeconfig that kubectl would use. A content may do without, and then has a current one of its own.
	Kubeconfig, KubeconfigPath, Context string
	// Address is the host under which the cluster's node ports are reached.
	Address string
	// IgnoredKeys are the labels, annotations and finalizers that do not count as drift, IgnoredManagers the managers of fields
	// (https://kubernetes.io/docs/reference/using-api/server-side-apply) whose additions do not. Both are lists for List.
	IgnoredKeys, IgnoredManagers string
}

// Kinds of clusters.
const (
	Local    = "local"
	Existing = "existing"
)

// Types of Services, as Kubernetes calls them.
const (
	NodePort  = "NodePort"
	ClusterIP = "ClusterIP"
)

// Image says what the backend runs from.
type Image struct {
	// Repository is where the image is pushed: for a local cluster a path in its registry, otherwise with a registry host.
	Repository string
	// Tag is the tag that moves to an image as soon as a release of it is verified. The Deployment never uses it, it pins the digest.
	Tag string
	// TagCommit pushes the image under the Git commit instead of a tag made from its content, and has the backend tell the commit.
	TagCommit bool
	// Platform is what the binary is built for, os/architecture. Empty: linux on this machine's architecture.
	Platform string
	// Ref, when set, deploys this image, name@sha256:digest, and builds nothing.
	Ref string
	// RegistryUsername and RegistryPassword, a secret, are for the registry in Repository. Empty: what docker login has
	// stored on this machine.
	RegistryUsername, RegistryPassword string
}

// Architecture is the one that the image is built for, such as amd64. Empty: that of this machine.
func (i Image) Architecture() string {
	_, architecture, _ := strings.Cut(i.Platform, "/")
	return architecture
}

// Backend says how the backend runs.
type Backend struct {
	Namespace string
	// Replicas is the number of pods; where they are autoscaled, the least.
	Replicas int
	// MaxReplicas is the most pods that an autoscaler may run, which aims at TargetCPUPercent of their CPU requests. 0: there
	// is no autoscaler.
	MaxReplicas, TargetCPUPercent int
	Greeting                      string
	// ServiceType is NodePort, for a fixed port of every node, or ClusterIP, for an Ingress or a Gateway of the cluster's own.
	ServiceType string
	// NodePort is the port of every node under which a Service of that type is reached.
	NodePort int
	// URL is where users reach the backend. Empty: on the node port.
	URL string
	// DNSEgress lets the pods ask the cluster's DNS server. Nothing else is ever open to them.
	DNSEgress bool
	// CPURequest, CPULimit, MemoryRequest and MemoryLimit are Kubernetes quantities.
	CPURequest, CPULimit, MemoryRequest, MemoryLimit string
	// EphemeralStorageRequest and EphemeralStorageLimit are Kubernetes quantities. The pods write nothing but their log:
	// at most five files of 10 MiB, by the kubelet's defaults, and what comes in the ten seconds until it looks.
	EphemeralStorageRequest, EphemeralStorageLimit string
	// ProgressDeadlineSeconds is how long a rollout may make no progress before it counts as failed.
	ProgressDeadlineSeconds int
	// RolloutPatienceSeconds is how long a deployment waits, while a rollout makes no progress, for what Kubernetes may get over by
	// itself: a node that has no room yet, a registry that does not answer, a full quota. 0: until the progress deadline, the one
	// number that says how long a rollout may stand still.
	RolloutPatienceSeconds int
	// MinReadySeconds is how long a new pod must have been ready before it counts as available.
	MinReadySeconds int
	// MaxSurge is how many pods a rollout may have beyond Replicas, a number or a percentage.
	MaxSurge string
	// RevisionHistoryLimit is how many old ReplicaSets are kept.
	RevisionHistoryLimit int
	// AppArmorProfile is the type of the pods' AppArmor profile. Empty: the node decides. A node without AppArmor refuses pods
	// that name one.
	AppArmorProfile string
	// MetricsNamespace is the namespace whose pods may read the metrics. Empty: the admin listener stays on loopback.
	MetricsNamespace string
	// Env are variables of the backend, by name, besides those that the program sets, and Files what is mounted read-only, by path.
	Env, Files map[string]Source
	// TmpSize is how much the pods may write to /tmp, a Kubernetes quantity. Empty: nothing. TmpMedium is Disk or Memory.
	TmpSize, TmpMedium string
	// Egress are ways out for the backend, besides DNSEgress, and IngressFrom is who may talk to it. None: everybody, as far as the
	// cluster lets them.
	Egress      []Egress
	IngressFrom []Peer
	// Labels and Annotations are on every object, the labels on the pods too, and PodAnnotations on the pods.
	Labels, Annotations, PodAnnotations map[string]string
	// ServiceAccountAnnotations give the pods an identity at a cloud.
	ServiceAccountAnnotations map[string]string
	// NodeSelector and Tolerations choose nodes, besides the system and architecture of the image.
	NodeSelector map[string]string
	Tolerations  []Toleration
	// PriorityClassName is that of an object that somebody else keeps. Empty: the cluster's default.
	PriorityClassName string
	// RunAsUser is the user and group of the process. Empty: the cluster assigns one, as OpenShift does.
	RunAsUser string
	// ImagePullSecrets are Secrets in the backend's namespace that somebody else keeps, for a registry that asks who pulls.
	ImagePullSecrets []string
}

// defaultUser is the user and the group of the process, as in app/Dockerfile. At 10000 and above they are those of nobody on a host.
const defaultUser = 65532

// ignoredKeys are those by which kubectl and common distributions and meshes note something on objects of others: a restart by hand,
// Rancher's projects, Google's load balancers and Autopilot, the sidecars of Istio and Linkerd, OpenShift's ranges of users.
const ignoredKeys = "kubectl.kubernetes.io/restartedAt,deployment.kubernetes.io/*,cattle.io/*,*.cattle.io/*,cloud.google.com/*," +
	"*.gke.io/*,istio.io/*,*.istio.io/*,linkerd.io/*,*.linkerd.io/*,openshift.io/*,*.openshift.io/*"

// Default returns the settings of a stack that sets nothing. Pulumi.yaml declares the same defaults.
func Default() Settings {
	return Settings{
		Cluster: Cluster{
			Kind:                Local,
			Name:                "ashapp-backend",
			NodeImage:           "rancher/k3s:v1.34.2-k3s1@sha256:331ec2db7e78a5ccc5da6a744003079045e0b0ecc35b7d1733b7185c5f48829e",
			RegistryImage:       "registry:3.0.0@sha256:6c5666b861f3505b116bb9aa9b25175e71210414bd010d92035ff64018f9457e",
			Privileged:          true,
			APIPort:             6443,
			RegistryPort:        5001,
			ReadyTimeoutSeconds: 180,
			Address:             "127.0.0.1",
			IgnoredKeys:         ignoredKeys,
			IgnoredManagers:     "kube-controller-manager",
		},
		Image: Image{Repository: "ashapp-backend", Tag: "latest"},
		Backend: Backend{
			Namespace:               "ashapp-backend",
			Replicas:                2,
			TargetCPUPercent:        70,
			Greeting:                "Hello from ashapp-backend!",
			ServiceType:             NodePort,
			NodePort:                30080,
			CPURequest:              "50m",
			CPULimit:                "500m",
			MemoryRequest:           "64Mi",
			MemoryLimit:             "64Mi",
			EphemeralStorageRequest: "16Mi",
			EphemeralStorageLimit:   "256Mi",
			ProgressDeadlineSeconds: 40,
			MaxSurge:                "100%",
			RevisionHistoryLimit:    3,
			TmpMedium:               Disk,
			RunAsUser:               strconv.Itoa(defaultUser),
		},
		Verify: defaultVerify(),
	}
}

// Label is the key of the Docker label on every container, network and volume of a local cluster, so that they can be
// found without Pulumi's state. Its value is the cluster's name.
const Label = "ashapp-backend.cluster"

// RegistryHost is the name of a local cluster's registry from this machine; empty for an existing cluster, whose images are pushed to a
// registry elsewhere. Docker takes localhost for a registry that may be spoken to in plain HTTP, and the node mirrors the same name to
// the container.
func (c Cluster) RegistryHost() string {
	if c.Kind == Existing {
		return ""
	}
	return "localhost:" + strconv.Itoa(c.RegistryPort)
}

// NodeName is the name of a local cluster's node: of the container, and of the Node in Kubernetes.
func (c Cluster) NodeName() string { return c.Name + "-node" }

// RegistryName is the name of a local cluster's registry and of the volume with its data.
func (c Cluster) RegistryName() string { return c.Name + "-registry" }

// Autoscaled tells whether the number of pods is an autoscaler's to choose.
func (b Backend) Autoscaled() bool { return b.MaxReplicas > 0 }

// GoMemoryLimit is the Go runtime's soft limit, GOMEMLIMIT, in bytes: 90 % of the hard one, at which a pod is killed. The
// rest is for what the runtime does not count.
func (b Backend) GoMemoryLimit() string {
	limit := resource.MustParse(b.MemoryLimit) // checked by Load
	return strconv.FormatInt(limit.Value()/10*9, 10)
}

// Repository is where images are pushed, with the registry's host.
func (s Settings) Repository() string {
	if host := s.Cluster.RegistryHost(); host != "" {
		return host + "/" + s.Image.Repository
	}
	return s.Image.Repository
}

// URL is where the backend is reached from outside the cluster.
func (s Settings) URL() string {
	if s.Backend.URL != "" {
		return s.Backend.URL
	}
	return "http://" + net.JoinHostPort(s.Cluster.Address, strconv.Itoa(s.Backend.NodePort)) + "/"
}
