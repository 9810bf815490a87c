package langhost

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

// program writes a program of one file that needs the standard library only.
func program(t *testing.T, source string) string {
	t.Helper()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "go.mod"), "module program\n\ngo 1.26\n", 0o600)
	write(t, filepath.Join(folder, "main.go"), source, 0o600)
	return folder
}

func request(t *testing.T, folder string, options map[string]any) *pulumirpc.RunRequest {
	t.Helper()
	encoded, err := structpb.NewStruct(options)
	require.NoError(t, err)
	return &pulumirpc.RunRequest{
		Pwd: folder, Project: "shop", Stack: "dev", DryRun: true, Parallel: 4,
		Info: &pulumirpc.ProgramInfo{ProgramDirectory: folder, RootDirectory: folder, Options: encoded},
	}
}

func testHost(stdout, stderr *bytes.Buffer) *Host {
	return New("127.0.0.1:1", append(os.Environ(), "GOWORK=off", "GOFLAGS="), stdout, stderr)
}

func TestRunBuildsTheProgramToItsTarget(t *testing.T) {
	t.Parallel()
	folder := program(t, `package main
import ("fmt"; "os")
func main() { fmt.Println(os.Getenv("PULUMI_STACK"), os.Getenv("PULUMI_DRY_RUN")) }
`)
	var stdout, stderr bytes.Buffer
	response, err := testHost(&stdout, &stderr).Run(t.Context(), request(t, folder, map[string]any{"buildTarget": ".bin/program"}))
	require.NoError(t, err, stderr.String())
	assert.Empty(t, response.GetError())
	assert.Equal(t, "dev true\n", stdout.String())
	assert.FileExists(t, filepath.Join(folder, ".bin", "program"))
}

func TestRunShowsCompilerErrors(t *testing.T) {
	t.Parallel()
	folder := program(t, "package main\nfunc main() { undefined() }\n")
	var stdout, stderr bytes.Buffer
	_, err := testHost(&stdout, &stderr).Run(t.Context(), request(t, folder, nil))
	require.ErrorContains(t, err, "building the program")
	assert.Contains(t, stderr.String(), "undefined: undefined")
}

func TestRunReportsHowABinaryEnded(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		script   string
		expected *pulumirpc.RunResponse
	}{
		"success":              {"exit 0", &pulumirpc.RunResponse{}},
		"error sent by itself": {"exit 32", &pulumirpc.RunResponse{Bail: true}},
		"any other error":      {"exit 3", &pulumirpc.RunResponse{Error: "program exited with non-zero exit code: 3"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			binary := filepath.Join(t.TempDir(), "program")
			write(t, binary, "#!/bin/sh\n"+test.script+"\n", 0o700)
			var stdout, stderr bytes.Buffer
			response, err := testHost(&stdout, &stderr).Run(t.Context(), request(t, t.TempDir(), map[string]any{"binary": binary}))
			require.NoError(t, err)
			assert.Equal(t, test.expected.GetBail(), response.GetBail())
			assert.Equal(t, test.expected.GetError(), response.GetError())
		})
	}
}

func TestRunEndsTheProgramWhenTheEngineHangsUp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	binary, started := filepath.Join(folder, "program"), filepath.Join(folder, "started")
	// The program tells through a named pipe that it runs, then waits for its end.
	write(t, binary, "#!/bin/sh\ntrap 'echo stopped; exit 1' TERM\nmkfifo wait\necho > started\nread line <> wait\n", 0o700)
	require.NoError(t, syscall.Mkfifo(started, 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr bytes.Buffer
	ended := make(chan *pulumirpc.RunResponse, 1)
	go func() {
		response, _ := testHost(&stdout, &stderr).Run(ctx, request(t, folder, map[string]any{"binary": binary}))
		ended <- response
	}()
	_, err := os.ReadFile(started) // blocks until the program writes
	require.NoError(t, err)
	cancel()
	assert.NotEmpty(t, (<-ended).GetError())
	assert.Equal(t, "stopped\n", stdout.String(), "the program may clean up")
}

func TestRunRefusesOptionsThatContradict(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]any{
		"both":         {"binary": "a", "buildTarget": "b"},
		"not a string": {"binary": 1},
	}
	for name, options := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New("", nil, nil, nil).Run(t.Context(), request(t, t.TempDir(), options))
			require.ErrorContains(t, err, "Pulumi.yaml")
		})
	}
}

func TestProgramEnvironmentPassesTheRun(t *testing.T) {
	t.Parallel()
	run := request(t, "/program", nil)
	run.Config, run.ConfigSecretKeys = map[string]string{"shop:greeting": "hello"}, []string{"shop:token"}
	run.MonitorAddress, run.Organization = "127.0.0.1:2", "organization"
	environment, err := New("127.0.0.1:1", []string{"HOME=/h"}, nil, nil).programEnvironment(run)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"HOME=/h", "PULUMI_ORGANIZATION=organization", "PULUMI_PROJECT=shop", "PULUMI_ROOT_DIRECTORY=/program",
		"PULUMI_STACK=dev", `PULUMI_CONFIG={"shop:greeting":"hello"}`, `PULUMI_CONFIG_SECRET_KEYS=["shop:token"]`,
		"PULUMI_DRY_RUN=true", "PULUMI_PARALLEL=4", "PULUMI_MONITOR=127.0.0.1:2", "PULUMI_ENGINE=127.0.0.1:1",
	}, environment)
}

func TestProgramEnvironmentHasNoSecretKeysAsAnEmptyList(t *testing.T) {
	t.Parallel()
	environment, err := New("", nil, nil, nil).programEnvironment(&pulumirpc.RunRequest{})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(environment, "\n"), "PULUMI_CONFIG_SECRET_KEYS=[]")
}
