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
	const warning = "Service blue/b: refused"
	for name, test := range map[string]struct {
		report              drift.Report
		text, said, failure string
	}{
		"none":      {drift.Report{}, "the cluster is as the stack has made it\n", "", ""},
		"warnings":  {drift.Report{Warnings: []string{warning}}, "the cluster is as the stack has made it, as far as it could be compared\n", "warning: " + warning + "\n", ""},
		"some":      {drift.Report{Differences: differences}, "Service blue/ashapp-backend: port is 81 and would be 80\nNamespace blue: somebody has set a label\n", "", failure},
		"some, and": {drift.Report{Differences: differences[:1], Warnings: []string{warning}}, "Service blue/ashapp-backend: port is 81 and would be 80\n", "warning: " + warning + "\n", "in 1 fields"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var text, said, encoded bytes.Buffer
			for _, err := range []error{printDrift(&text, &said, textFormat, test.report), printDrift(&encoded, t.Output(), jsonFormat, test.report)} {
				if test.failure == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, test.failure)
				}
			}
			assert.Equal(t, test.text, text.String())
			assert.Equal(t, test.said, said.String())
			var decoded drift.Report
			require.NoError(t, json.Unmarshal(encoded.Bytes(), &decoded))
			assert.Equal(t, test.report, decoded)
		})
	}
	require.EqualError(t, printDrift(broken{}, t.Output(), textFormat, drift.Report{Differences: differences}), "no space left")
	require.EqualError(t, printDrift(broken{}, t.Output(), textFormat, drift.Report{}), "no space left")
}
