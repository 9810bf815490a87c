// Package golden gives tests the recorded gRPC traffic of the official Pulumi
// plugins, so that the stand-ins can be held to the same verdicts.
package golden

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Folder is the environment variable with the absolute path of the recordings.
const Folder = "ASHAPP_GOLDEN"

// maxLineBytes bounds one recorded call; the longest is a few hundred kilobytes.
const maxLineBytes = 16 << 20

// Call is one recorded RPC. Response is null when the call failed, and Errors
// then holds what it failed with.
type Call struct {
	Operation string          `json:"-"`      // the file it comes from: "02-up-create"
	Line      int             `json:"-"`      // its line in that file, from 1
	Method    string          `json:"method"` // "ResourceProvider/Diff"
	Kind      string          `json:"kind"`   // "language" or "resource"
	Request   json.RawMessage `json:"request"`
	Response  json.RawMessage `json:"response"`
	Errors    []string        `json:"errors"`
}

// Calls returns every recorded call in the order of recording. It skips the
// test when no folder is given and fails it when the folder cannot be read.
func Calls(t testing.TB) []Call {
	t.Helper()
	folder := os.Getenv(Folder)
	if folder == "" {
		t.Skipf("set %s to the absolute path of the recorded traffic to compare with the official plugins", Folder)
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmptyf(t, paths, "%s=%s holds no *.jsonl file", Folder, folder)
	var calls []Call
	for _, path := range paths {
		calls = append(calls, read(t, path)...)
	}
	return calls
}

func read(t testing.TB, path string) []Call {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	operation := strings.TrimSuffix(filepath.Base(path), ".jsonl")
	var calls []Call
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, maxLineBytes)
	for line := 1; lines.Scan(); line++ {
		call := Call{Operation: operation, Line: line}
		require.NoErrorf(t, json.Unmarshal(lines.Bytes(), &call), "%s:%d", path, line)
		calls = append(calls, call)
	}
	require.NoError(t, lines.Err())
	return calls
}

// Unmarshal fills the messages with the recorded request and response. The
// response stays empty when the call failed; nil skips either of them.
func (c Call) Unmarshal(t testing.TB, request, response proto.Message) {
	t.Helper()
	c.fill(t, "request", c.Request, request)
	c.fill(t, "response", c.Response, response)
}

func (c Call) fill(t testing.TB, what string, recorded json.RawMessage, message proto.Message) {
	t.Helper()
	if message == nil || len(recorded) == 0 || string(recorded) == "null" {
		return
	}
	err := protojson.Unmarshal(recorded, message)
	require.NoErrorf(t, err, "%s of %s:%d (%s)", what, c.Operation, c.Line, c.Method)
}

// URN returns the resource that the call is about, or "".
func (c Call) URN(t testing.TB) string {
	t.Helper()
	var request struct {
		URN string `json:"urn"`
	}
	require.NoError(t, json.Unmarshal(c.Request, &request))
	return request.URN
}
