package release

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const (
	project = "ashapp-backend"
	good    = "registry.test/app@sha256:" + "1111111111111111111111111111111111111111111111111111111111111111"
	built   = "registry.test/app@sha256:" + "2222222222222222222222222222222222222222222222222222222222222222"
)

// operator is a Pulumi that updates a fake cluster: to the image in a config, or else to the one that it builds. It changes what
// is not as its state says, and of an update that fails its state holds nothing, as the official Kubernetes plugin has it when it
// is interrupted.
type operator struct {
	client kubernetes.Interface
	calls  []string
	state  string
	fails  map[string]error
	// early are those that fail before they reach the cluster.
	early map[string]error
}

func (o *operator) Config() ([]byte, error)       { return []byte("config: {}\n"), nil }
func (o *operator) Say(string) error              { return nil }
func (o *operator) Preview(context.Context) error { o.calls = append(o.calls, "preview"); return nil }
func (o *operator) Destroy(context.Context) error { o.calls = append(o.calls, "destroy"); return nil }
func (o *operator) Refresh(ctx context.Context, urns []string) (err error) {
	o.calls = append(o.calls, "refresh "+strings.Join(urns, " "))
	o.state, err = o.shown(ctx)
	return err
}

func (o *operator) Image(context.Context) (string, error) { return o.state, nil }

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
	if o.early[image] != nil || image == o.state {
		return o.early[image]
	}
	if err := o.apply(ctx, image); err != nil {
		return err
	}
	if o.fails[image] == nil {
		o.state = image
	}
	return o.fails[image]
}

// apply makes two pods run an image, or one where the image fails.
func (o *operator) apply(ctx context.Context, image string) error {
	deployments, pods := o.client.AppsV1().Deployments("ashapp-backend"), o.client.CoreV1().Pods("ashapp-backend")
	next := running(image)
	if before, err := deployments.Get(ctx, deploymentName, metav1.GetOptions{}); err == nil {
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
		_, created := pods.Create(ctx, pod(name, image), metav1.CreateOptions{})
		err = errors.Join(err, deleted, created)
	}
	return err
}

// shown is the image that the cluster has.
func (o *operator) shown(ctx context.Context) (string, error) {
	deployment, err := o.client.AppsV1().Deployments("ashapp-backend").Get(ctx, deploymentName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return imageOf(deployment), nil
}

// drifted names the Deployment where the cluster is not as the state says.
func (o *operator) drifted(ctx context.Context) ([]string, error) {
	image, err := o.shown(ctx)
	if err != nil || image == o.state || image == "" {
		return nil, err
	}
	return []string{"urn:deployment"}, nil
}

// running is a Deployment whose pods run an image.
func running(image string) *appsv1.Deployment {
	replicas := int32(2)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ashapp-backend", Name: deploymentName, Generation: 1},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, Template: corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: deploymentName, Image: image}}},
		}},
		Status: appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: 2, UpdatedReplicas: 2, AvailableReplicas: 2},
	}
}

// pod is one that runs an image and is ready.
func pod(name, image string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ashapp-backend", Name: name, Labels: map[string]string{"app.kubernetes.io/name": deploymentName}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: deploymentName, Image: image}}},
		Status:     corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}},
	}
}

