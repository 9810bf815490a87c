package settings

// Name is what every object of the backend on a cluster is called: there is one backend in its namespace.
const Name = "ashapp-backend"

const nameLabel = "app.kubernetes.io/name"

// Selector is the label query that picks the backend's pods in their namespace, as kubectl and the API server take it.
const Selector = nameLabel + "=" + Name

// SelectorLabels are the labels that Selector asks for. A Deployment's selector can never change, so they are no more than it needs.
func SelectorLabels() map[string]string { return map[string]string{nameLabel: Name} }

// InstanceLabel tells backends on one cluster apart: its value is the namespace.
const InstanceLabel = "app.kubernetes.io/instance"

// Labels are on every object of the backend, beside InstanceLabel: Kubernetes' recommended ones, without the version, since the
// image's digest says more and is stated with it.
func Labels() map[string]string {
	return map[string]string{
		nameLabel:                      Name,
		"app.kubernetes.io/part-of":    "ashapp",
		"app.kubernetes.io/component":  "backend",
		"app.kubernetes.io/managed-by": "pulumi",
	}
}

// ClusterIdentity is the name of the Stash in a stack's state that keeps the identity of an existing cluster: the UID of its
// Namespace kube-system, which is there as long as the cluster is, and which no other cluster has.
const ClusterIdentity = "cluster-identity"

// OldestKubernetes is the oldest version that takes the backend's pods: it is the first whose pods may sleep before they are
// stopped (https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks, feature gate PodLifecycleSleepAction).
const OldestKubernetes = "1.30"

const oldestMinor = 30
