package rollout

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/cache"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// follow has look judge what the cluster shows, first and after every change, and also again after a while where look says so
// (0: not). It ends with ctx, when look is done, or with an error where the cluster does not let us look. Connections that break
// off are made again; only where there was never any, that is the error.
func (t Target) follow(ctx context.Context, client kubernetes.Interface, look func(view) (again time.Duration, done bool)) error {
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	signals := newSignals(stop)
	found := t.informers(client)
	var synced []cache.InformerSynced
	for _, informer := range []cache.SharedIndexInformer{found.deployments, found.sets, found.pods} {
		registered, err := signals.of(informer)
		if err != nil {
			return fmt.Errorf("watching: %w", err)
		}
		synced = append(synced, registered.HasSynced)
		running.Go(func() { informer.RunWithContext(ctx) })
	}
	if !cache.WaitForCacheSync(ctx.Done(), synced...) {
		return signals.lastError()
	}
	for {
		again, done := look(t.view(found))
		if done {
			return nil
		}
		var later <-chan time.Time
		if again > 0 {
			later = time.After(again)
		}
		select {
		case <-ctx.Done():
			return signals.refusal()
		case <-signals.changed:
		case <-later:
		}
	}
}

// signals are what informers tell besides what they hold.
type signals struct {
	changed chan struct{} // holds one where something has changed since it was read last
	err     atomic.Pointer[error]
	stop    func() // is called when the cluster does not let us look: there is no use in asking again
}

func newSignals(stop func()) *signals { return &signals{changed: make(chan struct{}, 1), stop: stop} }

// of receives the signals of an informer that does not run yet.
func (s *signals) of(informer cache.SharedIndexInformer) (cache.ResourceEventHandlerRegistration, error) {
	if err := informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		s.err.Store(&err)
		if s.refusal() != nil {
			s.stop()
		}
	}); err != nil {
		return nil, err
	}
	return informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) { s.notify() }, UpdateFunc: func(any, any) { s.notify() }, DeleteFunc: func(any) { s.notify() },
	})
}

func (s *signals) notify() {
	select {
	case s.changed <- struct{}{}:
	default: // whoever reads has not read the one before yet
	}
}

func (s *signals) lastError() error {
	if err := s.err.Load(); err != nil {
		return *err
	}
	return nil
}

// refusal is the last error where it says that the cluster does not let us look.
func (s *signals) refusal() error {
	if err := s.lastError(); apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) {
		return err
	}
	return nil
}
