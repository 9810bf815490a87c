// Package rollout watches a Deployment while it is updated: it tells as soon as the rollout cannot succeed, and whether it is
// over.
//
// Kubernetes itself says so only when the progress deadline is over, and goes on trying even then. What it gets over by itself
// is waited for until that deadline: a pod for which there is no room yet, a registry that does not answer, a process that has
// ended once, a pod that its node has removed, a quota that is full until the old pods are gone. What no waiting changes is
// final at once.
//
// Only the new version counts: the Deployment's generation since the rollout began, its newest ReplicaSet, and the pods of that.
// What replaces pods of the version before is none of the rollout's.
package rollout
