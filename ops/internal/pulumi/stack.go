package pulumi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Create makes the stack in its backend if it is not there. In the local state that happens in a folder with a project
// file of the same name, so that Pulumi writes its salt there and not into the checkout.
func (c *CommandLine) Create(ctx context.Context) error {
	if c.State.OwnBackend {
		return c.run(ctx, c.Root, io.Discard, "stack", "select", "--create", c.Name)
	}
	created, err := c.created()
	if err != nil || created {
		return err
	}
	if err := c.State.MakeFolder(c.Name); err != nil {
		return err
	}
	folder := filepath.Dir(c.State.saltFile(c.Name))
	project := []byte("name: " + c.State.Project + "\nruntime: go\n")
	if err := os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), project, 0o600); err != nil {
		return fmt.Errorf("creating the stack: %w", err)
	}
	return c.run(ctx, folder, io.Discard, "stack", "init", c.Name, "--no-select")
}

// created tells whether the stack is in the local state. Pulumi writes the salt last, so a stack that is empty and has
// none was not created to the end, and is taken away.
func (c *CommandLine) created() (bool, error) {
	if !exists(c.State.checkpoint(c.Name)) {
		return false, nil
	}
	if exists(c.State.saltFile(c.Name)) {
		return true, nil
	}
	recorded, err := c.State.Recorded(c.Name)
	if err != nil || !recorded.Empty() {
		return true, err
	}
	if err := os.Remove(c.State.checkpoint(c.Name)); err != nil {
		return false, fmt.Errorf("creating the stack anew: %w", err)
	}
	return false, nil
}

// Forget removes the stack from its backend, whatever it has made.
func (c *CommandLine) Forget(ctx context.Context) error {
	return c.run(ctx, c.Root, io.Discard, "stack", "rm", "--force", "--yes", "--preserve-config", "--stack", c.Name)
}

// Export asks Pulumi what it has recorded of the stack.
func (c *CommandLine) Export(ctx context.Context) (Snapshot, error) {
	var printed bytes.Buffer
	if err := c.run(ctx, c.Root, &printed, "stack", "export", "--stack", c.Name); err != nil {
		return Snapshot{}, err
	}
	snapshot, err := parseState(printed.Bytes())
	if err != nil {
		return Snapshot{}, fmt.Errorf("reading the exported state: %w", err)
	}
	return snapshot, nil
}

// Recorded is what is recorded of the stack, as fast as it can be had: reading the file of a local state takes no time, an export
// half a second.
func (c *CommandLine) Recorded(ctx context.Context) (Snapshot, error) {
	if c.State.OwnBackend {
		return c.Export(ctx)
	}
	return c.State.Recorded(c.Name)
}

// Output reads an output of the stack, secrets opened.
func (c *CommandLine) Output(ctx context.Context, name string) (string, error) {
	var text bytes.Buffer
	err := c.run(ctx, c.Root, &text, "stack", "output", name, "--show-secrets", "--stack", c.Name)
	return strings.TrimSuffix(text.String(), "\n"), err
}

// PrintOutputs prints the stack's outputs as JSON, {} where it has never been deployed. Secrets stay hidden.
func (c *CommandLine) PrintOutputs(ctx context.Context) error {
	return c.run(ctx, c.Root, c.Stdout, "stack", "output", "--json", "--stack", c.Name)
}

// OpenSecrets fails where the secrets of the stack cannot be decrypted.
func (c *CommandLine) OpenSecrets(ctx context.Context) error {
	return c.run(ctx, c.Root, io.Discard, "stack", "output", "--json", "--show-secrets", "--stack", c.Name)
}

// Reach fails where the backend cannot be used.
func (c *CommandLine) Reach(ctx context.Context) error {
	return c.run(ctx, c.Root, io.Discard, "whoami")
}
