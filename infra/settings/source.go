package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Source is where the value of an environment variable or the content of a file comes from. One field is set, or none, which is the
// empty text.
type Source struct {
	// Value is the text itself, every character as it is written.
	Value string
	// Secret is a name in the group secrets, whose values are stored encrypted.
	Secret string
	// FromSecret and FromConfigMap lead to an object in the backend's namespace that somebody else keeps, as NAME/KEY.
	FromSecret, FromConfigMap string
	// Field is a field of the pod, such as metadata.name. Only variables have it.
	Field string
}

// form is a way to say where a text comes from, other than the text itself.
type form struct {
	name   string
	target func(*Source) *string
	valid  rule
}

// sourceForms are the forms in the order of Source. The fields of a pod are those that Kubernetes hands to environment variables
// (https://kubernetes.io/docs/concepts/workloads/pods/downward-api), but for its labels and annotations, which others may write.
func sourceForms() []form {
	return []form{
		{"secret", func(s *Source) *string { return &s.Secret }, secretName},
		{"fromSecret", func(s *Source) *string { return &s.FromSecret }, keyOfObject},
		{"fromConfigMap", func(s *Source) *string { return &s.FromConfigMap }, keyOfObject},
		{"field", func(s *Source) *string { return &s.Field }, oneOf("metadata.name", "metadata.namespace", "metadata.uid",
			"spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.podIP")},
	}
}

// MarshalJSON writes the source as a stack file has it.
func (s Source) MarshalJSON() ([]byte, error) {
	for _, form := range sourceForms() {
		if text := *form.target(&s); text != "" {
			return json.Marshal(map[string]string{form.name: text})
		}
	}
	return json.Marshal(s.Value)
}

// errNoSource does not repeat what it is about, which may be a password.
var errNoSource = errors.New("must be a text in quotes, {secret: NAME}, {fromSecret: NAME/KEY}, {fromConfigMap: NAME/KEY} " +
	"or, for a variable, {field: metadata.name}")

func parseSource(raw json.RawMessage) (source Source, err error) {
	if json.Unmarshal(raw, &source.Value) == nil && raw[0] == '"' {
		return source, nil
	}
	var object map[string]string
	if json.Unmarshal(raw, &object) != nil || len(object) != 1 {
		return Source{}, errNoSource
	}
	for name, text := range object {
		i := slices.IndexFunc(sourceForms(), func(f form) bool { return f.name == name })
		if i < 0 {
			return Source{}, errNoSource
		}
		if problem := sourceForms()[i].valid(text); problem != "" {
			return Source{}, fmt.Errorf("%s: %q: %s", name, text, problem)
		}
		*sourceForms()[i].target(&source) = text
	}
	return source, nil
}

// keyOfObjectForm is the name of a Secret or ConfigMap and a key in it.
var keyOfObjectForm = regexp.MustCompile(`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)/([-._A-Za-z0-9]+)$`)

func keyOfObject(value string) string {
	match := keyOfObjectForm.FindStringSubmatch(value)
	return unless(match != nil && len(match[1]) <= validation.DNS1123SubdomainMaxLength && len(validation.IsConfigMapKey(match[3])) == 0,
		"must be NAME/KEY: the name of an object in the backend's namespace and a key in it, such as database/password")
}
