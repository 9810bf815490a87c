package status

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
)

// Sources are what a Status is read from. Each of them may fail.
type Sources struct {
	Stack    string
	Settings settings.Settings
	// Node tells how the container of a local cluster is; an error where it is not as it should be.
	Node func(ctx context.Context) (string, error)
	// Snapshot is what Pulumi has recorded.
	Snapshot func(ctx context.Context) (pulumi.Snapshot, error)
	// Connect leads to the cluster; nil where Pulumi has recorded none.
	Connect func(ctx context.Context) (kubernetes.Interface, error)
	// Releases lists them, the latest last.
	Releases func(ctx context.Context) ([]release.Release, error)
	// Ask is nil where the backend answers at a URL as the settings that it was deployed with say; those are none where they are not
	// known. Without it, nobody asks.
	Ask func(ctx context.Context, url string, deployed map[string]string) error
}

// patience bounds every question: what is healthy answers within milliseconds, and a status that waits tells too late.
const patience = 5 * time.Second

// Read asks all sources. What one of them cannot tell is the problem of its part.
func Read(ctx context.Context, from Sources) Status {
	s := Status{
		Stack: Stack{Name: from.Stack, Kind: from.Settings.Cluster.Kind}, URL: URL{Address: from.Settings.URL()},
	}
	if from.Settings.Cluster.Kind == settings.Local {
		s.Cluster.Node, s.Cluster.Problem = ask(ctx, from.Node)
	}
	snapshot, problem := ask(ctx, from.Snapshot)
	if s.Stack.Problem = problem; problem == "" {
		s.URL.Address = cmp.Or(snapshot.Text("url"), s.URL.Address)
		from.readCluster(ctx, snapshot, &s)
	}
	if from.Ask != nil {
		s.URL.Answers, s.URL.Problem = ask(ctx, func(ctx context.Context) (bool, error) {
			err := from.Ask(ctx, s.URL.Address, snapshot.Backend)
			return err == nil, err
		})
	}
	s.Healthy = !slices.ContainsFunc(s.problems(), func(problem string) bool { return problem != "" })
	return s
}

// ask has a source answer in time; one that does not even hear that the time is over is left behind. The problem is empty where it
// has answered.
func ask[Answer any](ctx context.Context, source func(context.Context) (Answer, error)) (answer Answer, problem string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	type result struct {
		answer  Answer
		problem string
	}
	results := make(chan result, 1)
	go func() {
		answer, err := source(ctx)
		if err != nil {
			results <- result{answer, err.Error()}
			return
		}
		results <- result{answer: answer}
	}()
	select {
	case found := <-results:
		return found.answer, found.problem
	case <-ctx.Done():
		return answer, fmt.Sprintf("no answer: %v", ctx.Err())
	}
}

// readCluster reads what the cluster knows.
func (from Sources) readCluster(ctx context.Context, snapshot pulumi.Snapshot, s *Status) {
	client, problem := ask(ctx, from.Connect)
	if problem == "" && client == nil {
		problem = "it is not there: ashapp up"
	}
	if problem == "" {
		s.Cluster.Version, problem = ask(ctx, func(context.Context) (string, error) { return version(client) })
	}
	if problem != "" {
		if s.Cluster.Problem == "" {
			s.Cluster.Problem = problem // where the node is not well, that says more
		}
		return
	}
	releases, problem := ask(ctx, from.Releases)
	if s.Release, s.Latest = choose(releases); problem != "" {
		s.Release = &Release{Problem: problem}
	}
	namespace := cmp.Or(snapshot.Text("namespace"), from.Settings.Backend.Namespace)
	deployment, problem := ask(ctx, func(ctx context.Context) (*appsv1.Deployment, error) { return deployment(ctx, client, namespace) })
	if problem != "" {
		s.Pods = &Pods{Problem: problem}
		return
	}
	s.Pods = pods(deployment, snapshot)
}

// version asks an API server for its own, such as v1.34.2.
func version(client kubernetes.Interface) (string, error) {
	found, err := client.Discovery().ServerVersion()
	if err != nil {
		return "", fmt.Errorf("its API server does not answer: %w", err)
	}
	return found.GitVersion, nil
}

func deployment(ctx context.Context, client kubernetes.Interface, namespace string) (*appsv1.Deployment, error) {
	found, err := client.AppsV1().Deployments(namespace).Get(ctx, settings.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, errors.New("the Deployment " + namespace + "/" + settings.Name + " is not there: ashapp deploy puts it back")
	}
	if err != nil {
		return nil, fmt.Errorf("looking at the Deployment %s/%s: %w", namespace, settings.Name, err)
	}
	return found, nil
}
