package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// right is what one has to be allowed to do with a kind of objects.
type right struct {
	group, resource, subresource string
	// everywhere: the kind is in no namespace.
	everywhere bool
	verbs      []string
}

// String is the kind as kubectl and its messages write it, such as deployments.apps or pods/log.
func (r right) String() string {
	text := r.resource
	if r.subresource != "" {
		text += "/" + r.subresource
	}
	if r.group != "" {
		text += "." + r.group
	}
	return text
}

// needed lists what Pulumi does with the kinds that the program makes, by server-side apply, and what ashapp reads and writes itself.
func needed(backend settings.Backend) []right {
	apply := []string{"get", "create", "patch", "delete"}
	rights := []right{
		{resource: "namespaces", everywhere: true, verbs: apply},
		{resource: "serviceaccounts", verbs: apply},
		{resource: "services", verbs: apply},
		{group: "apps", resource: "deployments", verbs: slices.Concat(apply, []string{"list", "watch"})},
		{group: "networking.k8s.io", resource: "networkpolicies", verbs: apply},
		{group: "policy", resource: "poddisruptionbudgets", verbs: apply},
		// How a rollout goes. Pulumi's plugin looks at claims for storage as well, and waits for ever where it may not list them.
		{group: "apps", resource: "replicasets", verbs: []string{"get", "list", "watch"}},
		{resource: "pods", verbs: []string{"get", "list", "watch"}},
		{resource: "persistentvolumeclaims", verbs: []string{"list", "watch"}},
		{resource: "pods", subresource: "log", verbs: []string{"get"}},
		{resource: "configmaps", verbs: apply},
		// What the backend is given, the releases, and who is making one.
		{resource: "secrets", verbs: slices.Concat(apply, []string{"list", "update"})},
		{group: "coordination.k8s.io", resource: "leases", verbs: []string{"get", "create", "update"}},
	}
	if backend.Autoscaled() {
		rights = append(rights, right{group: "autoscaling", resource: "horizontalpodautoscalers", verbs: apply})
	}
	return rights
}

// rights asks the cluster whether this user may do what is needed.
func (c *Cluster) rights(ctx context.Context) (string, error) {
	if c.client == nil {
		return "", errNotReached
	}
	var missing []string
	all := needed(c.Backend)
	for _, r := range all {
		var denied []string
		for _, verb := range r.verbs {
			allowed, err := may(ctx, c.client, r, verb, c.Backend.Namespace)
			if err != nil {
				return "", err
			}
			if !allowed {
				denied = append(denied, verb)
			}
		}
		if denied != nil {
			missing = append(missing, strings.Join(denied, ", ")+" "+r.String())
		}
	}
	if missing != nil {
		return "", fmt.Errorf("the kubeconfig's user may not: %s (namespace %s): have the cluster's administrator allow it",
			strings.Join(missing, "; "), c.Backend.Namespace)
	}
	return fmt.Sprintf("all that is needed, for %d kinds of objects in namespace %s", len(all), c.Backend.Namespace), nil
}

// may asks whether the user may do one thing.
func may(ctx context.Context, client kubernetes.Interface, r right, verb, namespace string) (bool, error) {
	if r.everywhere {
		namespace = ""
	}
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: verb, Group: r.group, Resource: r.resource, Subresource: r.subresource,
		},
	}}
	answer, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("asking whether the user may %s %s: %w", verb, r, err)
	}
	return answer.Status.Allowed, nil
}
