package pulumi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// urn is that of a resource of a stack.
func urn(kind, name string) string {
	return "urn:pulumi:dev::ashapp-backend::ashapp:backend:Backend$" + kind + "::" + name
}

// stepEvent is an event about a step of a resource, with more of its metadata.
func stepEvent(event, op, kind, name, more string) string {
	return fmt.Sprintf(`{"sequence":1,%q:{"metadata":{"op":%q,"urn":%q,"type":%q%s}}}`, event, op, urn(kind, name), kind, more)
}

// custom is the state of a resource that is something by itself.
const custom = `,"new":{"custom":true}`

func begins(op, kind, name string) string {
	return stepEvent("resourcePreEvent", op, kind, name, custom)
}
func ends(op, kind, name string) string { return stepEvent("resOutputsEvent", op, kind, name, custom) }

// says is a diagnostic of a resource; of none where kind is empty.
func says(t *testing.T, severity, kind, name, message string, more string) string {
	t.Helper()
	about := ""
	if kind != "" {
		about = urn(kind, name)
	}
	text, err := json.Marshal(message)
	require.NoError(t, err)
	prefix := ""
	if severity == "error" {
		prefix = "error: "
	}
	return fmt.Sprintf(`{"diagnosticEvent":{"urn":%q,"prefix":%q,"severity":%q,"message":%s%s}}`, about, prefix, severity, text, more)
}

const (
	imageKind = "docker:index/image:Image"
	nodeKind  = "docker:index/container:Container"
	podsKind  = "kubernetes:apps/v1:Deployment"
	ephemeral = `,"ephemeral":true`
)

// shown is what a display shows of events that come a second apart.
func shown(operation string, diff bool, events []string) string {
	var out bytes.Buffer
	d := newDisplay(&out, operation, "dev", diff)
	for _, event := range events {
		time.Sleep(time.Second)
		d.line(event)
	}
	d.close()
	return out.String()
}

