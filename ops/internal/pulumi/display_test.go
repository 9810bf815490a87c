package pulumi

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The texts are those of Pulumi 3.255.
func TestDisplay(t *testing.T) {
	t.Parallel()

	const plugin = "warning: using pulumi-resource-docker from $PATH at /tools/pulumi-resource-docker\n"
	for name, test := range map[string]struct{ printed, want string }{
		"steps of a resource are left out until it is done": {
			printed: "Updating (dev):\n" +
				" +  docker:index:Image image creating (0s) \n" +
				" +  docker:index:Image image creating (1s) Pushing [==>  ]  66kB/6MB\n" +
				" +  docker:index:Image image created (1s) Pushed image with digest sha256:1\n" +
				" ~  kubernetes:apps/v1:Deployment deployment updating (0s) [diff: ~spec]\n" +
				" ~  kubernetes:apps/v1:Deployment deployment updated (0.94s) [diff: ~spec]; \n",
			want: "Updating (dev):\n" +
				" +  docker:index:Image image created (1s)\n" +
				" ~  kubernetes:apps/v1:Deployment deployment updated (0.94s) [diff: ~spec]\n",
		},
		"what a resource waits for is shown once": {
			printed: " +  docker:index:Container node creating (1s) Waiting for the container\n" +
				" +  docker:index:Container node creating (2s) Waiting for the container\n" +
				" +  docker:index:Container node created (6s) Waiting for the container\n",
			want: " +  docker:index:Container node creating (1s) Waiting for the container\n" +
				" +  docker:index:Container node created (6s)\n",
		},
		"replacements and deletions": {
			printed: " ++ docker:index:Container node creating replacement (0s) \n" +
				" ++ docker:index:Container node created replacement (6s) \n" +
				" -- docker:index:Container node deleting original (0s) \n" +
				" -- docker:index:Container node deleted original (1s) \n",
			want: " ++ docker:index:Container node created replacement (6s)\n" +
				" -- docker:index:Container node deleted original (1s)\n",
		},
		"plugins on PATH frighten nobody": {
			printed: "    pulumi:pulumi:Stack ashapp-backend-dev  " + plugin + "\n" +
				" +  pulumi:pulumi:Stack ashapp-backend-dev created (13s) 4 warnings\n" +
				"Diagnostics:\n  pulumi:pulumi:Stack (ashapp-backend-dev):\n    " + plugin + "    " + plugin + "\n" +
				"Outputs:\n    url: \"http://127.0.0.1:30080/\"\n",
			want: "\nOutputs:\n    url: \"http://127.0.0.1:30080/\"\n",
		},
		"diagnostics of the program stay": {
			printed: "Diagnostics:\n  pulumi:pulumi:Stack (ashapp-backend-dev):\n    " + plugin + "    error: no\n\nResources:\n",
			want:    "Diagnostics:\n  pulumi:pulumi:Stack (ashapp-backend-dev):\n    error: no\n\nResources:\n",
		},
		"diagnostics of a resource stay": {
			printed: "Diagnostics:\n  pulumi:pulumi:Stack (ashapp-backend-dev):\n    " + plugin +
				"\n  docker:index:Container (node):\n    error: not healthy\n      and why\n\nResources:\n",
			want: "\nDiagnostics:\n  docker:index:Container (node):\n    error: not healthy\n      and why\n\nResources:\n",
		},
		"a failure": {
			printed: " +  docker:index:Container node **creating failed** (61s) error: not healthy\n",
			want:    " +  docker:index:Container node **creating failed** (61s)\n",
		},
		"differences stay": {
			printed: "    ~ kubernetes:apps/v1:Deployment: (update)\n        [id=a/b]\n      ~ spec: {\n" + plugin,
			want:    "    ~ kubernetes:apps/v1:Deployment: (update)\n        [id=a/b]\n      ~ spec: {\n",
		},
		"the end of a destroy": {
			printed: "Resources:\n    - 14 deleted\n\nThe resources in the stack have been deleted, but the history remains.\n" +
				"If you want to remove the stack completely, run `pulumi stack rm dev`.\n",
			want: "Resources:\n    - 14 deleted\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var shown bytes.Buffer
			// Byte by byte, since a pipe ends its chunks anywhere.
			_, err := io.Copy(&display{out: &shown}, iotest.OneByteReader(strings.NewReader(test.printed)))
			require.NoError(t, err)
			assert.Equal(t, test.want, shown.String())
		})
	}
}

func TestDisplayReportsThatNobodyListens(t *testing.T) {
	t.Parallel()

	reader, writer := io.Pipe()
	require.NoError(t, reader.Close())
	_, err := (&display{out: writer}).Write([]byte("text\n"))
	assert.ErrorIs(t, err, io.ErrClosedPipe)
}
