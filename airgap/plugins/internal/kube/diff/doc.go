// Package diff tells how inputs differ from the live object that they once
// became, and which of the differences Kubernetes cannot apply in place.
package diff
