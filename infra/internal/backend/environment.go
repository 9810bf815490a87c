package backend

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// environment are the variables of the backend: those of the program, and then the stack file's by name.
func environment(s settings.Backend, from sources) corev1.EnvVarArray {
	variables := corev1.EnvVarArray{
		plainVariable(contract.GreetingVariable, s.Greeting),
		plainVariable("GOMEMLIMIT", s.GoMemoryLimit()),
	}
	if s.MetricsNamespace != "" {
		variables = append(variables, plainVariable(contract.AdminAddressVariable, ":"+strconv.Itoa(contract.AdminPort)))
	}
	for _, variable := range slices.Sorted(maps.Keys(s.Env)) {
		variables = append(variables, variableFrom(variable, s.Env[variable], from))
	}
	return variables
}

// plainVariable has a value. Kubernetes takes $(NAME) in it for another variable and $$ for one dollar
// (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/), so each dollar is doubled to
// arrive as it is.
func plainVariable(variable, value string) *corev1.EnvVarArgs {
	return &corev1.EnvVarArgs{Name: pulumi.String(variable), Value: pulumi.String(strings.ReplaceAll(value, "$", "$$"))}
}

func variableFrom(variable string, source settings.Source, from sources) *corev1.EnvVarArgs {
	value := &corev1.EnvVarSourceArgs{}
	switch {
	case source.Secret != "":
		value.SecretKeyRef = &corev1.SecretKeySelectorArgs{Name: from.secret.ToStringOutput().ToStringPtrOutput(), Key: pulumi.String(source.Secret)}
	case source.FromSecret != "":
		object, key, _ := strings.Cut(source.FromSecret, "/")
		value.SecretKeyRef = &corev1.SecretKeySelectorArgs{Name: pulumi.String(object), Key: pulumi.String(key)}
	case source.FromConfigMap != "":
		object, key, _ := strings.Cut(source.FromConfigMap, "/")
		value.ConfigMapKeyRef = &corev1.ConfigMapKeySelectorArgs{Name: pulumi.String(object), Key: pulumi.String(key)}
	case source.Field != "":
		value.FieldRef = &corev1.ObjectFieldSelectorArgs{FieldPath: pulumi.String(source.Field)}
	default:
		return plainVariable(variable, source.Value)
	}
	return &corev1.EnvVarArgs{Name: pulumi.String(variable), ValueFrom: value}
}
