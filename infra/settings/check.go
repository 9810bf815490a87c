package settings

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// check holds the settings to the rules that take more than one key.
func (s *Settings) check() (problems []error) {
	problems = append(problems, s.Cluster.check()...)
	problems = append(problems, s.Image.check()...)
	problems = append(problems, s.Backend.check()...)
	problems = append(problems, s.checkWorkload()...)
	if s.Cluster.Kind == Local {
		return append(problems, s.checkLocal()...)
	}
	return append(problems, s.checkExisting()...)
}

// checkLocal holds the settings to what a cluster in containers on this machine can do.
func (s *Settings) checkLocal() (problems []error) {
	problems = append(problems, s.checkPorts()...)
	problems = append(problems, s.Verify.checkLocal()...)
	if s.Image.Ref == "" && namesRegistry(s.Image.Repository) {
		problems = append(problems, fmt.Errorf(
			"image.repository: %q: must be a path without a registry host when cluster.kind is %s, which has its own registry",
			s.Image.Repository, Local))
	}
	if s.Image.RegistryUsername != "" || s.Image.RegistryPassword != "" {
		problems = append(problems, fmt.Errorf("image.registryUsername, image.registryPassword: "+
			"must be empty when cluster.kind is %s, whose registry asks for no login", Local))
	}
	if s.Backend.ServiceType != NodePort {
		problems = append(problems, fmt.Errorf("backend.serviceType: %q: must be %s when cluster.kind is %s, "+
			"which publishes that port on this machine", s.Backend.ServiceType, NodePort, Local))
	}
	if s.Backend.URL != "" {
		problems = append(problems, fmt.Errorf("backend.url: %q: must be empty when cluster.kind is %s, "+
			"where the backend is reached on backend.nodePort", s.Backend.URL, Local))
	}
	return problems
}

// checkExisting holds the settings to what must be known of a cluster that somebody else runs.
func (s *Settings) checkExisting() (problems []error) {
	if s.Image.Ref == "" && !namesRegistry(s.Image.Repository) {
		problems = append(problems, fmt.Errorf(
			"image.repository: %q: must begin with a registry host, such as docker.io, when cluster.kind is %s",
			s.Image.Repository, Existing))
	}
	if s.Image.Ref == "" && s.Image.Platform == "" {
		problems = append(problems, fmt.Errorf("image.platform: must be set when cluster.kind is %s, "+
			"whose nodes need not be like this machine", Existing))
	}
	return problems
}

func (i Image) check() (problems []error) {
	if (i.RegistryUsername == "") != (i.RegistryPassword == "") {
		problems = append(problems, errors.New("image.registryUsername, image.registryPassword: must both be set or both be empty"))
	}
	return problems
}

// leastMemory is half as much again as the backend takes under load, 21 MB by make bench-app.
const leastMemory = "32Mi"

func (b Backend) check() (problems []error) {
	problems = append(problems, notAbove("backend.cpuRequest", b.CPURequest, "backend.cpuLimit", b.CPULimit)...)
	problems = append(problems, notAbove("backend.memoryRequest", b.MemoryRequest, "backend.memoryLimit", b.MemoryLimit)...)
	problems = append(problems, notAbove("backend.ephemeralStorageRequest", b.EphemeralStorageRequest,
		"backend.ephemeralStorageLimit", b.EphemeralStorageLimit)...)
	if b.Autoscaled() && b.MaxReplicas < b.Replicas {
		problems = append(problems, fmt.Errorf(
			"backend.maxReplicas: %d: must be 0 or not below backend.replicas, which is %d", b.MaxReplicas, b.Replicas))
	}
	if limit, err := resource.ParseQuantity(b.MemoryLimit); err == nil && limit.Cmp(resource.MustParse(leastMemory)) < 0 {
		problems = append(problems, fmt.Errorf("backend.memoryLimit: %q: must not be below %s, or pods are killed under load",
			b.MemoryLimit, leastMemory))
	}
	if b.ServiceType == ClusterIP && b.URL == "" {
		problems = append(problems, fmt.Errorf(
			"backend.url: must be set when backend.serviceType is %s: nothing else tells where users reach the backend", ClusterIP))
	}
	if b.MinReadySeconds >= b.ProgressDeadlineSeconds {
		problems = append(problems, fmt.Errorf(
			"backend.minReadySeconds: %d: must be below backend.progressDeadlineSeconds, which is %d, or no rollout can succeed",
			b.MinReadySeconds, b.ProgressDeadlineSeconds))
	}
	if p := b.RolloutPatienceSeconds; p != 0 && (p <= b.MinReadySeconds || p > b.ProgressDeadlineSeconds) {
		problems = append(problems, fmt.Errorf("backend.rolloutPatienceSeconds: %d: must be 0, or above backend.minReadySeconds, which is %d, "+
			"and not above backend.progressDeadlineSeconds, which is %d", p, b.MinReadySeconds, b.ProgressDeadlineSeconds))
	}
	return problems
}

func (c Cluster) check() (problems []error) {
	switch {
	case c.Kind == Local && (c.Kubeconfig != "" || c.KubeconfigPath != "" || c.Context != ""):
		problems = append(problems, fmt.Errorf(
			"cluster.kubeconfig, cluster.kubeconfigPath, cluster.context: must be empty when cluster.kind is %s", Local))
	case c.Kind == Existing && c.Context == "" && c.Kubeconfig == "":
		problems = append(problems, fmt.Errorf("cluster.context: must be set when cluster.kind is %s, or else the stack would be on "+
			"whichever cluster kubectl was used for last: kubectl config get-contexts lists them, choose one with: "+
			"pulumi config set --path cluster.context NAME", Existing))
	case c.Kubeconfig != "" && c.KubeconfigPath != "":
		problems = append(problems, errors.New("cluster.kubeconfig, cluster.kubeconfigPath: must not both be set"))
	}
	if minor, told := kubernetesMinor(c.NodeImage); c.Kind == Local && told && minor < oldestMinor {
		problems = append(problems, fmt.Errorf("cluster.nodeImage: %q: must be of Kubernetes %s or later, which can stop pods "+
			"without losing requests", c.NodeImage, OldestKubernetes))
	}
	return problems
}

// checkPorts holds the ports that a local cluster publishes on this machine apart.
func (s *Settings) checkPorts() (problems []error) {
	taken := map[int]string{}
	for _, port := range []struct {
		key    string
		number int
	}{
		{"cluster.apiPort", s.Cluster.APIPort},
		{"cluster.registryPort", s.Cluster.RegistryPort},
		{"backend.nodePort", s.Backend.NodePort},
	} {
		if other, found := taken[port.number]; found {
			problems = append(problems, fmt.Errorf("%s: %d: must differ from %s", port.key, port.number, other))
		}
		taken[port.number] = port.key
	}
	return problems
}

// namesRegistry tells whether the first part of a repository is a registry host, by the rule of the docker client: it
// has a dot or a port, or is localhost.
func namesRegistry(repository string) bool {
	first, _, more := strings.Cut(repository, "/")
	return more && (strings.ContainsAny(first, ".:") || first == "localhost")
}

// notAbove wants request <= limit. Values that are no quantities have been reported already.
func notAbove(requestKey, request, limitKey, limit string) []error {
	least, err := resource.ParseQuantity(request)
	if err != nil {
		return nil
	}
	most, err := resource.ParseQuantity(limit)
	if err != nil || least.Cmp(most) <= 0 {
		return nil
	}
	return []error{fmt.Errorf("%s: %q: must not be above %s, which is %s", requestKey, request, limitKey, limit)}
}
