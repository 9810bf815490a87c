package release

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// engine is a Pulumi that updates a fake cluster: to the image in a config, or else to the one that it builds. Of an update that
// fails on the cluster its state holds nothing, as the official Kubernetes plugin has it when it is interrupted.
type engine struct {
	client kubernetes.Interface
	config string
	built  string // what the next build gives
	// program is the version of the program that renders; empty for the first one.
	program string
	state   *settings.Settings
	image   string // of the state
	calls   []string
	// By image, and for the preview by "preview": failures before anything is changed, and of the rollout.
	early, fails map[string]error
	// pretends are images that it says it has deployed, and has not.
	pretends map[string]bool
	ctx      func() // called in the middle of an update
}

func (p *engine) Config() ([]byte, error) { return []byte(p.config), nil }

func (p *engine) Preview(context.Context) error {
	p.calls = append(p.calls, "preview")
	return p.early["preview"]
}

func (p *engine) Destroy(context.Context) error {
	p.calls = append(p.calls, "destroy")
	return p.fails["destroy"]
}

func (p *engine) Refresh(ctx context.Context, urns []string) error {
	p.calls = append(p.calls, "refresh "+strings.Join(urns, " "))
	live, err := p.client.AppsV1().Deployments(project).Get(ctx, project, metav1.GetOptions{})
	if err == nil {
		p.image = imageOf(live)
	}
	return err
}

func (p *engine) Snapshot(context.Context) (pulumi.Snapshot, error) {
	if p.state == nil {
		return pulumi.Snapshot{}, nil
	}
	return pulumi.Snapshot{
		Resources: 3, Outputs: map[string]any{"image": p.image, "namespace": p.state.Backend.Namespace},
		Backend: p.state.Values("backend"),
		Objects: p.render(*p.state, p.image),
	}, nil
}

// render is what the program makes of settings and an image: p.program tells its version.
func (p *engine) render(s settings.Settings, image string) map[string]pulumi.Object {
	manifest := fmt.Sprintf(`{"image": %q, "greeting": %q, "program": %q}`, image, s.Backend.Greeting, p.program)
	objects := map[string]pulumi.Object{
		"namespace":  {URN: "urn:namespace", Inputs: json.RawMessage(`{}`)},
		"deployment": {URN: "urn:deployment", Inputs: json.RawMessage(manifest), Manager: "pulumi"},
	}
	if p.program != "" {
		objects["added"] = pulumi.Object{URN: "urn:added", Inputs: json.RawMessage(`{"added": true}`)}
	}
	return objects
}

func (p *engine) Settings(_ context.Context, config []byte) (settings.Settings, error) {
	values, keys, err := settings.ParseStackFile(config)
	if err != nil {
		return settings.Settings{}, err
	}
	return settings.Load(project, values, keys)
}

func (p *engine) Planned(ctx context.Context, config []byte) (map[string]json.RawMessage, error) {
	wanted, err := p.Settings(ctx, config)
	if err != nil {
		return nil, err
	}
	planned := map[string]json.RawMessage{}
	for name, object := range p.render(wanted, wanted.Image.Ref) {
		planned[name] = object.Inputs
	}
	return planned, nil
}

// Apply makes the two pods run the image of a manifest.
func (p *engine) Apply(ctx context.Context, object pulumi.Object) error {
	var manifest struct{ Image, Program string }
	if err := json.Unmarshal(object.Inputs, &manifest); err != nil {
		return err
	}
	p.calls = append(p.calls, "apply "+object.URN+" "+manifest.Program)
	if manifest.Image == "" {
		return nil
	}
	return errors.Join(p.fails[manifest.Image], p.apply(ctx, manifest.Image, project))
}

func (p *engine) Remove(_ context.Context, object pulumi.Object) error {
	p.calls = append(p.calls, "remove "+object.URN)
	return nil
}

func (p *engine) Update(ctx context.Context, config []byte) error {
	wanted, err := p.Settings(ctx, config)
	if err != nil {
		return err
	}
	next := cmp.Or(wanted.Image.Ref, p.built)
	p.calls = append(p.calls, strings.TrimSpace("update "+next[len(next)-1:]+" "+strings.TrimPrefix(wanted.Backend.Greeting, settings.Default().Backend.Greeting)))
	if p.early[next] != nil {
		return p.early[next]
	}
	if p.ctx != nil {
		p.ctx()
	}
	if !p.pretends[next] {
		if err := p.apply(ctx, next, wanted.Backend.Namespace); err != nil {
			return err
		}
	}
	if p.fails[next] != nil {
		return p.fails[next]
	}
	p.state, p.image = &wanted, next
	return nil
}

// apply makes two pods run an image.
func (p *engine) apply(ctx context.Context, image, namespace string) error {
	deployments, pods := p.client.AppsV1().Deployments(namespace), p.client.CoreV1().Pods(namespace)
	next := running(image, namespace)
	if before, err := deployments.Get(ctx, project, metav1.GetOptions{}); err == nil {
		next.Generation = before.Generation + 1
		next.Status.ObservedGeneration = next.Generation
	}
	_, err := deployments.Update(ctx, next, metav1.UpdateOptions{})
	if apierrors.IsNotFound(err) {
		_, err = deployments.Create(ctx, next, metav1.CreateOptions{})
	}
	for _, name := range []string{"a", "b"} {
		deleted := pods.Delete(ctx, name, metav1.DeleteOptions{})
		if apierrors.IsNotFound(deleted) {
			deleted = nil
		}
		_, created := pods.Create(ctx, pod(name, image, namespace), metav1.CreateOptions{})
		err = errors.Join(err, deleted, created)
	}
	return err
}

// drifted names the Deployment where the cluster is not as the state says.
func (p *engine) drifted(ctx context.Context) ([]string, error) {
	live, err := p.client.AppsV1().Deployments(project).Get(ctx, project, metav1.GetOptions{})
	if apierrors.IsNotFound(err) || err == nil && imageOf(live) == p.image {
		return nil, nil
	}
	return []string{"urn:deployment"}, err
}

// configure changes the settings of the backend.
func (p *engine) configure(t *testing.T, d *Deployer, backend map[string]string) {
	t.Helper()
	var text strings.Builder
	text.WriteString("config:\n  " + project + ":backend:\n")
	for key, value := range backend {
		fmt.Fprintf(&text, "    %s: %q\n", key, value)
	}
	p.config = text.String()
	d.Settings = settings.Default()
	require.NoError(t, d.Settings.Apply("backend", backend))
}
