package main

import (
	"context"
	"errors"
	"slices"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/drift"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// operated is a stack by what it has on its cluster, as stack.Operator knows it.
type operated interface {
	// Cluster is nil where it does not exist yet.
	Cluster(ctx context.Context) (*cluster.Cluster, error)
	Objects(ctx context.Context) ([]cluster.Object, error)
}

// target is the cluster of a stack as releases see it.
type target struct {
	operator operated
	settings settings.Cluster
}

// connect returns nil where the cluster does not exist yet.
func (t target) connect(ctx context.Context) (kubernetes.Interface, error) {
	reached, err := t.operator.Cluster(ctx)
	if err != nil || reached == nil {
		return nil, err
	}
	return reached.Typed, nil
}

// differences compares the cluster with the stack's state. Where there is no cluster, neither has anything.
func (t target) differences(ctx context.Context) (drift.Report, error) {
	reached, err := t.operator.Cluster(ctx)
	if err != nil || reached == nil {
		return drift.Report{}, err
	}
	objects, err := t.operator.Objects(ctx)
	if err != nil {
		return drift.Report{}, err
	}
	return drift.Find(ctx, reached, objects, drift.Ignored{
		Keys: settings.List(t.settings.IgnoredKeys), Managers: settings.List(t.settings.IgnoredManagers),
	})
}

// drifted lists the URNs of the objects that the next update can put back.
func (t target) drifted(ctx context.Context) (urns []string, err error) {
	report, err := t.differences(ctx)
	for _, difference := range report.Differences {
		if !difference.Foreign && !slices.Contains(urns, difference.URN) {
			urns = append(urns, difference.URN)
		}
	}
	return urns, err
}

// Apply makes an object what its manifest says.
func (t target) Apply(ctx context.Context, object pulumi.Object) error {
	reached, err := t.operator.Cluster(ctx)
	if err != nil {
		return err
	}
	if reached == nil {
		return errors.New("the stack's cluster is not there any more: ashapp up makes it")
	}
	return reached.Apply(ctx, object.Inputs, object.Manager)
}

// Remove removes an object.
func (t target) Remove(ctx context.Context, object pulumi.Object) error {
	reached, err := t.operator.Cluster(ctx)
	if err != nil || reached == nil {
		return err // what is on no cluster is removed
	}
	return reached.Remove(ctx, object.Inputs)
}