func TestDisplay(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		operation string // up where it is empty
		events    []string
		want      string // below the heading
	}{
		"a resource is shown when it is done": {
			events: []string{begins("create", imageKind, "image"), says(t, "info", imageKind, "image", "Pushing [==> ]", ephemeral), ends("create", imageKind, "image")},
			want:   " +  docker:index:Image image created (2.0s)\n",
		},
		"what has changed is named": {
			events: []string{begins("update", podsKind, "deployment"), stepEvent("resOutputsEvent", "update", podsKind, "deployment", custom+`,"diffs":["spec","metadata"]`)},
			want:   " ~  kubernetes:apps/v1:Deployment deployment updated (1.0s) [diff: ~spec,~metadata]\n",
		},
		"what a resource waits for is shown once": {
			events: []string{
				begins("create", nodeKind, "node"), says(t, "info", nodeKind, "node", "Waiting for the container\n", ephemeral),
				says(t, "info", nodeKind, "node", "Waiting for the container\n", ephemeral), says(t, "info", nodeKind, "node", "Waiting for health", ephemeral),
				ends("create", nodeKind, "node"), says(t, "info", nodeKind, "node", "Waiting for nothing any more", ephemeral),
			},
			want: " +  docker:index:Container node creating (1.0s) Waiting for the container\n" +
				" +  docker:index:Container node creating (3.0s) Waiting for health\n" +
				" +  docker:index:Container node created (4.0s)\n",
		},
		"replacements and deletions": {
			events: []string{
				begins("create-replacement", nodeKind, "node"), ends("create-replacement", nodeKind, "node"),
				stepEvent("resourcePreEvent", "delete-replaced", nodeKind, "node", `,"old":{"custom":true},"new":null`),
				stepEvent("resOutputsEvent", "delete-replaced", nodeKind, "node", `,"old":{"custom":true},"new":null`),
			},
			want: " ++ docker:index:Container node created replacement (1.0s)\n -- docker:index:Container node deleted original (1.0s)\n",
		},
		"what is the same, only read, or nothing by itself is not shown": {
			events: []string{
				begins("same", imageKind, "image"), ends("same", imageKind, "image"), ends("read", "kubernetes:core/v1:Namespace", "kube-system"),
				stepEvent("resourcePreEvent", "create", "ashapp:backend:Backend", "backend", `,"new":{"custom":false}`),
				stepEvent("resOutputsEvent", "create", "ashapp:backend:Backend", "backend", `,"new":{"custom":false}`),
			},
		},
		"a refresh shows what has changed": {
			operation: "refresh",
			events:    []string{begins("refresh", imageKind, "image"), ends("update", imageKind, "image"), ends("same", nodeKind, "node"), ends("refresh", podsKind, "deployment")},
			want:      " ~  docker:index:Image image updated (1.0s)\n",
		},
		"imports": {
			events: []string{begins("import", imageKind, "a"), ends("import", imageKind, "a"), ends("import-replacement", imageKind, "b")},
			want:   " =  docker:index:Image a imported (1.0s)\n => docker:index:Image b imported replacement (0.0s)\n",
		},
		"a failure": {
			events: []string{begins("create", nodeKind, "node"), stepEvent("resOpFailedEvent", "create", nodeKind, "node", custom)},
			want:   " +  docker:index:Container node **creating failed** (1.0s)\n",
		},
		"a plan": {
			operation: "preview",
			events: []string{
				begins("create", imageKind, "image"), ends("create", imageKind, "image"), begins("create-replacement", nodeKind, "node"),
				stepEvent("resourcePreEvent", "replace", nodeKind, "node", custom+`,"diffs":["mounts"]`),
				begins("create", "ashapp:backend:Backend", "backend"), begins("same", podsKind, "deployment"),
			},
			want: " +  docker:index:Image image create\n +- docker:index:Container node replace [diff: ~mounts]\n +  ashapp:backend:Backend backend create\n",
		},
		"what is no event stays as it is": {events: []string{"Enter your passphrase"}, want: "Enter your passphrase\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				operation, heading := "up", "Updating (dev):\n"
				switch test.operation {
				case "preview":
					operation, heading = test.operation, "Previewing update (dev):\n"
				case "refresh":
					operation, heading = test.operation, "Refreshing (dev):\n"
				}
				if strings.HasPrefix(test.want, "Enter") {
					heading = "" // no operation has begun
				}
				assert.Equal(t, heading+test.want, shown(operation, false, test.events))
			})
		})
	}
}

func TestDiagnosticsAreShownInTheEnd(t *testing.T) {
	t.Parallel()

	const plugin = "using pulumi-resource-docker from $PATH at /tools/pulumi-resource-docker"
	got := shownNow("up", []string{
		says(t, "warning", "", "", plugin, ""),
		says(t, "info#err", "pulumi:pulumi:Stack", "ashapp-backend-dev", "main.go:1: ", `,"streamID":7`),
		says(t, "error", nodeKind, "node", "not healthy\n  and why\n\n", ""),
		says(t, "info#err", "pulumi:pulumi:Stack", "ashapp-backend-dev", "undefined: x\n", `,"streamID":7`),
		says(t, "debug", nodeKind, "node", "a detail", ""),
		says(t, "info", nodeKind, "node", "for a moment", ephemeral),
		says(t, "info", imageKind, "image", "built", ""),
		says(t, "info", imageKind, "image", "pushed", ""),
		says(t, "error", "", "", "update failed", ""),
		`{"policyEvent":{"resourceUrn":"` + urn(podsKind, "deployment") + `","policyName":"limits","message":"it has none"}}`,
		`{"policyEvent":{"resourceUrn":"` + urn(nodeKind, "node") + `","policyName":"no-root","message":"it runs as root"}}`,
		`{"summaryEvent":{"durationSeconds":61,"resourceChanges":{"same":3}}}`,
	})
	assert.Equal(t, `Updating (dev):

Diagnostics:
  pulumi:pulumi:Stack (ashapp-backend-dev):
    main.go:1: undefined: x

  docker:index:Container (node):
    error: not healthy
      and why

    no-root: it runs as root

  docker:index:Image (image):
    built
    pushed

  the program:
    error: update failed

  kubernetes:apps/v1:Deployment (deployment):
    limits: it has none

Resources:
    3 unchanged
    3 errored

Duration: 1m1s
`, got)
}

