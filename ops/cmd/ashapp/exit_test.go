package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
)

// brokenPulumi is one whose updates fail, after they have made something, and whose destroys do as told.
type brokenPulumi struct {
	early, destroy error
	made           bool
}

func (p *brokenPulumi) Config() ([]byte, error)                 { return []byte("config: {}\n"), nil }
func (p *brokenPulumi) Preview(context.Context) error           { return p.early }
func (p *brokenPulumi) Refresh(context.Context, []string) error { return nil }
func (p *brokenPulumi) Destroy(context.Context) error           { return p.destroy }

func (p *brokenPulumi) Settings(context.Context, []byte) (settings.Settings, error) {
	return settings.Default(), nil
}

func (p *brokenPulumi) Update(context.Context, []byte) error {
	p.made = true
	return errors.New("the image cannot be pulled")
}

func (p *brokenPulumi) Snapshot(context.Context) (pulumi.Snapshot, error) {
	if p.made {
		return pulumi.Snapshot{Resources: 1}, nil
	}
	return pulumi.Snapshot{}, nil
}

func (p *brokenPulumi) Planned(context.Context, []byte) (map[string]json.RawMessage, error) {
	return nil, nil
}

// deploy is what a first release ends with on a local stack.
func deploy(t *testing.T, p *brokenPulumi) error {
	t.Helper()
	deployer := &release.Deployer{
		Pulumi: p, Settings: settings.Default(), Project: "ashapp-backend", Say: func(string) {},
		Connect: func(context.Context) (kubernetes.Interface, error) { return nil, nil },
		Drifted: func(context.Context) ([]string, error) { return nil, nil },
		Commit:  func(context.Context) (string, error) { return "", nil },
	}
	return deployer.Deploy(t.Context())
}

func TestEveryExitCode(t *testing.T) {
	t.Parallel()

	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for code, test := range map[int]struct {
		ctx  context.Context
		err  error
		said string
	}{
		exitDone:        {t.Context(), nil, ""},
		exitFailed:      {t.Context(), deploy(t, &brokenPulumi{early: errors.New("it does not compile")}), "error: it does not compile\n"},
		exitUsage:       {t.Context(), usageError{errors.New("unknown flag")}, "error: unknown flag\n"},
		exitUndone:      {t.Context(), deploy(t, &brokenPulumi{}), "error: the first release failed, and what it had made is removed\n"},
		exitNeedsPerson: {t.Context(), deploy(t, &brokenPulumi{destroy: errors.New("the engine is gone")}), "error: removing what the first release has made failed: the engine is gone\n"},
		exitInterrupted: {interrupted, context.Canceled, "error: interrupted: the same command again continues from here, ashapp down removes what is there\n"},
	} {
		var stderr bytes.Buffer
		assert.Equal(t, code, exit(test.ctx, &stderr, test.err))
		assert.Equal(t, test.said, stderr.String())
	}
}

// What a release has come to says more than that it was interrupted then.
func TestExitCodesOfReleasesThatWereInterrupted(t *testing.T) {
	t.Parallel()

	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, exitUndone, exit(interrupted, t.Output(), deploy(t, &brokenPulumi{})))
	assert.Equal(t, exitUsage, exit(interrupted, t.Output(), fmt.Errorf("reading: %w", usageError{errors.New("unknown flag")})))
}

func TestExitCodesAreDocumented(t *testing.T) {
	t.Parallel()

	var help bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), []string{"--help"}, &help, t.Output()))
	codes := []int{}
	for _, exit := range exitCodes() {
		codes = append(codes, exit.code)
		assert.Contains(t, help.String(), fmt.Sprintf("\n  %-3d  %s\n", exit.code, exit.meaning))
	}
	assert.Equal(t, []int{exitDone, exitFailed, exitUsage, exitUndone, exitNeedsPerson, exitInterrupted}, codes)
}

func TestExitCodesOfReleasesAreNotThoseOfOtherCommands(t *testing.T) {
	t.Parallel()

	for command, ofReleases := range map[string]bool{"deploy": true, "rollback": true, "up": false, "status": false, "history": false, "kubectl": false} {
		var help bytes.Buffer
		require.Equal(t, exitDone, run(t.Context(), []string{"help", command}, &help, t.Output()))
		_, codes, found := strings.Cut(help.String(), "\nExit codes:\n")
		require.True(t, found, command)
		assert.Equal(t, ofReleases, strings.Contains(codes, "  3    "), command)
		assert.Equal(t, ofReleases, strings.Contains(codes, "  4    "), command)
		assert.Contains(t, codes, "  1    it failed", command)
	}
}
