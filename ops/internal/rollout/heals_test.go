package rollout

import (
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
)

// The messages are those of containerd, CRI-O and the kubelet.
func TestWhatHealsWhileAContainerWaits(t *testing.T) {
	t.Parallel()

	const image = "registry.test/name-unknown/denied: not found@sha256:1"
	const pulling = `rpc error: code = Unknown desc = failed to pull and unpack image "` + image + `": failed to resolve reference "` + image + `": `
	for name, test := range map[string]struct {
		reason, message string
		want            bool
	}{
		"image not there":             {"ErrImagePull", pulling + image + ": not found", false},
		"image still not there":       {"ImagePullBackOff", `Back-off pulling image "` + image + `": ErrImagePull: ` + pulling + ": not found", false},
		"not there, by its status":    {"ErrImagePull", pulling + "unexpected status from HEAD request to https://registry.test/v2/: 404 Not Found", false},
		"no manifest":                 {"ErrImagePull", "reading manifest latest in registry.test/app: manifest unknown", false},
		"no manifest, by its code":    {"ErrImagePull", "MANIFEST_UNKNOWN", false},
		"no repository":               {"ErrImagePull", "name unknown: repository name not known to registry", false},
		"no login":                    {"ErrImagePull", pulling + "pull access denied, repository does not exist or may require authorization", false},
		"wrong scope":                 {"ErrImagePull", pulling + "server message: insufficient_scope: authorization failed", false},
		"no credentials":              {"ErrImagePull", "failed to do request: no basic auth credentials", false},
		"wrong password":              {"ErrImagePull", pulling + "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized", false},
		"refused by the registry":     {"ErrImagePull", "denied: requested access to the resource is denied", false},
		"refused by its status":       {"ErrImagePull", pulling + "unexpected status from HEAD request to https://registry.test/v2/: 403 Forbidden", false},
		"registry not there":          {"ErrImagePull", pulling + "dial tcp 10.0.0.1:443: connect: connection refused", true},
		"registry still not there":    {"ImagePullBackOff", `Back-off pulling image "` + image + `": ErrImagePull: ` + pulling + "dial tcp 10.0.0.1:443: i/o timeout", true},
		"registry has trouble":        {"ErrImagePull", pulling + "unexpected status from HEAD request: 503 Service Unavailable", true},
		"registry is asked too often": {"ErrImagePull", "toomanyrequests: You have reached your pull rate limit", true},
		"name of the registry":        {"ErrImagePull", pulling + "dial tcp: lookup registry.test: no such host", true},
		"registry unavailable":        {"RegistryUnavailable", "image pull failed because the registry is unavailable", true},
		"no name of an image":         {"InvalidImageName", "couldn't parse image name", false},
		"image must be there":         {"ErrImageNeverPull", "", false},
		"signature":                   {"SignatureValidationFailed", "", false},
		"no Secret":                   {"CreateContainerConfigError", `secret "a" not found`, false},
		"runs as root":                {"CreateContainerConfigError", "container has runAsNonRoot and image will run as root", false},
		"Secret not read yet":         {"CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition", true},
		"Services not read yet":       {"CreateContainerConfigError", "services have not yet been read at least once, cannot construct envvars", true},
		"runtime has trouble":         {"CreateContainerError", "context deadline exceeded", true},
		"started again after a while": {"CrashLoopBackOff", "back-off 10s", true},
		"being created":               {"ContainerCreating", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			assert.Equal(t, test.want, heals(&corev1.ContainerStateWaiting{Reason: test.reason, Message: test.message}, image))
		})
	}
}

// The messages are those of the API server's admission plugins.
func TestWhichRefusalsOfPodsHeal(t *testing.T) {
	t.Parallel()

	for message, want := range map[string]bool{
		`pods "a" is forbidden: exceeded quota: few, requested: pods=1, used: pods=3, limited: pods=3`:          true,
		`pods "a" is forbidden: status unknown for quota: few, resources: pods`:                                 true,
		`pods "a" is forbidden: error looking up service account app/b: serviceaccount "b" not found`:           true,
		`Internal error occurred: failed calling webhook "a": connection refused`:                               true,
		`pods "a" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false`:    false,
		`pods "a" is forbidden: failed quota: few: must specify limits.cpu for: backend`:                        false,
		`pods "a" is forbidden: maximum cpu usage per Container is 100m, but limit is 500m`:                     false,
		`admission webhook "policy.test" denied the request: no tags`:                                           false,
		`Pod "a" is invalid: spec.containers[0].resources.requests: Invalid value: must not be above the limit`: false,
	} {
		assert.Equal(t, want, creationHeals(message), message)
	}
}
