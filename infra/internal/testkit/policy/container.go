package policy

import (
	"regexp"

	corev1 "k8s.io/api/core/v1"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func containerRules() []rule {
	return []rule{
		{
			name: "only-the-backend", check: eachPod(onlyTheBackend),
			why:    "every further container is one more thing to confine, to bound and to stop in time",
			covers: trivy("0102"),
		},
		{
			name: "image-by-digest", check: eachContainer(imageByDigest),
			why:    "a tag can be moved to another image, a digest cannot",
			covers: append(trivy("0013"), "kube-linter/latest-tag", "polaris/tagNotSpecified"),
		},
		{
			name: "image-says-what-runs", check: eachContainer(imageSaysWhatRuns),
			why: "the image was tested as it is, and holds no shell to start anything else",
		},
		{
			name: "contract-ports", check: eachContainer(contractPorts),
			why:    "the backend listens on the contract's ports and on no other",
			covers: append(trivy("0117"), "kube-linter/privileged-ports", "kube-linter/ssh-port"),
		},
		{
			name: "no-secrets-in-environment", check: eachContainer(noSecretsInEnvironment),
			why:    "whoever may look at the Deployment sees its values, while a Secret is for few",
			covers: []string{"kube-linter/env-var-secret", "kubesec/SecretsAsEnvironmentVariables", "polaris/sensitiveContainerEnvVar"},
		},
	}
}

func onlyTheBackend(pod *corev1.PodSpec, report reporter) {
	if len(pod.Containers) != 1 || pod.Containers[0].Name != "backend" {
		report("there must be one container, called backend")
	}
	if len(pod.InitContainers)+len(pod.EphemeralContainers) > 0 {
		report("there must be no initContainers or ephemeralContainers")
	}
}

var digested = regexp.MustCompile(`^[^@\s]+@sha256:[0-9a-f]{64}$`)

// tagged is an image name that ends in a tag; a colon before a slash belongs to a registry's port.
var tagged = regexp.MustCompile(`:[^/]+@`)

func imageByDigest(container *corev1.Container, report reporter) {
	if !digested.MatchString(container.Image) || tagged.MatchString(container.Image) {
		report("the image must be name@sha256:digest, not %q", container.Image)
	}
	if container.ImagePullPolicy == corev1.PullNever {
		report("imagePullPolicy must not be Never: a node without the image could not start the pod")
	}
}

func imageSaysWhatRuns(container *corev1.Container, report reporter) {
	if len(container.Command)+len(container.Args) > 0 || container.WorkingDir != "" {
		report("command, args and workingDir must not be set")
	}
	if container.Stdin || container.TTY {
		report("stdin and tty must not be set")
	}
	if container.Lifecycle != nil && container.Lifecycle.PostStart != nil {
		report("lifecycle.postStart must not be set")
	}
}

func contractPorts(container *corev1.Container, report reporter) {
	serves := false
	for _, port := range container.Ports {
		serves = serves || port.ContainerPort == contract.Port
		if port.ContainerPort != contract.Port && port.ContainerPort != contract.AdminPort {
			report("port %d is not one of the contract's, %d and %d", port.ContainerPort, contract.Port, contract.AdminPort)
		}
		if port.Protocol != "" && port.Protocol != corev1.ProtocolTCP {
			report("port %d must be TCP", port.ContainerPort)
		}
	}
	if !serves {
		report("port %d must be declared", contract.Port)
	}
}

// What gives a secret away: words of the variable's name, as Polaris and kube-linter look for them, and forms of its value.
var (
	secretName  = regexp.MustCompile(`(?i)pass(word|wd|phrase)|secret|token|bearer|credential|private|(^|_|api|access)key`)
	secretValue = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|://[^/\s:@]+:[^/\s@]+@`)
)

func noSecretsInEnvironment(container *corev1.Container, report reporter) {
	if len(container.EnvFrom) > 0 {
		report("envFrom must not be set: it takes in whatever a Secret or ConfigMap will hold")
	}
	for _, variable := range container.Env {
		switch {
		case variable.ValueFrom == nil && secretName.MatchString(variable.Name):
			report("%s must have its value from a Secret, since its name is that of one", variable.Name)
		case secretValue.MatchString(variable.Value):
			report("the value of %s looks like a secret", variable.Name)
		}
	}
}
