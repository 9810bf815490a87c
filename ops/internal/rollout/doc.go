// Package rollout watches the pods of a Deployment while it is updated, and tells as soon as the rollout cannot succeed.
//
// Kubernetes itself says so only when the progress deadline is over, and goes on trying even then. What a pod says of itself
// is enough to know earlier: an image that cannot be pulled, a process that ends, a node that cannot be found.
package rollout
