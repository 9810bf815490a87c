package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Template is the name of the project that others are made from.
const Template = "ashapp-backend"

// Load turns a stack's configuration, as Pulumi hands it to a program (full keys, objects as JSON), into settings. Every
// problem is in the one error, a line each: key, value and rule. Configuration of other projects and of providers is
// not looked at. secretKeys are the full keys that are stored encrypted.
//
// A key may be a group, which holds an object (project:backend), or a single key of one, which holds its value
// (project:backend.greeting), as pulumi new writes them, and pulumi config set without --path. The single key counts.
func Load(project string, config map[string]string, secretKeys []string) (Settings, error) {
	settings := Default()
	var problems []error
	for _, fullKey := range slices.Sorted(maps.Keys(config)) { // so that a group comes before its keys
		namespace, key, _ := strings.Cut(fullKey, ":")
		group, name, single := strings.Cut(key, ".")
		switch {
		case namespace == Template && namespace != project:
			problems = append(problems, fmt.Errorf("%s: must be %s:%s, since the project is called %[2]s", fullKey, project, key))
		case namespace != project:
		case group == secretsGroup && single:
			problems = append(problems, settings.setSecret(name, config[fullKey]))
		case group == secretsGroup:
			problems = append(problems, settings.setSecrets(config[fullKey])...)
		case single:
			problems = append(problems, settings.set(group, name, config[fullKey]))
		default:
			problems = append(problems, settings.setGroup(group, config[fullKey])...)
		}
	}
	problems = append(problems, settings.check()...)
	problems = append(problems, settings.checkSecrets(project, secretKeys)...)
	if err := errors.Join(problems...); err != nil {
		return Settings{}, fmt.Errorf("the stack's configuration is not valid (Pulumi.yaml describes every key):\n%w", err)
	}
	return settings, nil
}

// secrets are the values that are never stored or shown in plain text, by key.
func (s *Settings) secrets() map[string]string {
	secrets := map[string]string{
		"cluster.kubeconfig":     s.Cluster.Kubeconfig,
		"image.registryPassword": s.Image.RegistryPassword,
	}
	for name, value := range s.Secrets {
		secrets[secretsGroup+"."+name] = value
	}
	return secrets
}

// checkSecrets wants them stored encrypted, on their own or with their group.
func (s *Settings) checkSecrets(project string, secretKeys []string) (problems []error) {
	secrets := s.secrets()
	for _, key := range slices.Sorted(maps.Keys(secrets)) {
		group, _, _ := strings.Cut(key, ".")
		encrypted := slices.Contains(secretKeys, project+":"+group) || slices.Contains(secretKeys, project+":"+key)
		if secrets[key] != "" && !encrypted {
			problems = append(problems, fmt.Errorf("%s: must be a secret, set it with: pulumi config set --secret --path %[1]s", key))
		}
	}
	for key, sources := range map[string]map[string]Source{"backend.env": s.Backend.Env, "backend.files": s.Backend.Files} {
		encrypted := slices.Contains(secretKeys, project+":backend") || slices.Contains(secretKeys, project+":"+key)
		if encrypted && slices.ContainsFunc(slices.Collect(maps.Values(sources)), func(s Source) bool { return s.Value != "" }) {
			problems = append(problems, fmt.Errorf("%s: holds texts, which Kubernetes shows to many, and something beside them is encrypted: "+
				"set encrypted texts with: pulumi config set --secret --path secrets.NAME, and let these be {secret: NAME}; "+
				"another encrypted value goes on its own, without --path", key))
		}
	}
	return problems
}

// setGroup sets the keys of one group from its JSON object.
func (s *Settings) setGroup(group, object string) (problems []error) {
	known := keysOf(group)
	if len(known) == 0 {
		return []error{unknownGroup(group)}
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &values); err != nil {
		return []error{fmt.Errorf("%s: must hold keys (%s) and not a value of its own", group, strings.Join(known, ", "))}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if fields()[group+"."+name].structured {
			problems = append(problems, s.set(group, name, asText(values[name])))
			continue
		}
		value, quoted, err := scalar(values[name])
		if fields()[group+"."+name].literal && !quoted && err == nil {
			err = fmt.Errorf("%s: %s", values[name], quoteIt)
		}
		if _, secret := s.secrets()[group+"."+name]; secret && err != nil {
			err = errors.New("must be a single text, in quotes") // and the value stays unsaid
		}
		if _, found := fields()[group+"."+name]; found && err != nil {
			problems = append(problems, fmt.Errorf("%s.%s: %w", group, name, err))
			continue
		}
		problems = append(problems, s.set(group, name, value))
	}
	return problems
}

// set sets one key of a group.
func (s *Settings) set(group, name, value string) error {
	key := group + "." + name
	field, found := fields()[key]
	if !found {
		if known := keysOf(group); len(known) > 0 {
			return fmt.Errorf("%s: unknown key, %s has %s", key, group, strings.Join(known, ", "))
		}
		return unknownGroup(group)
	}
	err := field.set(s, value)
	if err != nil && !field.structured {
		return fmt.Errorf("%s: %w", key, err)
	}
	return err
}

func unknownGroup(group string) error {
	return fmt.Errorf("%s: unknown key, the groups are %s", group, strings.Join(groups(), ", "))
}

// asText is a JSON value as text: of a string what it holds, so that an object may be given as one, as a release has it.
func asText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// scalar is a JSON string, number or boolean as text, and whether it is a string. Pulumi's command line stores 2 and "2" alike.
func scalar(value json.RawMessage) (text string, quoted bool, err error) {
	if value[0] == '{' || value[0] == '[' || string(value) == "null" {
		return "", false, fmt.Errorf("%s: must be a single value", value)
	}
	if json.Unmarshal(value, &text) == nil {
		return text, true, nil
	}
	return string(value), false, nil
}

// Apply sets values of a group, given as text by key without the group's name, as Values gives them.
func (s *Settings) Apply(group string, values map[string]string) error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		problems = append(problems, s.set(group, name, values[name]))
	}
	return errors.Join(problems...)
}