// deployer deploys commit abc; image is what is deployed already.
func deployer(image string) (*Deployer, *operator) {
	client := fake.NewClientset()
	if image != "" {
		client = fake.NewClientset(running(image), pod("a", image), pod("b", image))
	}
	o := &operator{client: client, state: image, fails: map[string]error{}, early: map[string]error{}}
	return &Deployer{
		Operator: o, Settings: settings.Default(), Project: project,
		Connect: func(context.Context) (kubernetes.Interface, error) { return client, nil },
		Drifted: o.drifted,
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
	toGood := []string{"preview", "update " + built, "refresh urn:deployment", "update " + good}
	for name, test := range map[string]struct {
		before    string
		early     error // of what is built, before it reaches the cluster
		update    error // of what is built
		verify    error // of what is built
		back      error // of the update that goes back
		want      []string
		complaint string
		failed    string // the image that is written down as failed
		outcomes  []Outcome
	}{
		"rollout fails": {before: good, update: failure, want: toGood, complaint: "the deployment failed, and sha256:1111",
			failed: built, outcomes: []Outcome{Failed, Deployed}},
		"wrong answers": {before: good, verify: failure, want: []string{"preview", "update " + built, "update " + good},
			complaint: "the deployment failed, and sha256:1111", failed: built, outcomes: []Outcome{Failed, Deployed}},
		"build fails": {before: good, early: failure, want: []string{"preview", "update " + built, "update " + good},
			complaint: "the deployment failed, and sha256:1111", outcomes: []Outcome{Failed, Deployed}},
		"first one fails": {update: failure, want: []string{"preview", "update " + built, "destroy"},
			complaint: "the first deployment failed, and what it had made is removed"},
		"going back fails too": {before: good, update: failure, back: errors.New("no cluster"), want: toGood,
			complaint: "failed as well: no cluster", failed: built, outcomes: []Outcome{Failed}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d, o := deployer(test.before)
			o.early[built], o.fails[built], o.fails[good] = test.early, test.update, test.back
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
			assert.Equal(t, test.outcomes, outcomesOf(releases), "of a first deployment nothing is left")
			for _, release := range releases {
				assert.Equal(t, map[Outcome]string{Failed: test.failed, Deployed: good}[release.Outcome], release.Image)
			}
		})
	}
}

func outcomesOf(releases []Release) (outcomes []Outcome) {
	for _, release := range releases {
		outcomes = append(outcomes, release.Outcome)
	}
	return outcomes
}

// What Pulumi has said is no proof: here it says that all is well, and the pods on the cluster run something else.
func TestWhatTheClusterDoesNotShowIsNotDeployed(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		pretends  string // the image that Pulumi says it has deployed, and has not
		complaint string
		outcomes  []Outcome
	}{
		"new release": {built, "the deployment failed, and sha256:1111", []Outcome{Failed, Deployed}},
		"going back":  {good, "failed as well", []Outcome{Failed}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				d, o := deployer(good)
				o.fails[built] = errors.New("it ends at once")
				d.Operator = pretender{o, test.pretends}
				d.Drifted = func(context.Context) ([]string, error) { return nil, nil }
				require.ErrorContains(t, d.Deploy(t.Context()), test.complaint)
				releases, err := d.History(t.Context())
				require.NoError(t, err)
				assert.Equal(t, test.outcomes, outcomesOf(releases))
			})
		})
	}
}

// pretender is a Pulumi that says of one image that it has deployed it, and does nothing.
type pretender struct {
	*operator
	image string
}

func (p pretender) Update(ctx context.Context, config []byte) error {
	if values, _, err := settings.ParseStackFile(config); err != nil || cmp.Or(values[project+":image.ref"], built) == p.image {
		return err
	}
	return p.operator.Update(ctx, config)
}

func (p pretender) Image(context.Context) (string, error) { return p.image, nil }

func TestWithoutAnAnswerNothingIsDone(t *testing.T) {
	t.Parallel()

	failure := errors.New("no answer")
	drifted := func(context.Context) ([]string, error) { return nil, failure }
	for name, operate := range map[string]func(*Deployer, context.Context) error{"deploy": (*Deployer).Deploy, "rollback": (*Deployer).Rollback} {
		d, o := deployer(good)
		appendGood(t, o, built, good)
		d.Drifted = drifted
		require.ErrorIs(t, operate(d, t.Context()), failure, name)
		assert.Empty(t, o.calls, name)
	}
}

// appendGood writes down that images were deployed.
func appendGood(t *testing.T, o *operator, images ...string) {
	t.Helper()
	for _, image := range images {
		pinned, err := settings.PinImage([]byte("config: {}\n"), project, image)
		require.NoError(t, err)
		require.NoError(t, appendHistory(t.Context(), o.client, "ashapp-backend", Release{Image: image, Outcome: Deployed, Config: string(pinned)}))
	}
}

func TestRollbackChangesWhatWasChangedByOtherMeans(t *testing.T) {
	t.Parallel()

	d, o := deployer(good)
	appendGood(t, o, built, good)
	o.state = built // somebody else has deployed what runs
	require.NoError(t, d.Rollback(t.Context()))
	assert.Equal(t, []string{"refresh urn:deployment", "update " + built}, o.calls)
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
