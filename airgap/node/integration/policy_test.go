//go:build integration

package integration

import (
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// visitor is a pod in a namespace of its own.
const visitor = `
apiVersion: v1
kind: Namespace
metadata: {name: %[1]s}
---
apiVersion: v1
kind: Pod
metadata: {name: visitor, namespace: %[1]s}
spec:
  containers:
    - {name: visitor, image: "registry.test:5001/web:1", resources: {limits: {cpu: 500m, memory: 64Mi}}}
`

// closed closes the workload in both directions, but to one namespace.
const closed = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: friends}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: friends}}}]
      ports: [{protocol: TCP, port: 5000}]
`

// open opens the workload's port to everybody, as the deployment of this project does.
const open = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: everybody}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{ports: [{protocol: TCP, port: 5000}]}]
`

// testPolicies wants the workload to be there, open, and leaves it closed in both directions but for its port.
func (c *cluster) testPolicies(t *testing.T) {
	for _, namespace := range []string{"friends", "strangers"} {
		c.apply(t, fmt.Sprintf(visitor, namespace))
		c.kubectl(t, "--namespace="+namespace, "wait", "pod/visitor", "--for=condition=Ready", "--timeout=90s")
	}
	web, stranger := c.address(t, "default", "app=web"), c.address(t, "strangers", "")
	c.reaches(t, "strangers", "visitor", web)
	c.reaches(t, "default", "deployment/web", stranger)

	failedProbes := c.failedProbes(t)
	c.apply(t, closed)
	c.refused(t, "strangers", "visitor", web)
	c.refused(t, "default", "deployment/web", stranger)
	c.reaches(t, "friends", "visitor", web)
	assert.Error(t, c.ask(), "the node port leads to a pod that is closed to it")
	assert.Equal(t, failedProbes, c.failedProbes(t), "the node itself must reach its pods")

	c.apply(t, open)
	c.answers(t)
	c.reaches(t, "strangers", "visitor", web)
	c.refused(t, "default", "deployment/web", stranger)
}

// testPoliciesAfterRestart wants what testPolicies leaves, after a start under another address.
func (c *cluster) testPoliciesAfterRestart(t *testing.T) {
	c.kubectl(t, "--namespace=strangers", "wait", "pod/visitor", "--for=condition=Ready", "--timeout=90s")
	c.refused(t, "default", "deployment/web", c.address(t, "strangers", ""))
	c.reaches(t, "strangers", "visitor", c.address(t, "default", "app=web"))
}

// failedProbes are counted by the kubelet, which asks each pod of the workload once a second.
func (c *cluster) failedProbes(t *testing.T) string {
	t.Helper()
	return c.kubectl(t, "get", "events", "--field-selector=reason=Unhealthy", "--output=jsonpath={.items[*].count}")
}

// address is that of the first pod.
func (c *cluster) address(t *testing.T, namespace, selector string) string {
	t.Helper()
	return c.kubectl(t, "--namespace="+namespace, "get", "pods", "--selector="+selector, "--output=jsonpath={.items[0].status.podIP}")
}

// reaches waits until a pod gets an answer from another one.
func (c *cluster) reaches(t *testing.T, namespace, pod, address string) {
	t.Helper()
	c.eventually(t, namespace, pod, address+":5000", "{}")
}

// refused waits until a pod is refused by another one, which does listen.
func (c *cluster) refused(t *testing.T, namespace, pod, address string) {
	t.Helper()
	c.eventually(t, namespace, pod, address+":5000", "Connection refused")
}

// eventually waits for what wget says in a pod. Nobody tells when a policy has taken effect.
func (c *cluster) eventually(t *testing.T, namespace, pod, address, says string) {
	t.Helper()
	assert.EventuallyWithT(t, func(collect *assert.CollectT) {
		output, _ := exec.CommandContext(t.Context(), "docker", "exec", c.name+"-node", "kubectl", "--namespace="+namespace,
			"exec", pod, "--", "wget", "-q", "-O", "-", "http://"+address+"/v2/").CombinedOutput()
		assert.Contains(collect, string(output), says)
	}, time.Minute, 100*time.Millisecond, "from %s/%s to %s", namespace, pod, address)
}
