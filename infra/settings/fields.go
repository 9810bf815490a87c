package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// field is how a key's value gets into the settings and out of them, as text. The error of set states the value and the rule it
// breaks.
type field struct {
	set func(*Settings, string) error
	get func(*Settings) string
	// literal: every character counts, so that a number, which loses some (1.10, 0x10), is refused.
	literal bool
	// structured: the value is an object or a list, as JSON, and the errors of set name what they are about.
	structured bool
}

// fields is the table of every key.
func fields() map[string]field {
	table := map[string]field{
		"cluster.kind":                text(func(s *Settings) *string { return &s.Cluster.Kind }, oneOf(Local, Existing)),
		"cluster.name":                text(func(s *Settings) *string { return &s.Cluster.Name }, clusterName),
		"cluster.nodeImage":           text(func(s *Settings) *string { return &s.Cluster.NodeImage }, imageName),
		"cluster.registryImage":       text(func(s *Settings) *string { return &s.Cluster.RegistryImage }, imageName),
		"cluster.privileged":          boolean(func(s *Settings) *bool { return &s.Cluster.Privileged }),
		"cluster.apiPort":             integer(func(s *Settings) *int { return &s.Cluster.APIPort }, 1, 65535),
		"cluster.registryPort":        integer(func(s *Settings) *int { return &s.Cluster.RegistryPort }, 1, 65535),
		"cluster.readyTimeoutSeconds": integer(func(s *Settings) *int { return &s.Cluster.ReadyTimeoutSeconds }, 10, 3600),
		"cluster.kubeconfig":          text(func(s *Settings) *string { return &s.Cluster.Kubeconfig }, anything),
		"cluster.kubeconfigPath":      text(func(s *Settings) *string { return &s.Cluster.KubeconfigPath }, optional(wholePath)),
		"cluster.context":             text(func(s *Settings) *string { return &s.Cluster.Context }, anything),
		"cluster.address":             text(func(s *Settings) *string { return &s.Cluster.Address }, host),
		"cluster.ignoredKeys":         text(func(s *Settings) *string { return &s.Cluster.IgnoredKeys }, patterns),
		"cluster.ignoredManagers":     text(func(s *Settings) *string { return &s.Cluster.IgnoredManagers }, patterns),

		"image.repository": text(func(s *Settings) *string { return &s.Image.Repository }, repository),
		"image.tag":        text(func(s *Settings) *string { return &s.Image.Tag }, tag),
		"image.tagCommit":  boolean(func(s *Settings) *bool { return &s.Image.TagCommit }),
		"image.platform":   text(func(s *Settings) *string { return &s.Image.Platform }, oneOf("", "linux/amd64", "linux/arm64")),
		"image.ref":        text(func(s *Settings) *string { return &s.Image.Ref }, reference),
		"image.registryUsername": text(
			func(s *Settings) *string { return &s.Image.RegistryUsername }, anything),
		"image.registryPassword": text(
			func(s *Settings) *string { return &s.Image.RegistryPassword }, anything),

		"backend.namespace":   text(func(s *Settings) *string { return &s.Backend.Namespace }, ownNamespace),
		"backend.replicas":    integer(func(s *Settings) *int { return &s.Backend.Replicas }, 1, 100),
		"backend.maxReplicas": integer(func(s *Settings) *int { return &s.Backend.MaxReplicas }, 0, 1000),
		"backend.targetCPUPercent": integer(
			func(s *Settings) *int { return &s.Backend.TargetCPUPercent }, 1, 1000),
		"backend.greeting":      text(func(s *Settings) *string { return &s.Backend.Greeting }, greeting),
		"backend.serviceType":   text(func(s *Settings) *string { return &s.Backend.ServiceType }, oneOf(NodePort, ClusterIP)),
		"backend.nodePort":      integer(func(s *Settings) *int { return &s.Backend.NodePort }, 30000, 32767),
		"backend.url":           text(func(s *Settings) *string { return &s.Backend.URL }, optional(webAddress)),
		"backend.dnsEgress":     boolean(func(s *Settings) *bool { return &s.Backend.DNSEgress }),
		"backend.cpuRequest":    quantity(func(s *Settings) *string { return &s.Backend.CPURequest }, processors),
		"backend.cpuLimit":      quantity(func(s *Settings) *string { return &s.Backend.CPULimit }, processors),
		"backend.memoryRequest": quantity(func(s *Settings) *string { return &s.Backend.MemoryRequest }, bytes),
		"backend.memoryLimit":   quantity(func(s *Settings) *string { return &s.Backend.MemoryLimit }, bytes),
		"backend.ephemeralStorageRequest": quantity(
			func(s *Settings) *string { return &s.Backend.EphemeralStorageRequest }, bytes),
		"backend.ephemeralStorageLimit": quantity(
			func(s *Settings) *string { return &s.Backend.EphemeralStorageLimit }, bytes),
		"backend.progressDeadlineSeconds": integer(
			func(s *Settings) *int { return &s.Backend.ProgressDeadlineSeconds }, 5, 3600),
		"backend.rolloutPatienceSeconds": integer(
			func(s *Settings) *int { return &s.Backend.RolloutPatienceSeconds }, 0, 3600),
		"backend.minReadySeconds":      integer(func(s *Settings) *int { return &s.Backend.MinReadySeconds }, 0, 600),
		"backend.maxSurge":             quantity(func(s *Settings) *string { return &s.Backend.MaxSurge }, surge),
		"backend.revisionHistoryLimit": integer(func(s *Settings) *int { return &s.Backend.RevisionHistoryLimit }, 0, 50),
		"backend.appArmorProfile":      text(func(s *Settings) *string { return &s.Backend.AppArmorProfile }, oneOf("", "RuntimeDefault")),
		"backend.metricsNamespace":     text(func(s *Settings) *string { return &s.Backend.MetricsNamespace }, optional(label)),
	}
	maps.Copy(table, workloadFields())
	maps.Copy(table, networkFields())
	maps.Copy(table, placementFields())
	maps.Copy(table, verifyFields())
	return table
}

