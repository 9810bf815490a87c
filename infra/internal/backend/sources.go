package backend

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// sources are the names of the objects that hold what variables and files of the backend refer to. Nil: there is no need for one.
type sources struct{ secret, configMap pulumi.StringInput }

// newSources declares a Secret and a ConfigMap with what the stack file holds. Their names follow from their content: pods of two
// versions have each their own, an update of the content rolls the pods out, and an earlier version finds what it had. Kubernetes
// never lets them change. A Secret stays until its namespace goes: an earlier release may come back, and its secrets are nowhere else.
func newSources(
	ctx *pulumi.Context, s settings.Backend, secrets map[string]string, namespace pulumi.StringInput, options []pulumi.ResourceOption,
) (found sources, err error) {
	if texts := referred(s, secrets); len(texts) > 0 {
		objectName, err := nameFor("secrets", texts)
		if err != nil {
			return sources{}, err
		}
		secret, err := corev1.NewSecret(ctx, "secrets", &corev1.SecretArgs{
			Metadata: metadata(s, objectName, namespace), Immutable: pulumi.Bool(true), StringData: pulumi.ToStringMap(texts),
		}, append([]pulumi.ResourceOption{pulumi.RetainOnDelete(true)}, options...)...)
		if err != nil {
			return sources{}, fmt.Errorf("declaring the Secret of the backend: %w", err)
		}
		found.secret = secret.Metadata.Name().Elem()
	}
	if texts := contents(s); len(texts) > 0 {
		objectName, err := nameFor("files", texts)
		if err != nil {
			return sources{}, err
		}
		configMap, err := corev1.NewConfigMap(ctx, "files", &corev1.ConfigMapArgs{
			Metadata: metadata(s, objectName, namespace), Immutable: pulumi.Bool(true), Data: pulumi.ToStringMap(texts),
		}, options...)
		if err != nil {
			return sources{}, fmt.Errorf("declaring the ConfigMap of the backend: %w", err)
		}
		found.configMap = configMap.Metadata.Name().Elem()
	}
	return found, nil
}

// referred are the secrets that a variable or a file refers to. The others stay in the stack file.
func referred(s settings.Backend, secrets map[string]string) map[string]string {
	texts := map[string]string{}
	for _, group := range []map[string]settings.Source{s.Env, s.Files} {
		for _, source := range group {
			if source.Secret != "" {
				texts[source.Secret] = secrets[source.Secret]
			}
		}
	}
	return texts
}

// contents are the texts of files, by key of the ConfigMap.
func contents(s settings.Backend) map[string]string {
	texts := map[string]string{}
	for key, name := range keys(s) {
		if source := s.Files[name]; source == (settings.Source{Value: source.Value}) {
			texts[key] = source.Value
		}
	}
	return texts
}

// keys are the paths of the files, by a name for each that may stand in a ConfigMap and in a volume.
func keys(s settings.Backend) map[string]string {
	named := make(map[string]string, len(s.Files))
	for i, name := range slices.Sorted(maps.Keys(s.Files)) {
		named[fmt.Sprintf("%d-%s", i, path.Base(name))] = name
	}
	return named
}

// guesses is how often the name's key is derived anew, so that trying out passwords against the name of an object, which more people
// see than the object, takes a second for a few dozen. It takes 20 ms here.
const guesses = 100_000

// nameFor names an object after its content.
func nameFor(kind string, texts map[string]string) (string, error) {
	content, err := json.Marshal(texts)
	if err != nil {
		return "", fmt.Errorf("naming the %s: %w", kind, err)
	}
	key, err := pbkdf2.Key(sha256.New, string(content), []byte(name), guesses, 5)
	if err != nil {
		return "", fmt.Errorf("naming the %s: %w", kind, err)
	}
	return strings.Join([]string{name, kind, hex.EncodeToString(key)}, "-"), nil
}
