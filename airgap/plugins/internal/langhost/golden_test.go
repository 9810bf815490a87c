package langhost

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/golden"
)

// TestAnswersAreThoseOfTheOfficialHost replays all calls to the official
// language host on a project that stands in for the recorded one. It is not
// parallel: it sets the module cache.
func TestAnswersAreThoseOfTheOfficialHost(t *testing.T) {
	calls := golden.Calls(t)
	project := recordedProject(t)
	host := New("127.0.0.1:1", nil, os.Stdout, os.Stderr)
	replayed := map[string]int{}
	for _, call := range calls {
		method, isLanguage := strings.CutPrefix(call.Method, "LanguageRuntime/")
		if !isLanguage || len(call.Errors) > 0 { // the engine hung up during Run: see run_test.go
			continue
		}
		call.Request = json.RawMessage(bytes.ReplaceAll(call.Request, []byte("$PROJECT"), []byte(project)))
		replay(t, host, method, call)
		replayed[method]++
	}
	for _, method := range []string{"GetPluginInfo", "About", "GetRequiredPackages", "Run", "Cancel"} {
		assert.NotZerof(t, replayed[method], "the recordings hold calls of %s", method)
	}
}

func replay(t *testing.T, host *Host, method string, recorded golden.Call) {
	t.Helper()
	var expected, answered proto.Message
	var err error
	switch method {
	case "GetPluginInfo":
		expected = &pulumirpc.PluginInfo{}
		recorded.Unmarshal(t, nil, expected)
		answered, err = host.GetPluginInfo(t.Context(), &emptypb.Empty{})
	case "About":
		expected, answered, err = about(t, host, recorded)
	case "GetRequiredPackages":
		request := &pulumirpc.GetRequiredPackagesRequest{}
		expected = &pulumirpc.GetRequiredPackagesResponse{}
		recorded.Unmarshal(t, request, expected)
		answered, err = host.GetRequiredPackages(t.Context(), request)
	case "Run":
		request := &pulumirpc.RunRequest{}
		expected = &pulumirpc.RunResponse{}
		recorded.Unmarshal(t, request, expected)
		answered, err = host.Run(t.Context(), request)
	case "Cancel":
		expected = &emptypb.Empty{}
		answered, err = host.Cancel(t.Context(), &emptypb.Empty{})
	default:
		require.Failf(t, "unknown call", "no replay for %s", method)
	}
	require.NoErrorf(t, err, "%s:%d %s", recorded.Operation, recorded.Line, method)
	assert.Truef(t, proto.Equal(expected, answered), "%s:%d %s: expected %v, got %v", recorded.Operation, recorded.Line, method, expected, answered)
}

// about compares the form only: the toolchain differs by machine.
func about(t *testing.T, host *Host, recorded golden.Call) (expected, answered *pulumirpc.AboutResponse, err error) {
	t.Helper()
	expected = &pulumirpc.AboutResponse{}
	recorded.Unmarshal(t, nil, expected)
	answered, err = host.About(context.WithoutCancel(t.Context()), &pulumirpc.AboutRequest{})
	expected.Executable, expected.Version = filepath.Base(expected.Executable), strings.Fields(expected.Version)[0]
	if answered != nil {
		answered.Executable, answered.Version = filepath.Base(answered.Executable), strings.Fields(answered.Version)[0]
	}
	return expected, answered, err
}

// recordedProject makes a project with the requirements of the recorded one,
// whose program ends at once, and a module cache with its SDKs.
func recordedProject(t *testing.T) string {
	t.Helper()
	project, cache := t.TempDir(), t.TempDir()
	t.Setenv("GOMODCACHE", cache)
	write(t, filepath.Join(project, "bin", "spike"), "#!/bin/sh\nexit 0\n", 0o700)
	write(t, filepath.Join(project, "infra", "go.mod"), `module spike
go 1.26
require (
	github.com/pulumi/pulumi-docker/sdk/v4 v4.11.0
	github.com/pulumi/pulumi-kubernetes/sdk/v4 v4.25.0
	github.com/pulumi/pulumi/sdk/v3 v3.255.0
	github.com/stretchr/testify v1.11.1
)
`, 0o600)
	for name, version := range map[string]string{"docker": "4.11.0", "kubernetes": "4.25.0"} {
		folder := filepath.Join(cache, "github.com", "pulumi", "pulumi-"+name, "sdk", "v4@v"+version, "go", name)
		write(t, filepath.Join(folder, "pulumi-plugin.json"), `{"resource": true, "name": "`+name+`", "version": "`+version+`"}`, 0o600)
	}
	return project
}

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(content), mode))
}
