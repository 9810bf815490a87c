//go:build e2e

package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// workload gives the probe variables, files and secrets, and sees what reaches it; then a secret changes, and the pods with it.
func workload(t *testing.T, e *environment) {
	outputs := current(t, e)
	cluster := newAPI(t, outputs["kubeconfig"].Value.(string))
	first, second := "canary-"+rand.Text(), "canary-"+rand.Text()
	p := e.sibling(t, map[string]auto.ConfigValue{
		"cluster.kind":                           {Value: "existing"},
		"cluster.kubeconfig":                     {Value: outputs["kubeconfig"].Value.(string), Secret: true},
		"image.ref":                              {Value: outputs["image"].Value.(string)},
		"backend.namespace":                      {Value: "workload"},
		"backend.serviceType":                    {Value: "ClusterIP"},
		"backend.url":                            {Value: "https://app.example.com/"},
		"backend.replicas":                       {Value: "1"},
		"backend.tmpSize":                        {Value: "16Mi"},
		"backend.env.PROBE_PLAIN":                {Value: "a $5 bill for $(HOME)"},
		"backend.env.PROBE_TOKEN.secret":         {Value: "token"},
		"backend.env.PROBE_IN.field":             {Value: "metadata.namespace"},
		`backend.files["/etc/app/config.yaml"]`:  {Value: "a: 1\n"},
		`backend.files["/etc/app/token"].secret`: {Value: "token"},
		"secrets.token":                          {Value: first, Secret: true},
	})
	planned, err := p.Preview(t.Context())
	require.NoError(t, err)
	made, err := p.Up(t.Context())
	require.NoError(t, err)
	want := map[string]string{
		"PROBE_PLAIN": "a $5 bill for $(HOME)", "PROBE_TOKEN": first, "PROBE_IN": "workload",
		"/etc/app/config.yaml": "a: 1\n", "/etc/app/token": first, "/tmp/probe": "written",
	}
	assert.Equal(t, want, cluster.given(t, "workload"))
	old := cluster.secretOf(t, "workload")

	// What somebody else keeps in the namespace, which is there now.
	status, answer := cluster.request(t, http.MethodPost, "/api/v1/namespaces/workload/secrets", object{
		"apiVersion": "v1", "kind": "Secret", "metadata": object{"name": "others"},
		"data": object{"key": base64.StdEncoding.EncodeToString([]byte("theirs"))},
	})
	require.Equal(t, http.StatusCreated, status, "%s", answer)
	require.NoError(t, p.SetAllConfigWithOptions(t.Context(), map[string]auto.ConfigValue{
		"secrets.token":                      {Value: second, Secret: true},
		"backend.env.PROBE_OTHER.fromSecret": {Value: "others/key"},
	}, &auto.ConfigOptions{Path: true}))
	changed, err := p.Up(t.Context())
	require.NoError(t, err)
	want["PROBE_TOKEN"], want["/etc/app/token"], want["PROBE_OTHER"] = second, second, "theirs"
	assert.Equal(t, want, cluster.given(t, "workload"), "a changed secret must roll the pods out")
	assert.Equal(t, 1, (*changed.Summary.ResourceChanges)[string(apitype.OpReplace)], "the Secret")
	assert.NotEqual(t, old, cluster.secretOf(t, "workload"))

	require.NoError(t, p.SetConfigWithOptions(t.Context(), "secrets.token", auto.ConfigValue{Value: first, Secret: true}, &auto.ConfigOptions{Path: true}))
	back, err := p.Up(t.Context())
	require.NoError(t, err, "the Secret of before is there")
	want["PROBE_TOKEN"], want["/etc/app/token"] = first, first
	assert.Equal(t, want, cluster.given(t, "workload"))
	assert.Equal(t, old, cluster.secretOf(t, "workload"))

	for _, canary := range []string{first, second} {
		e.assertSecret(t, canary, planned.StdOut+planned.StdErr+made.StdOut+made.StdErr+changed.StdOut+changed.StdErr+back.StdOut+back.StdErr)
	}
}

// given is what the probe in the one pod of a namespace has found, by name.
func (a api) given(t *testing.T, namespace string) map[string]string {
	t.Helper()
	pods := a.pods(t, namespace)
	require.Len(t, pods, 1)
	_, printed := a.request(t, http.MethodGet, "/api/v1/namespaces/"+namespace+"/pods/"+pods[0].Metadata.Name+"/log", nil)
	found := map[string]string{}
	for line := range bytes.SplitSeq(printed, []byte("\n")) {
		var thing struct{ Given, Value string }
		if json.Unmarshal(line, &thing) == nil && thing.Given != "" {
			found[thing.Given] = thing.Value
		}
	}
	return found
}

// secretOf is the name of the Secret that the backend's pods refer to.
func (a api) secretOf(t *testing.T, namespace string) string {
	t.Helper()
	_, content := a.request(t, http.MethodGet, "/apis/apps/v1/namespaces/"+namespace+deploymentPath, nil)
	var deployment struct {
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct {
						Env []struct {
							Name      string
							ValueFrom struct{ SecretKeyRef struct{ Name string } }
						}
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(content, &deployment))
	for _, variable := range deployment.Spec.Template.Spec.Containers[0].Env {
		if variable.Name == "PROBE_TOKEN" {
			return variable.ValueFrom.SecretKeyRef.Name
		}
	}
	t.Fatalf("no PROBE_TOKEN in %s", content)
	return ""
}
