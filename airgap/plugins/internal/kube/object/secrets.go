package object

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// CopySecrets marks values of to as secret where from holds a secret at the
// same place. Objects are entered, so that one secret field does not hide the
// whole resource; an array with a secret in it becomes secret as a whole,
// since elements may move. The data of a v1/Secret is always secret.
func CopySecrets(to, from resource.PropertyMap) {
	if kind := to["kind"]; kind.IsString() && kind.StringValue() == "Secret" {
		conceal(to, "data")
		conceal(to, "stringData")
		return
	}
	for key, source := range from {
		target, exists := to[key]
		switch {
		case !exists:
		case target.IsObject() && source.IsObject():
			CopySecrets(target.ObjectValue(), source.ObjectValue())
		case source.ContainsSecrets():
			conceal(to, key)
		}
	}
}

func conceal(properties resource.PropertyMap, key resource.PropertyKey) {
	if value, exists := properties[key]; exists && !value.IsSecret() {
		properties[key] = resource.MakeSecret(value)
	}
}
