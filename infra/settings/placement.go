package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Toleration lets the pods onto nodes with a taint
// (https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration).
type Toleration struct {
	Key string `json:"key"`
	// Value is the taint's. Empty: any, or none.
	Value string `json:"value,omitempty"`
	// Effect is NoSchedule, PreferNoSchedule or NoExecute. Empty: all of them.
	Effect string `json:"effect,omitempty"`
}

// placementFields say where the pods run, as whom, and what others read off the objects.
func placementFields() map[string]field {
	texts := func(key string, target func(*Settings) *map[string]string, valid func(name, value string) error) field {
		return mapping(key, target, func(name string, raw json.RawMessage) (value string, err error) {
			if raw[0] != '"' || json.Unmarshal(raw, &value) != nil {
				return "", errors.New("must be a text, in quotes")
			}
			return value, valid(name, value)
		})
	}
	return map[string]field{
		"backend.labels":         texts("backend.labels", func(s *Settings) *map[string]string { return &s.Backend.Labels }, ownLabel),
		"backend.annotations":    texts("backend.annotations", func(s *Settings) *map[string]string { return &s.Backend.Annotations }, annotation),
		"backend.podAnnotations": texts("backend.podAnnotations", func(s *Settings) *map[string]string { return &s.Backend.PodAnnotations }, annotation),
		"backend.serviceAccountAnnotations": texts("backend.serviceAccountAnnotations",
			func(s *Settings) *map[string]string { return &s.Backend.ServiceAccountAnnotations }, annotation),
		"backend.nodeSelector": texts("backend.nodeSelector", func(s *Settings) *map[string]string { return &s.Backend.NodeSelector }, nodeLabel),
		"backend.tolerations": list("backend.tolerations", func(s *Settings) *[]Toleration { return &s.Backend.Tolerations },
			parseToleration),
		"backend.priorityClassName": text(func(s *Settings) *string { return &s.Backend.PriorityClassName }, optional(objectName)),
		"backend.runAsUser":         quantity(func(s *Settings) *string { return &s.Backend.RunAsUser }, optional(userID)),
		"backend.imagePullSecrets": list("backend.imagePullSecrets", func(s *Settings) *[]string { return &s.Backend.ImagePullSecrets },
			func(raw json.RawMessage) (name string, err error) {
				if json.Unmarshal(raw, &name) != nil || objectName(name) != "" {
					return "", fmt.Errorf("%s: %s", raw, objectName(""))
				}
				return name, nil
			}),
	}
}

func objectName(value string) string {
	return unless(len(validation.IsDNS1123Subdomain(value)) == 0,
		"must be the name of an object: lower-case letters, digits, - and ., a letter or digit at both ends")
}

// leastUser is above the users of a host (Pod Security has no such rule; kube-score and Trivy KSV-0020 have).
const leastUser = 10000

func userID(value string) string {
	id, err := strconv.Atoi(value)
	return unless(err == nil && id >= leastUser && id <= 1<<31-1, "must be empty or a user ID from 10000 to 2147483647")
}

// reserved are the prefixes of labels and annotations by which the program and Pulumi work.
func reserved(name string, prefixes ...string) error {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return fmt.Errorf("must not begin with %s, which the program sets", prefix)
		}
	}
	return nil
}

func qualified(name string) error {
	if len(validation.IsQualifiedName(name)) > 0 {
		return errors.New("the name must be a label's or annotation's, such as team or example.com/team")
	}
	return nil
}

func ownLabel(name, value string) error {
	if len(validation.IsValidLabelValue(value)) > 0 {
		return fmt.Errorf("%q: must be at most 63 letters, digits, - _ and ., a letter or digit at both ends", value)
	}
	return errors.Join(qualified(name), reserved(name, "app.kubernetes.io/", "pod-security.kubernetes.io/", "kubernetes.io/"))
}

// longestAnnotation is a sixteenth of what Kubernetes takes for all annotations of an object.
const longestAnnotation = 16 << 10

func annotation(name, value string) error {
	if len(value) > longestAnnotation {
		return fmt.Errorf("must be at most %d bytes long", longestAnnotation)
	}
	return errors.Join(qualified(name), reserved(name, "pulumi.com/", "ashapp-backend/", "prometheus.io/"))
}

// nodeLabel is one that the image does not decide.
func nodeLabel(name, value string) error {
	if name == "kubernetes.io/os" || name == "kubernetes.io/arch" {
		return errors.New("follows from image.platform")
	}
	if len(validation.IsValidLabelValue(value)) > 0 {
		return fmt.Errorf("%q: must be at most 63 letters, digits, - _ and ., a letter or digit at both ends", value)
	}
	return qualified(name)
}

func parseToleration(raw json.RawMessage) (toleration Toleration, err error) {
	effects := []string{"", "NoSchedule", "PreferNoSchedule", "NoExecute"}
	switch {
	case !strictly(raw, &toleration):
		err = fmt.Errorf("%s: must be {key: TAINT}, and may have a value and an effect", raw)
	case toleration.Key == "":
		err = errors.New("key: must be set: a toleration without one lets the pods onto every node, however broken")
	case qualified(toleration.Key) != nil || len(validation.IsValidLabelValue(toleration.Value)) > 0:
		err = fmt.Errorf("%s: key and value must be a taint's", raw)
	case !slices.Contains(effects, toleration.Effect):
		err = fmt.Errorf("effect: %q: must be empty or %s", toleration.Effect, strings.Join(effects[1:], " or "))
	}
	return toleration, err
}
