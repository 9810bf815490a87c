package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/drift"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
)

func TestHistoryOutput(t *testing.T) {
	t.Parallel()

	began := time.Date(2026, 11, 26, 13, 45, 1, 0, time.UTC)
	found := []release.Release{
		{Number: 1, Time: began, State: release.Verified, Image: "a@sha256:1"},
		{Number: 2, Time: began, State: release.Undone, Image: "a@sha256:2", Commit: "0123", Cause: "it crashes", Backend: map[string]string{"replicas": "2"}},
	}
	var text, encoded, empty bytes.Buffer
	require.NoError(t, printHistory(&text, textFormat, found))
	assert.Equal(t, `RELEASE  TIME                  STATE     COMMIT   IMAGE
2        2026-11-26T13:45:01Z  undone    0123     a@sha256:2
1        2026-11-26T13:45:01Z  verified  unknown  a@sha256:1
`, text.String())
	require.NoError(t, printHistory(&encoded, jsonFormat, found))
	assert.JSONEq(t, `[
		{"number": 2, "time": "2026-11-26T13:45:01Z", "state": "undone", "image": "a@sha256:2", "commit": "0123", "cause": "it crashes", "backend": {"replicas": "2"}},
		{"number": 1, "time": "2026-11-26T13:45:01Z", "state": "verified", "image": "a@sha256:1", "commit": "", "backend": null}
	]`, encoded.String())
	require.NoError(t, printHistory(&empty, jsonFormat, nil))
	assert.Equal(t, "[]\n", empty.String())
}

func TestDriftOutput(t *testing.T) {
	t.Parallel()

	differences := []drift.Difference{
		{Object: "Service blue/ashapp-backend", Message: "port is 81 and would be 80", URN: "urn:service"},
		{Object: "Namespace blue", Message: "somebody has set a label", URN: "urn:namespace", Foreign: true},
	}
	const failure = "the cluster differs from the state in 2 fields or objects: make deploy puts back what the stack says, " +
		"and leaves what somebody else has set besides"
	var text, encoded, none, noneEncoded bytes.Buffer
	require.EqualError(t, printDrift(&text, textFormat, differences), failure)
	assert.Equal(t, "Service blue/ashapp-backend: port is 81 and would be 80\nNamespace blue: somebody has set a label\n", text.String())
	require.EqualError(t, printDrift(&encoded, jsonFormat, differences), failure)
	var decoded []map[string]any
	require.NoError(t, json.Unmarshal(encoded.Bytes(), &decoded))
	assert.Len(t, decoded, 2)
	require.NoError(t, printDrift(&none, textFormat, nil))
	assert.Equal(t, "the cluster is as the stack has made it\n", none.String())
	require.NoError(t, printDrift(&noneEncoded, jsonFormat, nil))
	assert.Equal(t, "[]\n", noneEncoded.String())
	require.EqualError(t, printDrift(broken{}, textFormat, differences), "no space left")
	require.EqualError(t, printDrift(broken{}, textFormat, nil), "no space left")
}
