package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

// down asks for the name of a stack that is on a cluster which was there before it.
func down(o *options) *cobra.Command {
	yes := false
	command := &cobra.Command{
		Use: "down", GroupID: stacks, Short: "Remove everything that up has made", Example: "  ashapp down\n  ashapp down --yes --stack prod",
		Long: "Remove everything that up has made.\n\nFor a stack on an existing cluster the stack's name has to be typed, or --yes --stack NAME given.",
		RunE: func(command *cobra.Command, arguments []string) error {
			confirm := o.ask
			if yes {
				if !command.Flag("stack").Changed {
					return usageError{errors.New("--yes without --stack NAME would remove whichever stack was used last: name it")}
				}
				confirm = func(context.Context, string) error { return nil }
			}
			return onStack(o, alone(func(s *stack.Stack, ctx context.Context) error { return s.Down(ctx, confirm) }))(command, arguments)
		},
	}
	command.Flags().BoolVar(&yes, "yes", false, "ask nothing; wants --stack")
	return command
}

// ask has the user type the stack's name.
func (o *options) ask(ctx context.Context, name string) error {
	if !o.interactive {
		return fmt.Errorf("stack %s is on a cluster that exists, and there is no terminal to ask whether it is to be removed: "+
			"nothing was changed; ashapp down --yes --stack %[1]s does not ask", name)
	}
	if _, err := fmt.Fprintf(o.stdout, "Stack %s is on a cluster that exists. Type its name to remove the backend from there: ", name); err != nil {
		return fmt.Errorf("asking: %w", err)
	}
	typed := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(o.stdin).ReadString('\n') // whatever ends it, what was typed has to be the name
		typed <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case answer := <-typed:
		if answer != name {
			return fmt.Errorf("%q is not %s: nothing was changed", answer, name)
		}
		return nil
	}
}
