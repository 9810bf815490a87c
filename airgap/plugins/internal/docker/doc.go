// Package docker stands in for the official docker plugin on machines that
// cannot download it. It provides five types: Network, Volume, Container,
// RemoteImage and Image.
//
// The official plugin is two providers in one, and so is this one. Image is a
// native resource (image.go). The others come from the Terraform provider
// kreuzwerker/docker, whose rules are kept here as data: a schema says for
// every property what its default is, whether a change of it replaces the
// resource and whether the engine computes it (schema.go). Check, Diff and the
// form of the state follow from the schema alone (check.go, diff.go,
// state.go); only the operations differ by type (container.go and so on).
//
// A property that the official plugin has and this one does not act on is
// refused in Check: silence would deploy something else than was asked for.
package docker
