package rollout

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// What the kubelet, the runtimes and the admission say when something cannot heal. There is no code to go by, only text: the
// kubelet has one reason, ErrImagePull, for an image that is not there and for a registry that does not answer.
var (
	// By containerd's and CRI-O's resolvers and the error codes of the OCI distribution specification. Not among them, since they
	// pass: refused connections, time-outs, 429 and 5xx, names that are not resolved.
	pullHopeless = regexp.MustCompile(`(?i)\bnot found\b|(manifest|name)[ _]unknown|unauthorized|authorization failed|` +
		`no basic auth credentials|access denied|access to the resource is denied|\bdenied: |\b403 forbidden\b`)
	// The kubelet has not read the object yet, or no Service: it will.
	configurationHeals = regexp.MustCompile(`failed to sync \S+ cache|have not yet been read`)
	// By the admission plugins: Pod Security, LimitRange, quotas that want more to be said, webhooks and policies; and what the API
	// server refuses to store.
	createHopeless = regexp.MustCompile(`is forbidden: |denied the request|is invalid: `)
	// Refusals that pass: the old pods leave a quota, the quota controller counts, somebody makes the ServiceAccount.
	createHeals = regexp.MustCompile(`exceeded quota: |status unknown for quota: |error looking up service account `)
)

// heals tells whether a container that waits may still start without anybody's doing.
func heals(waiting *corev1.ContainerStateWaiting, image string) bool {
	switch waiting.Reason {
	case "InvalidImageName", "ErrImageNeverPull", "SignatureValidationFailed":
		return false
	case "ErrImagePull", "ImagePullBackOff":
		// The image's own name may hold any of the words.
		return !pullHopeless.MatchString(strings.ReplaceAll(waiting.Message, image, ""))
	case "CreateContainerConfigError":
		// A Secret, ConfigMap or key that is not there, or an image that would run as root. The pods are made after all that they
		// refer to, so that nothing is on its way any more.
		return configurationHeals.MatchString(waiting.Message)
	}
	return true
}

// creationHeals tells whether a ReplicaSet whose pod was refused may get it later.
func creationHeals(message string) bool {
	return createHeals.MatchString(message) || !createHopeless.MatchString(message)
}
