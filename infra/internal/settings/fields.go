package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// setter puts a value, given as text, into the settings. Its error states the value and the rule it breaks.
type setter func(*Settings, string) error

// fields is the table of every key.
func fields() map[string]setter {
	return map[string]setter{
		"cluster.kind":                text(func(s *Settings) *string { return &s.Cluster.Kind }, oneOf(Local, Existing)),
		"cluster.name":                text(func(s *Settings) *string { return &s.Cluster.Name }, label),
		"cluster.nodeImage":           text(func(s *Settings) *string { return &s.Cluster.NodeImage }, imageName),
		"cluster.registryImage":       text(func(s *Settings) *string { return &s.Cluster.RegistryImage }, imageName),
		"cluster.privileged":          boolean(func(s *Settings) *bool { return &s.Cluster.Privileged }),
		"cluster.apiPort":             integer(func(s *Settings) *int { return &s.Cluster.APIPort }, 1, 65535),
		"cluster.registryPort":        integer(func(s *Settings) *int { return &s.Cluster.RegistryPort }, 1, 65535),
		"cluster.readyTimeoutSeconds": integer(func(s *Settings) *int { return &s.Cluster.ReadyTimeoutSeconds }, 10, 3600),
		"cluster.kubeconfig":          text(func(s *Settings) *string { return &s.Cluster.Kubeconfig }, anything),
		"cluster.kubeconfigPath":      text(func(s *Settings) *string { return &s.Cluster.KubeconfigPath }, anything),
		"cluster.context":             text(func(s *Settings) *string { return &s.Cluster.Context }, anything),
		"cluster.address":             text(func(s *Settings) *string { return &s.Cluster.Address }, notEmpty),

		"image.repository": text(func(s *Settings) *string { return &s.Image.Repository }, repository),
		"image.tag":        text(func(s *Settings) *string { return &s.Image.Tag }, tag),
		"image.platform":   text(func(s *Settings) *string { return &s.Image.Platform }, oneOf("", "linux/amd64", "linux/arm64")),
		"image.ref":        text(func(s *Settings) *string { return &s.Image.Ref }, reference),

		"backend.namespace":   text(func(s *Settings) *string { return &s.Backend.Namespace }, label),
		"backend.replicas":    integer(func(s *Settings) *int { return &s.Backend.Replicas }, 1, 100),
		"backend.maxReplicas": integer(func(s *Settings) *int { return &s.Backend.MaxReplicas }, 0, 1000),
		"backend.targetCPUPercent": integer(
			func(s *Settings) *int { return &s.Backend.TargetCPUPercent }, 1, 1000),
		"backend.greeting":      text(func(s *Settings) *string { return &s.Backend.Greeting }, greeting),
		"backend.nodePort":      integer(func(s *Settings) *int { return &s.Backend.NodePort }, 30000, 32767),
		"backend.cpuRequest":    text(func(s *Settings) *string { return &s.Backend.CPURequest }, quantity),
		"backend.cpuLimit":      text(func(s *Settings) *string { return &s.Backend.CPULimit }, quantity),
		"backend.memoryRequest": text(func(s *Settings) *string { return &s.Backend.MemoryRequest }, quantity),
		"backend.memoryLimit":   text(func(s *Settings) *string { return &s.Backend.MemoryLimit }, quantity),
		"backend.ephemeralStorageRequest": text(
			func(s *Settings) *string { return &s.Backend.EphemeralStorageRequest }, quantity),
		"backend.ephemeralStorageLimit": text(
			func(s *Settings) *string { return &s.Backend.EphemeralStorageLimit }, quantity),
		"backend.progressDeadlineSeconds": integer(
			func(s *Settings) *int { return &s.Backend.ProgressDeadlineSeconds }, 5, 3600),
		"backend.minReadySeconds":      integer(func(s *Settings) *int { return &s.Backend.MinReadySeconds }, 0, 600),
		"backend.maxSurge":             text(func(s *Settings) *string { return &s.Backend.MaxSurge }, surge),
		"backend.revisionHistoryLimit": integer(func(s *Settings) *int { return &s.Backend.RevisionHistoryLimit }, 0, 50),
		"backend.appArmorProfile":      text(func(s *Settings) *string { return &s.Backend.AppArmorProfile }, oneOf("", "RuntimeDefault")),
		"backend.metricsNamespace":     text(func(s *Settings) *string { return &s.Backend.MetricsNamespace }, optional(label)),
	}
}

