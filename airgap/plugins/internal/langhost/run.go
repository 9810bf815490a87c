package langhost

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// stopTime is how long a program may take to end after it was asked to.
const stopTime = 5 * time.Second

// options are those of the runtime in Pulumi.yaml.
type options struct {
	binary      string // run this file and build nothing
	buildTarget string // build to this file, relative to the program, and keep it
}

// parseOptions refuses both options at once: which one to run would be a guess.
func parseOptions(given *structpb.Struct) (options, error) {
	var parsed options
	for name, target := range map[string]*string{"binary": &parsed.binary, "buildTarget": &parsed.buildTarget} {
		value, ok := given.GetFields()[name]
		if !ok {
			continue
		}
		text, ok := value.GetKind().(*structpb.Value_StringValue)
		if !ok {
			return parsed, fmt.Errorf("the runtime option %s in Pulumi.yaml must be a string", name)
		}
		*target = text.StringValue
	}
	if parsed.binary != "" && parsed.buildTarget != "" {
		return parsed, errors.New("the runtime options binary and buildTarget in Pulumi.yaml exclude each other: remove one")
	}
	return parsed, nil
}

// Run builds the program unless it is given as a binary, and runs it to its end.
func (h *Host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	if request.GetAttachDebugger() {
		return nil, errors.New("attaching a debugger is not supported by the stand-in for air-gapped machines")
	}
	options, err := parseOptions(request.GetInfo().GetOptions())
	if err != nil {
		return nil, err
	}
	environment, err := h.programEnvironment(request)
	if err != nil {
		return nil, err
	}
	program := options.binary
	if program == "" {
		built, remove, err := h.build(ctx, request.GetInfo().GetProgramDirectory(), options.buildTarget)
		if err != nil {
			return nil, err
		}
		defer remove()
		program = built
	}
	command := h.command(ctx, program)
	command.Dir, command.Env = request.GetPwd(), environment
	return outcome(command.Run()), nil
}

// command runs a program that is asked to stop when the context ends.
func (h *Host) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, args...)
	command.Env, command.Stdout, command.Stderr = h.environment, h.stdout, h.stderr
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = stopTime
	return command
}

// outcome tells the engine how the program ended. Bail means that the program
// has reported its error to the engine by itself.
func outcome(err error) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case errors.As(err, &exit) && exit.ExitCode() == constant.ExitStatusLoggedError:
		return &pulumirpc.RunResponse{Bail: true}
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("program exited with non-zero exit code: %d", exit.ExitCode())}
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("running the program: %s", err)}
	}
}

// build compiles the program in folder. With a target, go finds out whether
// the file there is up to date; without one the result is a temporary file,
// which remove removes.
func (h *Host) build(ctx context.Context, folder, target string) (program string, remove func(), err error) {
	remove = func() {}
	switch {
	case target == "":
		temporary, err := os.MkdirTemp("", "pulumi-go-")
		if err != nil {
			return "", nil, fmt.Errorf("making a folder for the program: %w", err)
		}
		remove = func() { _ = os.RemoveAll(temporary) } // the system clears what stays
		target = filepath.Join(temporary, "program")
	case !filepath.IsAbs(target):
		target = filepath.Join(folder, target)
	}
	toolchain, err := findGo()
	if err != nil {
		remove()
		return "", nil, err
	}
	command := h.command(ctx, toolchain, "build", "-o", target)
	command.Dir = folder
	if err := command.Run(); err != nil {
		remove()
		return "", nil, fmt.Errorf("building the program in %s (go build -o %s): %w: see the compiler's messages", folder, target, err)
	}
	return target, remove, nil
}
