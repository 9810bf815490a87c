package node

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/component"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// startTimeout is generous: 3 s are usual, and a machine that builds something else at the same time takes longer.
const startTimeout = 2 * time.Minute

// start starts the components, each as soon as what it needs is there. Stopping in reverse order suits them too.
func start(ctx context.Context, supervisor *supervise.Supervisor, settings component.Settings) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, errors.New("timed out after "+startTimeout.String()))
	defer cancel()

	group, together := errgroup.WithContext(ctx)
	group.Go(func() error { return startRuntime(together, supervisor, settings) })
	group.Go(func() error { return startControlPlane(together, supervisor, settings) })
	if err := group.Wait(); err != nil {
		return err
	}
	if err := startNode(supervisor, settings); err != nil {
		return err
	}
	// The manifests let these two read what they need.
	manifests, err := component.ApplyManifests(settings)
	if err != nil {
		return err
	}
	if err := supervisor.Run(ctx, manifests); err != nil {
		return err
	}
	if settings.Has("metrics-server") {
		if err := supervisor.Start(component.MetricsServer(settings)); err != nil {
			return err
		}
	}
	return supervisor.Start(component.NetworkPolicies(settings))
}

// startRuntime starts containerd and gives it the image that every pod needs.
func startRuntime(ctx context.Context, supervisor *supervise.Supervisor, settings component.Settings) error {
	containerd, err := component.Containerd(settings)
	if err != nil {
		return err
	}
	if err := supervisor.StartReady(ctx, containerd); err != nil {
		return err
	}
	return supervisor.Run(ctx, component.ImportPause(settings))
}

// startControlPlane starts the database and the API server, then what works through it.
func startControlPlane(ctx context.Context, supervisor *supervise.Supervisor, settings component.Settings) error {
	if err := supervisor.StartReady(ctx, component.Etcd(settings)); err != nil {
		return err
	}
	if err := supervisor.StartReady(ctx, component.APIServer(settings)); err != nil {
		return err
	}
	// It listens now; its roles and system objects are there once it says that it is ready.
	if err := awaitAPIServer(ctx, settings); err != nil {
		return err
	}
	if err := supervisor.Start(component.ControllerManager(settings)); err != nil {
		return err
	}
	if err := supervisor.Start(component.Scheduler(settings)); err != nil {
		return err
	}
	return nil
}

// startNode starts what makes this machine a node.
func startNode(supervisor *supervise.Supervisor, settings component.Settings) error {
	kubelet, err := component.Kubelet(settings)
	if err != nil {
		return err
	}
	proxy, err := component.Proxy(settings)
	if err != nil {
		return err
	}
	return errors.Join(supervisor.Start(kubelet), supervisor.Start(proxy))
}