// shownNow is shown without pauses.
func shownNow(operation string, events []string) string {
	var out bytes.Buffer
	d := newDisplay(&out, operation, "dev", false)
	for _, event := range events {
		d.line(event)
	}
	d.close()
	return out.String()
}

func TestSummary(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ summary, want string }{
		"nothing": {`{"durationSeconds":1,"resourceChanges":{"same":14}}`, "Resources:\n    14 unchanged\n\nDuration: 1s\n"},
		"of many": {`{"durationSeconds":70,"resourceChanges":{"update":1,"create":2,"replace":3,"delete":1,"create-replacement":3,"same":4,"read":1}}`,
			"Resources:\n    + 2 created\n    ~ 1 updated\n    - 1 deleted\n    +-3 replaced\n    7 changes. 4 unchanged\n\nDuration: 1m10s\n"},
		"a plan": {`{"isPreview":true,"resourceChanges":{"create":17}}`, "Resources:\n    + 17 to create\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, "Updating (dev):\n\n"+test.want, shownNow("up", []string{`{"summaryEvent":` + test.summary + `}`}))
		})
	}
	assert.Equal(t, "Destroying (dev):\n", shownNow("destroy", []string{`{"preludeEvent":{}}`}), "it was stopped")
}

func TestOutputsOfTheStack(t *testing.T) {
	t.Parallel()

	stack := func(event, before, after string) string {
		return stepEvent(event, "update", "pulumi:pulumi:Stack", "ashapp-backend-dev", `,"old":{"outputs":`+before+`},"new":{"outputs":`+after+`}`)
	}
	const (
		hidden = `{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"[secret]"}`
		before = `{"url":"http://a/","image":"a@1","kubeconfig":` + hidden + `}`
		after  = `{"url":"http://a/","image":"a@2","kubeconfig":` + hidden + `,"namespace":"a"}`
		ended  = `{"summaryEvent":{"isPreview":true,"resourceChanges":{}}}`
	)
	assert.Contains(t, shownNow("up", []string{stack("resourcePreEvent", before, "{}"), stack("resOutputsEvent", before, after), ended}), `Outputs:
  ~ image     : "a@1" => "a@2"
    kubeconfig: [secret]
    namespace : "a"
    url       : "http://a/"

Resources:
`)
	first := stepEvent("resOutputsEvent", "create", "pulumi:pulumi:Stack", "ashapp-backend-dev", `,"new":{"outputs":{"url":"http://a/"}}`)
	assert.Contains(t, shownNow("up", []string{first, ended}), "Outputs:\n    url: \"http://a/\"\n")
	gone := stepEvent("resOutputsEvent", "delete", "pulumi:pulumi:Stack", "ashapp-backend-dev", `,"old":{"outputs":{"url":"http://a/"}}`)
	assert.NotContains(t, shownNow("destroy", []string{gone, ended}), "Outputs")
	planned := shownNow("preview", []string{stack("resOutputsEvent", before, `{"url":"http://a/","image":"04da6b54-80e4-46f7-96ec-b56ff0331ba9"}`), ended})
	assert.Contains(t, planned, "Outputs:\n  ~ image: \"a@1\" => [known after the update]\n\nResources:\n")
	assert.NotContains(t, shownNow("up", []string{stack("resOutputsEvent", before, after)}), "Outputs", "it was stopped")
	assert.NotContains(t, shownNow("up", []string{stack("resOutputsEvent", before, "{}"), ended}), "Outputs")
}

func TestNobodyHasToListenToTheDisplay(t *testing.T) {
	t.Parallel()

	d := newDisplay(broken{}, "up", "dev", false)
	d.line(ends("create", imageKind, "image"))
	d.line(`{"summaryEvent":{}}`)
	d.close()
}

// broken is a pipe whose reader has gone away.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }
