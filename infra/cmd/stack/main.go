// Command stack is what the Makefile calls: it operates a stack of the checkout it is run in.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ashwanth01/ashapp-backend/infra/internal/command"
	"github.com/ashwanth01/ashapp-backend/infra/internal/stack"
)

// errUsage is the error of a command line that cannot be understood.
var errUsage = errors.New("usage: stack [-stack NAME] up|preview|down|tools|kubeconfig|logs|outputs|kubectl ARGUMENTS|exec COMMAND ARGUMENTS")

func main() {
	os.Exit(run(interruptible(os.Stderr), os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command, in the current folder, from its arguments to its exit code.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	return command.Exit(ctx, stderr, dispatch(ctx, arguments, stdout, stderr), errUsage,
		"make up continues from here, make down removes what is there")
}

// interruptible returns a context that ends with the first SIGINT, SIGTERM or SIGHUP, so that what runs ends in good order. A
// second Ctrl-C does not wait for that. Another SIGTERM does: make hands on what its group has got already.
func interruptible(stderr io.Writer) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		received := <-signals
		signal.Reset(syscall.SIGINT)
		_, _ = fmt.Fprintln(stderr, "\nstopping in good order") // nobody may be listening any more
		if received == syscall.SIGINT {
			cancel(context.Canceled)
		} else {
			cancel(stack.ErrTerminated)
		}
	}()
	return ctx
}

// dispatch reads the command line before it looks at the checkout, so that a mistyped one costs nothing.
func dispatch(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("stack", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error says it
	name := flags.String("stack", "", "")
	if err := flags.Parse(arguments); err != nil {
		return fmt.Errorf("%w\n%w", err, errUsage)
	}
	operate, err := operation(flags.Args(), stdout)
	if err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("looking for the checkout: %w", err)
	}
	s, err := stack.Open(ctx, root, *name, stdout, stderr)
	if err != nil {
		return err
	}
	return operate(s, ctx)
}

// operation is what a command line asks for. Its signature is that of the methods of Stack.
func operation(arguments []string, stdout io.Writer) (func(*stack.Stack, context.Context) error, error) {
	if len(arguments) == 0 {
		return nil, errUsage
	}
	command, rest := arguments[0], arguments[1:]
	switch command {
	case "kubectl":
		return func(s *stack.Stack, ctx context.Context) error { return s.Kubectl(ctx, rest...) }, nil
	case "exec":
		if len(rest) == 0 {
			return nil, fmt.Errorf("exec: there is no command to run\n%w", errUsage)
		}
		return func(s *stack.Stack, ctx context.Context) error { return s.Execute(ctx, rest...) }, nil
	}
	operate, found := map[string]func(*stack.Stack, context.Context) error{
		"up": (*stack.Stack).Up, "preview": (*stack.Stack).Preview, "down": (*stack.Stack).Down,
		"tools": (*stack.Stack).Tools, "logs": (*stack.Stack).Logs, "outputs": (*stack.Stack).Outputs,
		"kubeconfig": func(s *stack.Stack, ctx context.Context) error { return printKubeconfig(ctx, s, stdout) },
	}[command]
	if !found || len(rest) > 0 {
		return nil, fmt.Errorf("unknown command %q\n%w", arguments, errUsage)
	}
	return operate, nil
}

// printKubeconfig prints the line that makes kubectl use it.
func printKubeconfig(ctx context.Context, s *stack.Stack, stdout io.Writer) error {
	path, err := s.Kubeconfig(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "export KUBECONFIG='%s'\n", path)
	return err
}
