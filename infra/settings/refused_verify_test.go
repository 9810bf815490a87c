package settings_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

func TestBadVerification(t *testing.T) {
	t.Parallel()

	const (
		headers = "must be headers, one a line, such as X-Name: value"
		proxy   = "must be empty, none, or a URL with http or https and a host, such as http://proxy.example.com:3128"
	)
	refuse(t, []badConfiguration{
		{name: "from elsewhere", cluster: context, image: reference, verify: `{"from":"home"}`, want: []string{`verify.from: "home": must be here or cluster`}},
		{name: "local from within", verify: `{"from":"cluster"}`, want: []string{`verify.from: "cluster": must be here when cluster.kind is local, whose node port is on this machine`}},
		{name: "path without a slash", verify: `{"path":"app"}`, want: []string{`verify.path: "app": must be the path of a URL, such as /`}},
		{name: "path that is none", verify: `{"path":"/%"}`, want: []string{`verify.path: "/%": must be the path of a URL, such as /`}},
		{name: "path with a host", verify: `{"path":"//a.test/"}`, want: []string{`verify.path: "//a.test/": must be the path of a URL, such as /`}},
		{name: "path with a query", verify: `{"path":"/?a"}`, want: []string{`verify.path: "/?a": must be the path of a URL, such as /`}},
		{name: "path with a fragment", verify: `{"path":"/#a"}`, want: []string{`verify.path: "/#a": must be the path of a URL, such as /`}},
		{name: "header without a value", verify: `{"headers":"Host: "}`, want: []string{`verify.headers: "Host: ": ` + headers}},
		{name: "second header without a name", verify: `{"headers":"Host: a\n: b"}`, want: []string{`verify.headers: "Host: a\n: b": ` + headers}},
		{name: "no certificate", verify: `{"ca":"trust me"}`, want: []string{`verify.ca: "trust me": must be certificates in PEM`}},
		{name: "proxy without scheme", verify: `{"proxy":"proxy.test:3128"}`, want: []string{`verify.proxy: "proxy.test:3128": ` + proxy}},
		{name: "no time", verify: `{"timeoutSeconds":4,"requestTimeoutSeconds":0}`, want: []string{`verify.requestTimeoutSeconds: "0": must be a whole number from 1 to 60`, `verify.timeoutSeconds: "4": must be a whole number from 5 to 3600`}},
	})
}

func TestVerificationOfAnExistingCluster(t *testing.T) {
	t.Parallel()

	got, err := settings.Load(project, map[string]string{
		project + ":cluster": context, project + ":image": reference,
		project + ":verify": `{"enabled":false,"from":"cluster","path":"/app","headers":"Host: a\nX-B:c d\n","proxy":"none","timeoutSeconds":5,"requestTimeoutSeconds":60}`,
	}, nil)
	require.NoError(t, err)
	assert.Equal(t, settings.Verify{
		From: settings.InCluster, Path: "/app", Headers: "Host: a\nX-B:c d\n", Proxy: settings.NoProxy, TimeoutSeconds: 5, RequestTimeoutSeconds: 60,
	}, got.Verify)
}
