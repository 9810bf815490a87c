// Package integration tests the images of the node and of the registry in Docker. Its tests have the build tag
// integration and want both images to be there:
//
//	go test -tags integration ./integration
package integration
