// Package cluster reaches the API server: it finds the cluster in a
// kubeconfig, learns which kinds the server has, and applies, reads, deletes
// and watches objects of any kind.
package cluster
