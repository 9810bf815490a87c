// Package object translates between Pulumi's property maps and Kubernetes
// objects.
//
// Inputs are what the program asks for; the live object is what the API server
// holds. The state of a resource is a checkpoint: the live object's fields at
// the top level, so that the program can read them as outputs, beside
// "__inputs" and two notes of ours ("__fieldManager", "__initialApiVersion").
// Secrets and unknowns do not exist in Kubernetes objects: unknowns survive in
// inputs as resource.Computed values, and secretness is copied back from the
// properties an object came from.
package object
