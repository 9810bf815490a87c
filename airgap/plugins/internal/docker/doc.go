// Package docker stands in for the official docker plugin on closed machines, which cannot download it. It knows what the
// program in infra/ declares, four types and the inputs that it gives them, and refuses the rest in Check: silence would
// deploy something else than was asked for.
//
// The official plugin is two providers in one, and so is this one. Image is a native resource (image.go). Network, Volume
// and Container come from the Terraform provider kreuzwerker/docker. Its rules are kept as data here: the structs of inputs
// say for every property what its default is, whether a change of it replaces the resource and whether the engine computes
// it (schema.go). Check and Diff follow from that alone (check.go, diff.go). As in the official plugin, what the engine
// tells is read back into the state, and Diff compares the inputs with that (managed.go).
package docker
