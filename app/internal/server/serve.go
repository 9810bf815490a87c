package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// duplicateWindow is how long after a signal another one counts as the same. timeout(1), for one, signals its child and
// then its process group.
const duplicateWindow = time.Second

// errHurried ends a stop that was asked for twice.
var errHurried = errors.New("a second signal ended the stop before its time")

// notifier makes a context that is done when the process is told to stop, as signal.NotifyContext does.
type notifier func(context.Context) (context.Context, context.CancelFunc)

// serve answers on the listeners until ctx is done, and then stops. Where again tells of another end during the stop, the stop
// ends where it is, with errHurried.
func (b *backend) serve(ctx context.Context, public, admin net.Listener, again notifier) error {
	failed := make(chan error, 2)
	go func() { failed <- b.public.Serve(bounded(public, b.connections)) }()
	go func() { failed <- b.admin.Serve(bounded(admin, adminConnections)) }()
	b.log.Info("serving", "address", public.Addr().String(), "admin_address", admin.Addr().String(), "max_connections", b.connections)
	select {
	case err := <-failed:
		err = fmt.Errorf("serving on %s and %s: %w", public.Addr(), admin.Addr(), err)
		return errors.Join(err, b.public.Close(), b.admin.Close())
	case <-ctx.Done():
	}
	// The end of ctx has begun the stop and must not end it.
	stopping, cancel := hurriedBy(context.WithoutCancel(ctx), again)
	defer cancel()
	return b.stop(stopping, context.Cause(ctx))
}

// hurriedBy is done, with errHurried, when the stop is asked for once more, and not only by a duplicate.
func hurriedBy(ctx context.Context, again notifier) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(duplicateWindow, func() {
		told, stop := again(ctx)
		defer stop()
		<-told.Done()
		cancel(errHurried)
	})
	return ctx, func() {
		timer.Stop()
		cancel(nil)
	}
}

// stop goes through the steps of a graceful stop, each with a bound of its own that begins when the step does: one made
// before the drain would have been used up by it. A step that fails does not keep the next ones from running. The end of
// ctx ends every step.
func (b *backend) stop(ctx context.Context, cause error) error {
	b.state.drain()
	b.log.Info("draining", "cause", cause.Error(), "delay", b.drainDelay.String(), "shutdown_timeout", contract.ShutdownTimeout.String())
	select {
	case <-time.After(b.drainDelay):
	case <-ctx.Done():
	}
	problems := []error{
		shutdown(ctx, b.public, contract.ShutdownTimeout, "requests in flight"),
		shutdown(ctx, b.admin, contract.AdminTimeout, "the last scrape"),
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return errors.Join(problems...)
}

// shutdown lets a server finish the requests that it has, and cuts off those that take longer.
func shutdown(ctx context.Context, server *http.Server, timeout time.Duration, what string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("waiting %s for %s: %w", timeout, what, err), server.Close())
	}
	return nil
}
