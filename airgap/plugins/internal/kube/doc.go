// Package kube is a Pulumi provider for Kubernetes resources of any kind that
// the cluster has. It stands in for the official provider where that cannot be
// downloaded, gives the same verdicts on the same requests, and refuses what it
// does not do.
//
// A resource passes through four rooms below this one: object (property maps
// and state), diff (what changed, and whether in place), cluster (the API
// server) and ready (when to stop waiting). This package puts them together,
// one file for each call of the engine.
package kube
