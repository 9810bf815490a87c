// Package integration holds the Kubernetes plugin that was built for closed machines to the recorded traffic of an official release.
// It has tests only, with the build tag integration.
package integration
