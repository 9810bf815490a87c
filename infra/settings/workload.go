package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// Bounds of what a stack file may hold, below those of Kubernetes: 1 MiB for a Secret or a ConfigMap, 128 KiB for a variable (Linux).
const (
	longestVariable = 32 << 10
	longestContent  = 512 << 10
)

// Media of a temporary folder.
const (
	Disk   = "disk"
	Memory = "memory"
)

func workloadFields() map[string]field {
	return map[string]field{
		"backend.env":       mapping("backend.env", func(s *Settings) *map[string]Source { return &s.Backend.Env }, variable),
		"backend.files":     mapping("backend.files", func(s *Settings) *map[string]Source { return &s.Backend.Files }, file),
		"backend.tmpSize":   quantity(func(s *Settings) *string { return &s.Backend.TmpSize }, optional(bytes)),
		"backend.tmpMedium": text(func(s *Settings) *string { return &s.Backend.TmpMedium }, oneOf(Disk, Memory)),
	}
}

var variableForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// taken are the variables that other settings, or the contract with the backend, decide.
func taken() map[string]string {
	return map[string]string{
		contract.GreetingVariable:     "is what backend.greeting sets",
		contract.AdminAddressVariable: "is what backend.metricsNamespace sets",
		"GOMEMLIMIT":                  "follows from backend.memoryLimit",
		"ADDRESS":                     "must stay as it is: the Service and the probes expect the backend on one port",
	}
}

// variable reads a variable of backend.env.
func variable(name string, raw json.RawMessage) (Source, error) {
	if !variableForm.MatchString(name) {
		return Source{}, errors.New("the name must consist of letters, digits and _, and not begin with a digit")
	}
	if reason, found := taken()[name]; found {
		return Source{}, errors.New(reason)
	}
	var own struct{ Secret bool }
	if strictly(raw, &own) && own.Secret {
		return Source{Secret: name}, nil // the secret of the variable's own name
	}
	source, err := parseSource(raw)
	switch {
	case err != nil:
		return source, err
	case len(source.Value) > longestVariable || strings.Contains(source.Value, "\x00"):
		return source, fmt.Errorf("must be at most %d bytes long, none of them zero", longestVariable)
	case looksSecret.MatchString(source.Value):
		return source, fmt.Errorf("looks like a password or a key: set it with: pulumi config set --secret --path secrets.%s, "+
			"and let this be {secret: %[1]s}", name)
	}
	return source, nil
}

// looksSecret are forms of values that give a secret away: a private key, a key of AWS, a URL with a password.
var looksSecret = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|://[^/\s:@]+:[^/\s@]+@`)

var fileForm = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+)+$`)

// file reads a file of backend.files.
func file(name string, raw json.RawMessage) (Source, error) {
	if !fileForm.MatchString(name) || path.Clean(name) != name {
		return Source{}, errors.New("the name must be the whole path of a file, of letters, digits and . _ - /, such as /etc/app/config.yaml")
	}
	for _, folder := range []string{"/proc/", "/sys/", "/dev/", "/tmp/"} {
		if strings.HasPrefix(name+"/", folder) {
			return Source{}, fmt.Errorf("must not be in %s", strings.TrimSuffix(folder, "/"))
		}
	}
	source, err := parseSource(raw)
	switch {
	case err != nil:
		return source, err
	case source.Field != "":
		return source, errNoSource
	case len(source.Value) > longestContent:
		return source, fmt.Errorf("must be at most %d bytes long", longestContent)
	case looksSecret.MatchString(source.Value):
		return source, errors.New("looks like a password or a key: set it with: pulumi config set --secret --path secrets.NAME, " +
			"and let this be {secret: NAME}")
	}
	return source, nil
}

// checkWorkload holds variables and files to what they refer to.
func (s *Settings) checkWorkload() (problems []error) {
	b := s.Backend
	total := 0
	for _, group := range []struct {
		key     string
		sources map[string]Source
	}{{"backend.env", b.Env}, {"backend.files", b.Files}} {
		for _, name := range slices.Sorted(maps.Keys(group.sources)) {
			wanted := group.sources[name].Secret
			if _, found := s.Secrets[wanted]; wanted != "" && !found {
				problems = append(problems, fmt.Errorf("%s.%s: there is no secret %s: set it with: pulumi config set --secret --path secrets.%[3]s",
					group.key, name, wanted))
			}
		}
	}
	for name, source := range b.Files {
		total += len(source.Value)
		for other := range b.Files {
			if strings.HasPrefix(other, name+"/") {
				problems = append(problems, fmt.Errorf("backend.files.%s: must not be a file, since %s is in it", name, other))
			}
		}
	}
	if total > longestContent {
		problems = append(problems, fmt.Errorf("backend.files: must not hold more than %d bytes in all, has %d", longestContent, total))
	}
	return append(problems, b.checkTmp()...)
}

// checkTmp holds the temporary folder to the limit that it counts to, where the kubelet would evict the pod or kill it.
func (b Backend) checkTmp() []error {
	size, err := resource.ParseQuantity(b.TmpSize)
	if err != nil {
		return nil
	}
	key, limit := "backend.ephemeralStorageLimit", b.EphemeralStorageLimit
	if b.TmpMedium == Memory {
		key, limit = "backend.memoryLimit", b.MemoryLimit
	}
	most, err := resource.ParseQuantity(limit)
	if err != nil || size.Cmp(most) < 0 {
		return nil
	}
	return []error{fmt.Errorf("backend.tmpSize: %q: must be below %s, which is %s, or full pods are killed", b.TmpSize, key, limit)}
}
