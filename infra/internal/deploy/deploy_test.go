package deploy

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/ashwanth01/ashapp-backend/infra/internal/settings"
)

const (
	project = "ashapp-backend"
	good    = "registry.test/app@sha256:" + "1111111111111111111111111111111111111111111111111111111111111111"
	built   = "registry.test/app@sha256:" + "2222222222222222222222222222222222222222222222222222222222222222"
)

// operator is a Pulumi that updates a fake cluster: to the image in a config, or else to the one that it builds.
type operator struct {
	client kubernetes.Interface
	calls  []string
	fails  map[string]error
}

func (o *operator) Config() ([]byte, error)       { return []byte("config: {}\n"), nil }
func (o *operator) Say(string) error              { return nil }
func (o *operator) Preview(context.Context) error { o.calls = append(o.calls, "preview"); return nil }
func (o *operator) Destroy(context.Context) error { o.calls = append(o.calls, "destroy"); return nil }
func (o *operator) Refresh(_ context.Context, urns []string) error {
	o.calls = append(o.calls, "refresh "+strings.Join(urns, " "))
	return nil
}
func (o *operator) Update(ctx context.Context, config []byte) error {
	values, _, err := settings.ParseStackFile(config)
	if err != nil {
		return err
	}
	image := values[project+":image.ref"]
	if image == "" {
		image = built
	}
	o.calls = append(o.calls, "update "+image)
	deployments := o.client.AppsV1().Deployments("ashapp-backend")
	if _, err := deployments.Create(ctx, running(image), metav1.CreateOptions{}); err != nil {
		_, err = deployments.Update(ctx, running(image), metav1.UpdateOptions{})
		return errors.Join(err, o.fails[image])
	}
	return o.fails[image]
}

// running is a Deployment whose pods run an image.
func running(image string) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ashapp-backend", Name: deploymentName},
		Spec:       appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Image: image}}}}},
		Status:     appsv1.DeploymentStatus{Replicas: 2, UpdatedReplicas: 2, AvailableReplicas: 2},
	}
}

// deployer deploys commit abc; image is what is deployed already.
func deployer(image string) (*Deployer, *operator) {
	client := fake.NewClientset()
	if image != "" {
		client = fake.NewClientset(running(image))
	}
	o := &operator{client: client, fails: map[string]error{}}
	return &Deployer{
		Operator: o, Settings: settings.Default(), Project: project,
		Connect: func(context.Context) (kubernetes.Interface, error) { return client, nil },
		Drifted: func(context.Context) ([]string, error) { return nil, nil },
		Commit:  func(context.Context) (string, error) { return "abc", nil },
		Verify:  func(context.Context, string, string, string) error { return nil },
	}, o
}

func TestDeploymentIsWrittenDown(t *testing.T) {
	t.Parallel()

	d, o := deployer("")
	require.NoError(t, d.Deploy(t.Context()))
	assert.Equal(t, []string{"preview", "update " + built}, o.calls)
	releases, err := d.History(t.Context())
	require.NoError(t, err)
	require.Len(t, releases, 1)
	assert.Equal(t, []any{built, "abc", Deployed}, []any{releases[0].Image, releases[0].Commit, releases[0].Outcome})
	assert.Contains(t, releases[0].Config, built, "it must be possible to deploy it again without a build")

	var printed strings.Builder
	require.NoError(t, PrintHistory(&printed, releases))
	assert.Regexp(t, `(?s)^TIME.*\n\S+Z\s+deployed\s+abc\s+`+built+"\n$", printed.String())
}

func TestFailedDeploymentIsUndone(t *testing.T) {
	t.Parallel()

	failure := errors.New("no such image")
	for name, test := range map[string]struct {
		before    string
		update    error // of what is built
		verify    error // of what is built
		back      error // of the update that goes back
		want      []string
		complaint string
	}{
		"rollout fails":        {before: good, update: failure, want: []string{"preview", "update " + built, "update " + good}, complaint: "the deployment failed, and sha256:1111"},
		"wrong answers":        {before: good, verify: failure, want: []string{"preview", "update " + built, "update " + good}, complaint: "the deployment failed, and sha256:1111"},
		"first one fails":      {update: failure, want: []string{"preview", "update " + built, "destroy"}, complaint: "the first deployment failed, and what it had made is removed"},
		"going back fails too": {before: good, update: failure, back: errors.New("no cluster"), want: []string{"preview", "update " + built, "update " + good}, complaint: "failed as well: no cluster"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d, o := deployer(test.before)
			o.fails[built], o.fails[good] = test.update, test.back
			d.Verify = func(_ context.Context, _, _, commit string) error {
				if commit == "abc" {
					return test.verify
				}
				return nil
			}
			err := d.Deploy(t.Context())
			require.ErrorIs(t, err, failure)
			require.ErrorContains(t, err, test.complaint)
			assert.Equal(t, test.want, o.calls)
			releases, err := d.History(t.Context())
			require.NoError(t, err)
			if test.before == "" {
				assert.Empty(t, releases, "it goes with what the deployment has made")
				return
			}
			assert.Equal(t, Failed, releases[0].Outcome)
		})
	}
}

func TestInterruptedDeploymentIsLeftAsItIs(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	d, o := deployer(good)
	d.Verify = func(context.Context, string, string, string) error {
		cancel()
		return ctx.Err()
	}
	require.ErrorIs(t, d.Deploy(ctx), context.Canceled)
	assert.Equal(t, []string{"preview", "update " + built}, o.calls)
}

func TestDriftIsMendedFirst(t *testing.T) {
	t.Parallel()

	d, o := deployer(good)
	d.Drifted = func(context.Context) ([]string, error) { return []string{"urn:a", "urn:b"}, nil }
	require.NoError(t, d.Deploy(t.Context()))
	assert.Equal(t, "refresh urn:a urn:b", o.calls[0])
}

func TestRollbackGoesToTheGoodReleaseBefore(t *testing.T) {
	t.Parallel()

	d, o := deployer("")
	require.ErrorContains(t, d.Rollback(t.Context()), "nothing is deployed")
	pinned, err := settings.PinImage([]byte("config: {}\n"), project, good)
	require.NoError(t, err)
	first := Release{Image: good, Commit: "first", Config: string(pinned)}
	require.NoError(t, d.finish(t.Context(), "deployed", &first, nil))
	require.ErrorContains(t, d.Rollback(t.Context()), "there is no good release before sha256:1111")
	require.NoError(t, d.Deploy(t.Context()))
	o.calls = nil

	var asked string
	d.Verify = func(_ context.Context, _, _, commit string) error { asked = commit; return nil }
	require.NoError(t, d.Rollback(t.Context()))
	assert.Equal(t, []string{"update " + good}, o.calls)
	assert.Equal(t, "first", asked, "it must be the version that it was")
}

func TestWhatWasBroughtUpSinceIsGoneBackTo(t *testing.T) {
	t.Parallel()

	const since = "registry.test/app@sha256:3333333333333333333333333333333333333333333333333333333333333333"
	for name, test := range map[string]struct {
		available int32
		want      string
	}{
		"healthy": {2, since}, "broken": {0, built},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d, o := deployer("")
			require.NoError(t, d.Deploy(t.Context()))
			changed := running(since)
			changed.Status.AvailableReplicas = test.available
			_, err := o.client.AppsV1().Deployments("ashapp-backend").Update(t.Context(), changed, metav1.UpdateOptions{})
			require.NoError(t, err)
			last, err := d.lastGood(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.want, last.Image)
		})
	}
}
