// Package policy holds the rendered manifests of the backend to rules. It is plain Go over plain objects: no cluster, no
// engine and no other command takes part, so a unit test can ask it about every stack.
//
// Three judges look at the same manifests, and each finding says which of them speaks:
//
//   - pod-security/CHECK is one check of Kubernetes' Pod Security Standards, level restricted, by the evaluator that the
//     API server uses itself;
//   - kube-score/CHECK is one check of kube-score, optional ones included, as far as its packages compile (kubescore.go);
//   - a name without a prefix is a rule of our own, in the table of the file that is about the same thing.
//
// Our own rules do what the rest of kube-score, kube-linter, Polaris, kubesec and Trivy would add. Each names the checks of
// theirs that it stands for, as tool/check; coverage.go says why the others are left out. All checks that those tools have
// for Kubernetes' objects are in one of the two lists.
//
// A finding is mended in internal/backend. Only where the design wants the very thing, waivers.go gets a row with the
// reason. A row that waives nothing is a finding too.
package policy