// Keys lists every key, such as backend.replicas, in order.
func Keys() []string { return slices.Sorted(maps.Keys(fields())) }

// Values are the values of a group (cluster, image, backend or verify) as text, by key without the group's name: what is set, and the
// defaults of the rest. Secrets are left out.
func (s *Settings) Values(group string) map[string]string {
	values := map[string]string{}
	for _, name := range keysOf(group) {
		if _, secret := s.secrets()[group+"."+name]; !secret {
			values[name] = fields()[group+"."+name].get(s)
		}
	}
	return values
}

// keysOf lists the keys of a group without its name, in order; none for an unknown group.
func keysOf(group string) (names []string) {
	for _, key := range Keys() {
		if name, found := strings.CutPrefix(key, group+"."); found {
			names = append(names, name)
		}
	}
	return names
}

func groups() []string { return []string{"backend", "cluster", "image", secretsGroup, "verify"} }

// quoteIt is what to do about a value that YAML takes for something else than text.
const quoteIt = "is no text to YAML and would be changed: quote it in the stack file (pulumi config set --type string does)"

// timeForm is what Pulumi makes of a date or a time in a stack file, the one kind of value that it does not hand on as a number.
var timeForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} `)

// text is for values of which every character counts.
func text(target func(*Settings) *string, valid rule) field {
	f := quantity(target, valid)
	set := f.set
	f.set = func(s *Settings, value string) error {
		if timeForm.MatchString(value) {
			return fmt.Errorf("%q: %s", value, quoteIt)
		}
		return set(s, value)
	}
	f.literal = true
	return f
}

// quantity is for values that mean the same however they are written, such as 0.50 and 0.5.
func quantity(target func(*Settings) *string, valid rule) field {
	return field{set: func(s *Settings, value string) error {
		if problem := valid(value); problem != "" {
			return fmt.Errorf("%q: %s", value, problem)
		}
		*target(s) = value
		return nil
	}, get: func(s *Settings) string { return *target(s) }}
}

func integer(target func(*Settings) *int, least, most int) field {
	return field{set: func(s *Settings, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > most {
			return fmt.Errorf("%q: must be a whole number from %d to %d", value, least, most)
		}
		*target(s) = n
		return nil
	}, get: func(s *Settings) string { return strconv.Itoa(*target(s)) }}
}

func boolean(target func(*Settings) *bool) field {
	return field{set: func(s *Settings, value string) error {
		if value != "true" && value != "false" {
			return fmt.Errorf("%q: must be true or false", value)
		}
		*target(s) = value == "true"
		return nil
	}, get: func(s *Settings) string { return strconv.FormatBool(*target(s)) }}
}
