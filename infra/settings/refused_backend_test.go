package settings_test

import (
	"strings"
	"testing"
)

func TestBadImage(t *testing.T) {
	t.Parallel()

	refuse(t, []badConfiguration{
		{name: "local, registry host", image: `{"repository":"docker.io/a/b"}`, want: []string{`image.repository: "docker.io/a/b": must be a path without a registry host when cluster.kind is local, which has its own registry`}},
		{name: "existing, local path", cluster: context, image: `{"platform":"linux/amd64"}`, want: []string{`image.repository: "ashapp-backend": must begin with a registry host, such as docker.io, when cluster.kind is existing`}},
		{name: "existing, a path of two parts", cluster: context, image: `{"repository":"name/app","platform":"linux/amd64"}`, want: []string{`image.repository: "name/app": must begin with a registry host, such as docker.io, when cluster.kind is existing`}},
		{name: "existing without a platform", cluster: context, image: `{"repository":"docker.io/a/b"}`, want: []string{"image.platform: must be set when cluster.kind is existing, whose nodes need not be like this machine"}},
		{name: "repository with tag", image: `{"repository":"app:1"}`, want: []string{`image.repository: "app:1": must be a repository without tag or digest, such as docker.io/name/app`}},
		{name: "repository in capitals", image: `{"repository":"App"}`, want: []string{`image.repository: "App": must be a repository without tag or digest, such as docker.io/name/app`}},
		{name: "empty repository", image: `{"repository":""}`, want: []string{`image.repository: "": must be a repository without tag or digest, such as docker.io/name/app`}},
		{name: "bad tag", image: `{"tag":"-x"}`, want: []string{`image.tag: "-x": must be an image tag: letters, digits, _ . - and at most 128 of them`}},
		{name: "tag too long", image: `{"tag":"` + strings.Repeat("t", 129) + `"}`, want: []string{`image.tag: "` + strings.Repeat("t", 129) + `": must be an image tag: letters, digits, _ . - and at most 128 of them`}},
		{name: "unsupported platform", image: `{"platform":"windows/amd64"}`, want: []string{`image.platform: "windows/amd64": must be linux/amd64 or linux/arm64`}},
		{name: "platform without a system", image: `{"platform":"amd64"}`, want: []string{`image.platform: "amd64": must be linux/amd64 or linux/arm64`}},
		{name: "reference by tag", image: `{"ref":"docker.io/a/b:latest"}`, want: []string{`image.ref: "docker.io/a/b:latest": must be empty or name@sha256: followed by 64 hexadecimal digits`}},
		{name: "reference by half a digest", image: `{"ref":"docker.io/a/b@sha256:abc"}`, want: []string{`image.ref: "docker.io/a/b@sha256:abc": must be empty or name@sha256: followed by 64 hexadecimal digits`}},
		{name: "reference by a digest in capitals", image: `{"ref":"docker.io/a/b@sha256:` + strings.Repeat("A", 64) + `"}`, want: []string{`image.ref: "docker.io/a/b@sha256:` + strings.Repeat("A", 64) + `": must be empty or name@sha256: followed by 64 hexadecimal digits`}},
		{name: "login to a local registry", image: `{"registryUsername":"a","registryPassword":"canary"}`, secret: "image", want: []string{"image.registryUsername, image.registryPassword: must be empty when cluster.kind is local, whose registry asks for no login"}},
		{name: "user without password", cluster: context, image: `{"repository":"docker.io/a/b","platform":"linux/amd64","registryUsername":"a"}`, want: []string{"image.registryUsername, image.registryPassword: must both be set or both be empty"}},
		{name: "password in plain text", cluster: context, image: `{"repository":"docker.io/a/b","platform":"linux/amd64","registryUsername":"a","registryPassword":"canary"}`, want: []string{"image.registryPassword: must be a secret, set it with: pulumi config set --secret --path image.registryPassword"}},
		{name: "password that is a list", image: `{"registryPassword":["canary"]}`, secret: "image", want: []string{"image.registryPassword: must be a single text, in quotes"}},
		{name: "password that is a number", image: `{"registryPassword":4711}`, secret: "image", want: []string{"image.registryPassword: must be a single text, in quotes"}},
	})
}

