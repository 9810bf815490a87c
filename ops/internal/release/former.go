package release

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Earlier versions kept all releases in one ConfigMap, with a stack file each.
const (
	formerName = settings.Template + "-releases"
	formerKey  = "releases.json"
)

// formerRelease is one of them.
type formerRelease struct {
	Time    time.Time `json:"time"`
	Image   string    `json:"image"`
	Commit  string    `json:"commit"`
	Outcome string    `json:"outcome"` // deployed or failed
	Config  string    `json:"config"`  // the stack file
}

// takeOver writes the releases of an earlier version down as today's are, and removes what they were in: the role view may read a
// ConfigMap, and there is ciphertext in it. Where it was stopped, it goes on.
func (s *session) takeOver(ctx context.Context) error {
	client, err := s.Connect(ctx)
	if err != nil || client == nil {
		return err
	}
	target := store{client, s.namespace}
	former, err := target.former(ctx, s.Project, s.releases)
	if err != nil || len(former) == 0 {
		return err
	}
	for _, release := range former {
		if err := target.put(ctx, release); err != nil {
			return err
		}
	}
	s.releases = former
	s.Say(fmt.Sprintf("the releases of an earlier version are taken over: there are %d", len(former)))
	if err := target.prune(ctx, former); err != nil {
		return err
	}
	if err := client.CoreV1().ConfigMaps(s.namespace).Delete(ctx, formerName, metav1.DeleteOptions{}); err != nil {
		return fmt.Errorf("removing the ConfigMap %s/%s, which held them: %w", s.namespace, formerName, err)
	}
	return nil
}

// former are the releases of an earlier version, the latest last; none where something else was released since.
func (s store) former(ctx context.Context, project string, since []Release) ([]Release, error) {
	object, err := s.client.CoreV1().ConfigMaps(s.namespace).Get(ctx, formerName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) || apierrors.IsForbidden(err) {
		return nil, nil // whoever has made such releases was allowed to read them
	}
	if err != nil {
		return nil, fmt.Errorf("reading the releases of an earlier version in namespace %s: %w", s.namespace, err)
	}
	var found []formerRelease
	if err := json.Unmarshal([]byte(object.Data[formerKey]), &found); err != nil {
		return nil, fmt.Errorf("reading the releases of an earlier version in ConfigMap %s/%s: %w: delete it to do without them",
			s.namespace, formerName, err)
	}
	for _, release := range since {
		if release.Number > len(found) || !found[release.Number-1].Time.Equal(release.Time) {
			return nil, nil
		}
	}
	releases := make([]Release, 0, len(found))
	for i, one := range found {
		releases = append(releases, one.release(i+1, project))
	}
	return releases, nil
}

// release is a former release as today's are. How it was rendered is not known.
func (f formerRelease) release(number int, project string) Release {
	release := Release{Number: number, Time: f.Time, State: Undone, Image: f.Image, Commit: f.Commit}
	if f.Outcome != "deployed" {
		return release
	}
	var readable bool
	if release.Backend, readable = backendOf(f.Config, project); readable {
		release.State = Verified
	} else {
		release.State, release.Cause = NeedsPerson, "it was good, but its settings cannot be read"
	}
	return release
}

// backendOf are the backend's settings in a stack file: what it sets, and today's defaults of the rest. They are not readable where any is
// encrypted, which nobody can tell without Pulumi.
func backendOf(stackFile, project string) (backend map[string]string, readable bool) {
	config, secret, err := settings.ParseStackFile([]byte(stackFile))
	if err != nil {
		return nil, false
	}
	const name = "backend"
	group, defaults := project+":"+name, settings.Default()
	ofGroup := func(key string) bool { return key == group || strings.HasPrefix(key, group+".") }
	if slices.ContainsFunc(secret, ofGroup) {
		return nil, false
	}
	backend = defaults.Values(name)
	var values map[string]json.RawMessage
	if text, set := config[group]; set && json.Unmarshal([]byte(text), &values) != nil {
		return nil, false
	}
	for key, value := range values {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value) // a number or a boolean
		}
		backend[key] = text
	}
	for key, value := range config {
		if single, found := strings.CutPrefix(key, group+"."); found {
			backend[single] = value
		}
	}
	return backend, true
}
