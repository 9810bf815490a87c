// Package ready judges whether a Kubernetes object has become what it was
// asked to be.
//
// Judging is pure: a rule looks at a snapshot of the object and of the objects
// around it, and says whether to go on waiting and what to tell the user in
// the meantime. Watching, waiting and timeouts are elsewhere. The words and
// the conditions are those of the official provider (4.25), so that messages
// can be looked up.
package ready
