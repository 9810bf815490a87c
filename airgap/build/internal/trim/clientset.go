package trim

import (
	"fmt"
	"slices"
	"strings"
)

// oldVersions are versions of the API, by group, for which nothing that is compiled here asks by the client library's set of typed
// clients. The API server serves what it has always served: only these clients are left out, with their informers and listers.
var oldVersions = []struct {
	group    string
	versions []string
}{
	{"apps", []string{"v1beta1", "v1beta2"}},
	{"autoscaling", []string{"v2beta1", "v2beta2"}},
	{"batch", []string{"v1beta1"}},
	{"events", []string{"v1beta1"}},
	{"flowcontrol", []string{"v1beta1", "v1beta2", "v1beta3"}},
	{"node", []string{"v1alpha1", "v1beta1"}},
	{"rbac", []string{"v1alpha1", "v1beta1"}},
	{"resource", []string{"v1beta1", "v1beta2"}},
	{"scheduling", []string{"v1alpha1", "v1beta1"}},
	{"storage", []string{"v1alpha1", "v1beta1"}},
}

// withoutOldVersions leaves clients, informers and listers of old versions out. They cost more than themselves: several hundred
// packages refer to the set of clients, and each of them is compiled with all that this set refers to.
func withoutOldVersions() []Change {
	clients := Change{Path: "kubernetes/clientset.go"}
	resources := Change{Path: "informers/generic.go"}
	var groups []Change
	for _, old := range oldVersions {
		group := Change{Path: "informers/" + old.group + "/interface.go"}
		for _, version := range old.versions {
			clients.Edits = append(clients.Edits, withoutClient(old.group+version)...)
			group.Edits = append(group.Edits, withoutInformers(version)...)
			resources.Edits = append(resources.Edits, withoutResources(old.group, version)...)
		}
		groups = append(groups, group)
	}
	return append(slices.Clip(groups), clients, resources)
}

// withoutClient edits the set of clients. The name is that by which it imports the package of one.
func withoutClient(name string) []Edit {
	return []Edit{
		{Every: `// \w+ retrieves the \w+\nfunc \(c \*Clientset\) \w+\(\) ` + name + `\.\w+ \{\n.*\n\}\n\n`},
		{Every: `\tcs\.\w+, err = ` + name + `\.New.*\n\tif err != nil \{\n.*\n\t\}\n`},
		{Every: `\t.*\b` + name + `\..*\n`}, // its method and its field
		{Every: `\t` + name + ` ".*"\n`},
	}
}

// withoutInformers edits the informers of a group.
func withoutInformers(version string) []Edit {
	method := exported(version)
	return []Edit{
		{Every: `\t// ` + method + ` provides .*\n\t` + method + `\(\) .*\n`},
		{Every: `// ` + method + ` returns .*\nfunc \(g \*group\) ` + method + `\(\).*\n.*\n\}\n`},
		{Every: `\t` + version + ` ".*"\n`},
	}
}

// withoutResources edits the table of informers by resource.
func withoutResources(group, version string) []Edit {
	return []Edit{
		{Every: fmt.Sprintf(`\tcase .*\n\t\treturn .* f\.%s\(\)\.%s\(\)\..*\n`, exported(group), exported(version))},
		{Every: fmt.Sprintf(`\t\w+ "k8s\.io/api/%s/%s"\n`, group, version)},
	}
}

// exported is the name that Go code has for a group or a version.
func exported(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