// Keys lists every key, such as backend.replicas, in order.
func Keys() []string { return slices.Sorted(maps.Keys(fields())) }

// keysOf lists the keys of a group without its name, in order; none for an unknown group.
func keysOf(group string) (names []string) {
	for _, key := range Keys() {
		if name, found := strings.CutPrefix(key, group+"."); found {
			names = append(names, name)
		}
	}
	return names
}

func groups() []string { return []string{"backend", "cluster", "image"} }

// rule tells what is wrong with a value, as "must ..."; empty when nothing is.
type rule func(string) string

func text(target func(*Settings) *string, valid rule) setter {
	return func(s *Settings, value string) error {
		if problem := valid(value); problem != "" {
			return fmt.Errorf("%q: %s", value, problem)
		}
		*target(s) = value
		return nil
	}
}

func integer(target func(*Settings) *int, least, most int) setter {
	return func(s *Settings, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > most {
			return fmt.Errorf("%q: must be a whole number from %d to %d", value, least, most)
		}
		*target(s) = n
		return nil
	}
}

func boolean(target func(*Settings) *bool) setter {
	return func(s *Settings, value string) error {
		if value != "true" && value != "false" {
			return fmt.Errorf("%q: must be true or false", value)
		}
		*target(s) = value == "true"
		return nil
	}
}

func anything(string) string { return "" }

func notEmpty(value string) string { return unless(value != "", "must not be empty") }

func oneOf(choices ...string) rule {
	return func(value string) string {
		return unless(slices.Contains(choices, value), "must be "+strings.Trim(strings.Join(choices, " or "), " or"))
	}
}

// optional takes the empty value as well.
func optional(valid rule) rule {
	return func(value string) string {
		if value == "" {
			return ""
		}
		return valid(value)
	}
}

// The forms of names: a DNS label by RFC 1123, image names by the reference grammar of the distribution project.
var (
	labelForm      = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	repositoryForm = regexp.MustCompile(`^([a-zA-Z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*$`)
	tagForm        = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	digestForm     = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	surgeForm      = regexp.MustCompile(`^[1-9][0-9]{0,2}%?$`)
)

func label(value string) string {
	return unless(labelForm.MatchString(value),
		"must be a DNS label: at most 63 lower-case letters, digits and hyphens, a letter or digit at both ends")
}

func repository(value string) string {
	return unless(repositoryForm.MatchString(value), "must be a repository without tag or digest, such as docker.io/name/app")
}

func tag(value string) string {
	return unless(tagForm.MatchString(value), "must be an image tag: letters, digits, _ . - and at most 128 of them")
}

func imageName(value string) string {
	name, digest, pinned := strings.Cut(value, "@")
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		if !tagForm.MatchString(name[colon+1:]) {
			return "must be an image name with a tag or digest, and the tag is not one"
		}
		name = name[:colon]
	} else if !pinned {
		return "must be an image name with a tag or digest"
	}
	return unless(repositoryForm.MatchString(name) && (!pinned || digestForm.MatchString(digest)),
		"must be an image name with a tag or digest")
}

func reference(value string) string {
	name, digest, _ := strings.Cut(value, "@")
	return unless(value == "" || repositoryForm.MatchString(name) && digestForm.MatchString(digest),
		"must be empty or name@sha256: followed by 64 hexadecimal digits")
}

func greeting(value string) string {
	return unless(value != "" && len(value) <= 1024, "must be 1 to 1024 bytes long")
}

// surge is above zero: no pod may be missing during a rollout, so that one must be allowed beyond them.
func surge(value string) string {
	return unless(surgeForm.MatchString(value), "must be a number of pods or a percentage, 1 to 999, such as 1 or 25%")
}

func quantity(value string) string {
	amount, err := resource.ParseQuantity(value)
	return unless(err == nil && amount.Sign() > 0, "must be a Kubernetes quantity above zero, such as 50m or 64Mi")
}

func unless(holds bool, problem string) string {
	if holds {
		return ""
	}
	return problem
}