func TestBadBackend(t *testing.T) {
	t.Parallel()

	refuse(t, []badConfiguration{
		{name: "namespace is no label", backend: `{"namespace":"My_App"}`, want: []string{`backend.namespace: "My_App": ` + label}},
		{name: "namespace too long", backend: `{"namespace":"` + strings.Repeat("n", 64) + `"}`, want: []string{`backend.namespace: "` + strings.Repeat("n", 64) + `": ` + label}},
		{name: "namespace of everybody", backend: `{"namespace":"default"}`, want: []string{`backend.namespace: "default": must be a namespace of the backend's own, not default or kube-...`}},
		{name: "namespace of Kubernetes", backend: `{"namespace":"kube-system"}`, want: []string{`backend.namespace: "kube-system": must be a namespace of the backend's own, not default or kube-...`}},
		{name: "too few", backend: `{"replicas":0}`, want: []string{`backend.replicas: "0": must be a whole number from 1 to 100`}},
		{name: "too many", backend: `{"replicas":101}`, want: []string{`backend.replicas: "101": must be a whole number from 1 to 100`}},
		{name: "most below least", backend: `{"replicas":3,"maxReplicas":2}`, want: []string{"backend.maxReplicas: 2: must be 0 or not below backend.replicas, which is 3"}},
		{name: "no CPU to aim at", backend: `{"targetCPUPercent":0}`, want: []string{`backend.targetCPUPercent: "0": must be a whole number from 1 to 1000`}},
		{name: "empty greeting", backend: `{"greeting":""}`, want: []string{`backend.greeting: "": must be 1 to 1024 bytes long`}},
		{name: "greeting too long", backend: `{"greeting":"` + strings.Repeat("é", 513) + `"}`, want: []string{`backend.greeting: "` + strings.Repeat("é", 513) + `": must be 1 to 1024 bytes long`}},
		{name: "service of another type", backend: `{"serviceType":"LoadBalancer"}`, want: []string{`backend.serviceType: "LoadBalancer": must be NodePort or ClusterIP`}},
		{name: "local without node port", backend: `{"serviceType":"ClusterIP"}`, want: []string{"backend.url: must be set when backend.serviceType is ClusterIP: nothing else tells where users reach the backend", `backend.serviceType: "ClusterIP": must be NodePort when cluster.kind is local, which publishes that port on this machine`}},
		{name: "ingress without URL", cluster: context, image: reference, backend: `{"serviceType":"ClusterIP"}`, want: []string{"backend.url: must be set when backend.serviceType is ClusterIP: nothing else tells where users reach the backend"}},
		{name: "local with URL", backend: `{"url":"https://a.test/"}`, want: []string{`backend.url: "https://a.test/": must be empty when cluster.kind is local, where the backend is reached on backend.nodePort`}},
		{name: "URL without scheme", cluster: context, image: reference, backend: `{"url":"a.test"}`, want: []string{`backend.url: "a.test": must be a URL with http or https and a host, such as https://app.example.com/`}},
		{name: "URL with a password", cluster: context, image: reference, backend: `{"url":"https://u:p@a.test/"}`, want: []string{`backend.url: "https://u:p@a.test/": must be a URL with http or https and a host, such as https://app.example.com/`}},
		{name: "node port out of range", backend: `{"nodePort":8080}`, want: []string{`backend.nodePort: "8080": must be a whole number from 30000 to 32767`}},
		{name: "CPU in words", backend: `{"cpuLimit":"half"}`, want: []string{`backend.cpuLimit: "half": ` + processors}},
		{name: "CPU below a thousandth", backend: `{"cpuRequest":"100u"}`, want: []string{`backend.cpuRequest: "100u": ` + processors}},
		{name: "negative CPU", backend: `{"cpuRequest":"-50m"}`, want: []string{`backend.cpuRequest: "-50m": ` + processors}},
		{name: "CPU request above limit", backend: `{"cpuRequest":"1"}`, want: []string{`backend.cpuRequest: "1": must not be above backend.cpuLimit, which is 500m`}},
		{name: "zero memory", backend: `{"memoryRequest":"0"}`, want: []string{`backend.memoryRequest: "0": ` + bytes}},
		{name: "memory in thousandths", backend: `{"memoryRequest":"64m"}`, want: []string{`backend.memoryRequest: "64m": ` + bytes}},
		{name: "memory request above limit", backend: `{"memoryRequest":"128Mi"}`, want: []string{`backend.memoryRequest: "128Mi": must not be above backend.memoryLimit, which is 64Mi`}},
		{name: "memory below need", backend: `{"memoryRequest":"8Mi","memoryLimit":"16Mi"}`, want: []string{`backend.memoryLimit: "16Mi": must not be below 32Mi, or pods are killed under load`}},
		{name: "storage above its limit", backend: `{"ephemeralStorageRequest":"1Gi"}`, want: []string{`backend.ephemeralStorageRequest: "1Gi": must not be above backend.ephemeralStorageLimit, which is 256Mi`}},
		{name: "deadline without an end", backend: `{"progressDeadlineSeconds":86400}`, want: []string{`backend.progressDeadlineSeconds: "86400": must be a whole number from 5 to 3600`}},
		{name: "never ready in time", backend: `{"minReadySeconds":40}`, want: []string{"backend.minReadySeconds: 40: must be below backend.progressDeadlineSeconds, which is 40, or no rollout can succeed"}},
		{name: "patience that is over before pods count", backend: `{"minReadySeconds":10,"rolloutPatienceSeconds":10}`, want: []string{"backend.rolloutPatienceSeconds: 10: must be 0, or above backend.minReadySeconds, which is 10, and not above backend.progressDeadlineSeconds, which is 40"}},
		{name: "patience beyond the deadline", backend: `{"rolloutPatienceSeconds":41}`, want: []string{"backend.rolloutPatienceSeconds: 41: must be 0, or above backend.minReadySeconds, which is 0, and not above backend.progressDeadlineSeconds, which is 40"}},
		{name: "negative patience", backend: `{"rolloutPatienceSeconds":-1}`, want: []string{`backend.rolloutPatienceSeconds: "-1": must be a whole number from 0 to 3600`}},
		{name: "negative wait", backend: `{"minReadySeconds":-1}`, want: []string{`backend.minReadySeconds: "-1": must be a whole number from 0 to 600`}},
		{name: "no surge", backend: `{"maxSurge":"0"}`, want: []string{`backend.maxSurge: "0": must be a number of pods or a percentage, 1 to 999, such as 1 or 25%`}},
		{name: "surge of another form", backend: `{"maxSurge":"25 %"}`, want: []string{`backend.maxSurge: "25 %": must be a number of pods or a percentage, 1 to 999, such as 1 or 25%`}},
		{name: "too much history", backend: `{"revisionHistoryLimit":51}`, want: []string{`backend.revisionHistoryLimit: "51": must be a whole number from 0 to 50`}},
		{name: "unknown AppArmor profile", backend: `{"appArmorProfile":"Unconfined"}`, want: []string{`backend.appArmorProfile: "Unconfined": must be RuntimeDefault`}},
		{name: "metrics for no namespace", backend: `{"metricsNamespace":"Monitoring"}`, want: []string{`backend.metricsNamespace: "Monitoring": ` + label}},
	})
}
