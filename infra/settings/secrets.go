package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// secretsGroup holds texts of the user's own naming, which are always stored encrypted. Variables and files of the backend refer to
// them. They are apart from the other groups since Pulumi tells of a whole group only whether anything in it is encrypted.
const secretsGroup = "secrets"

var secretNameForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,253}$`)

func secretName(value string) string {
	return unless(secretNameForm.MatchString(value), "must be at most 253 letters, digits, _ and -")
}

// setSecrets sets the texts of the group from its JSON object.
func (s *Settings) setSecrets(object string) (problems []error) {
	var values map[string]json.RawMessage
	if json.Unmarshal([]byte(object), &values) != nil {
		return []error{errors.New("secrets: must hold names, each with a text")}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text, quoted, err := scalar(values[name])
		if err != nil || !quoted {
			problems = append(problems, fmt.Errorf("secrets.%s: must be a single text, in quotes", name))
			continue
		}
		problems = append(problems, s.setSecret(name, text))
	}
	return problems
}

func (s *Settings) setSecret(name, value string) error {
	if problem := secretName(name); problem != "" {
		return fmt.Errorf("secrets.%s: the name %s", name, problem)
	}
	if value == "" || len(value) > longestContent {
		return fmt.Errorf("secrets.%s: must be 1 to %d bytes long", name, longestContent)
	}
	if s.Secrets == nil {
		s.Secrets = map[string]string{}
	}
	s.Secrets[name] = value
	return nil
}
