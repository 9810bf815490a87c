package pulumi

import (
	"context"
	"slices"
)

// Up brings the stack to what the program says, and makes the resources with these URNs anew, which Pulumi would take for unchanged. When
// ctx ends, Pulumi stops in good order before Up returns.
func (c *CommandLine) Up(ctx context.Context, replace ...string) error {
	return c.operate(ctx, each([]string{"up", "--yes", "--skip-preview"}, "--replace", replace)...)
}

// Preview shows what Up would change; with every property where diff is set.
func (c *CommandLine) Preview(ctx context.Context, diff bool) error {
	streaming := *c
	streaming.Environment = append(slices.Clip(c.Environment), "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true")
	return streaming.show(ctx, diff, "preview")
}

// Refresh reads resources anew, by their URNs, so that the next update puts back what was changed by other means.
func (c *CommandLine) Refresh(ctx context.Context, urns []string) error {
	return c.operate(ctx, each([]string{"refresh", "--yes", "--skip-preview"}, "--target", urns)...)
}

// Settle looks at what is there of some resources, by their URNs, after an update that was stopped before it could record what it did.
func (c *CommandLine) Settle(ctx context.Context, urns []string) error {
	return c.operate(ctx, each([]string{"refresh", "--yes", "--skip-preview", "--clear-pending-creates"}, "--target", urns)...)
}

// Destroy removes everything that updates have made.
func (c *CommandLine) Destroy(ctx context.Context) error {
	return c.operate(ctx, "destroy", "--yes", "--skip-preview")
}

// operate runs an operation of the engine on the stack.
func (c *CommandLine) operate(ctx context.Context, arguments ...string) error {
	return c.show(ctx, false, arguments...)
}

// show is operate, with every property of a plan where diff is set.
func (c *CommandLine) show(ctx context.Context, diff bool, arguments ...string) error {
	if err := c.Before(ctx); err != nil {
		return err
	}
	shown := newDisplay(c.Stdout, arguments[0], c.Name, diff)
	printed := &lines{take: shown.line}
	arguments = append(arguments, "--json", "--color", "never", "--stack", c.Name, "--config-file", c.ConfigFile)
	err := c.run(ctx, c.Root, printed, arguments...)
	printed.close()
	shown.close()
	return err
}

// each adds a flag with each of some values.
func each(arguments []string, flag string, values []string) []string {
	for _, value := range values {
		arguments = append(arguments, flag, value)
	}
	return arguments
}
