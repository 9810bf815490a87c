package pulumi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDifferencesOfInputs(t *testing.T) {
	t.Parallel()

	const hidden = `{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"[secret]"}`
	for name, test := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing":             {`{"a":1,"b":[1,{"c":null}]}`, `{"b":[1,{"c":null}],"a":1}`, nil},
		"a value":             {`{"spec":{"replicas":2}}`, `{"spec":{"replicas":3}}`, []string{"~ spec.replicas: 2 => 3"}},
		"another type":        {`{"a":"1"}`, `{"a":1}`, []string{`~ a: "1" => 1`}},
		"added and gone":      {`{"a":true}`, `{"b":{"c":"x","d":[]}}`, []string{"- a: true", `+ b.c: "x"`, "+ b.d: []"}},
		"an element":          {`{"env":[{"name":"A"},{"name":"B"}]}`, `{"env":[{"name":"A"},{"name":"C"},{"name":"D"}]}`, []string{`~ env[1].name: "B" => "C"`, `+ env[2].name: "D"`}},
		"many elements":       {`{}`, `{"a":[0,1,2,3,4,5,6,7,8,9,10]}`, []string{"+ a[0]: 0", "+ a[1]: 1", "+ a[2]: 2", "+ a[3]: 3", "+ a[4]: 4", "+ a[5]: 5", "+ a[6]: 6", "+ a[7]: 7", "+ a[8]: 8", "+ a[9]: 9", "+ a[10]: 10"}},
		"a key with dots":     {`{"labels":{}}`, `{"labels":{"app.kubernetes.io/name":"a"}}`, []string{`+ labels["app.kubernetes.io/name"]: "a"`}},
		"one of such keys":    {`{"labels":{"a.b":"1"}}`, `{"labels":{"a.b":"2"}}`, []string{`~ labels["a.b"]: "1" => "2"`}},
		"what is not known":   {`{"image":"a@1"}`, `{"image":"04da6b54-80e4-46f7-96ec-b56ff0331ba9"}`, []string{`~ image: "a@1" => [known after the update]`}},
		"a secret":            {`{"key":"plain"}`, `{"key":` + hidden + `}`, []string{`~ key: "plain" => [secret]`}},
		"no secret any more":  {`{"key":` + hidden + `}`, `{"key":{"a":1}}`, []string{`~ key: [secret] => {"a":1}`}},
		"Pulumi's own":        {`{"__defaults":[]}`, `{"__defaults":["a"]}`, nil},
		"nothing was there":   {`null`, `{"a":{"b":1}}`, []string{"+ a.b: 1"}},
		"nothing will be":     {`{"a":{"b":1}}`, `null`, []string{"- a.b: 1"}},
		"an object no longer": {`{"a":{"b":1}}`, `{"a":2}`, []string{`~ a: {"b":1} => 2`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var before, after map[string]any
			require.NoError(t, json.Unmarshal([]byte(test.before), &before))
			require.NoError(t, json.Unmarshal([]byte(test.after), &after))
			assert.Equal(t, test.want, differences(before, after, ""))
		})
	}
}

func TestPreviewShowsEveryProperty(t *testing.T) {
	t.Parallel()

	planned := stepEvent("resourcePreEvent", "update", podsKind, "deployment",
		`,"diffs":["spec"],"old":{"custom":true,"inputs":{"spec":{"replicas":2}}},"new":{"custom":true,"inputs":{"spec":{"replicas":3}}}`)
	row := "Previewing update (dev):\n ~  kubernetes:apps/v1:Deployment deployment update [diff: ~spec]\n"
	assert.Equal(t, row, shownNow("preview", []string{planned}))
	var out strings.Builder
	d := newDisplay(&out, "preview", "dev", true)
	d.line(planned)
	assert.Equal(t, row+"      ~ spec.replicas: 2 => 3\n", out.String())
	out.Reset()
	d.line(begins("update", imageKind, "image"))
	assert.Equal(t, " ~  docker:index:Image image update\n", out.String(), "no empty line")
}
