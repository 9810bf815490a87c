package settings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

func TestNetworkAndPlacementAreRead(t *testing.T) {
	t.Parallel()

	s := loadWorkload(t, `{
		"egress": [{"cidr":"10.0.0.0/8","port":5432},{"cidr":"192.0.2.1","port":53,"protocol":"UDP"},{"cidr":"2001:db8::1","port":443},{"namespace":"databases","port":65535}],
		"ingressFrom": [{"namespace":"ingress-nginx"},{"cidr":"0.0.0.0/0"}],
		"labels": {"team":"greeters","example.com/cost-center":"4711"}, "annotations": {"example.com/owner":"a, b"},
		"podAnnotations": {"sidecar.istio.io/inject":"false"}, "serviceAccountAnnotations": {"eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/a"},
		"nodeSelector": {"pool":"web"}, "tolerations": [{"key":"pool","value":"web","effect":"NoSchedule"},{"key":"spot"}],
		"priorityClassName": "web", "runAsUser": "", "imagePullSecrets": ["registry"]
	}`)
	assert.Equal(t, []settings.Egress{
		{Peer: settings.Peer{CIDR: "10.0.0.0/8"}, Port: 5432, Protocol: "TCP"},
		{Peer: settings.Peer{CIDR: "192.0.2.1/32"}, Port: 53, Protocol: "UDP"},
		{Peer: settings.Peer{CIDR: "2001:db8::1/128"}, Port: 443, Protocol: "TCP"},
		{Peer: settings.Peer{Namespace: "databases"}, Port: 65535, Protocol: "TCP"},
	}, s.Backend.Egress)
	assert.Equal(t, []settings.Peer{{Namespace: "ingress-nginx"}, {CIDR: "0.0.0.0/0"}}, s.Backend.IngressFrom)
	assert.Equal(t, map[string]string{"team": "greeters", "example.com/cost-center": "4711"}, s.Backend.Labels)
	assert.Equal(t, map[string]string{"example.com/owner": "a, b"}, s.Backend.Annotations)
	assert.Equal(t, map[string]string{"sidecar.istio.io/inject": "false"}, s.Backend.PodAnnotations)
	assert.Equal(t, map[string]string{"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/a"}, s.Backend.ServiceAccountAnnotations)
	assert.Equal(t, map[string]string{"pool": "web"}, s.Backend.NodeSelector)
	assert.Equal(t, []settings.Toleration{{Key: "pool", Value: "web", Effect: "NoSchedule"}, {Key: "spot"}}, s.Backend.Tolerations)
	assert.Equal(t, "web", s.Backend.PriorityClassName)
	assert.Empty(t, s.Backend.RunAsUser)
	assert.Equal(t, []string{"registry"}, s.Backend.ImagePullSecrets)

	after := settings.Default()
	require.NoError(t, after.Apply("backend", s.Values("backend")))
	assert.Equal(t, s.Backend, after.Backend, "a release brings them back")
	assert.Equal(t, "[]", settingsValue("egress"), "what is not set has the same text as the default in Pulumi.yaml")
	require.NoError(t, after.Apply("backend", map[string]string{"egress": "[]"}))
	assert.Nil(t, after.Backend.Egress, "a release without ways out takes those away that there are")
}

func TestBadNetwork(t *testing.T) {
	t.Parallel()

	const (
		forms = ": must be {cidr: ADDRESSES, port: NUMBER} or {namespace: NAME, port: NUMBER}, and may have a protocol"
		peers = ": must be {cidr: ADDRESSES} or {namespace: NAME}"
	)
	egress := func(way string) string { return `{"egress":[` + way + `]}` }
	refuse(t, []badConfiguration{
		{name: "an object", backend: `{"egress":{"cidr":"10.0.0.0/8","port":1}}`, want: []string{"backend.egress: must be a list"}},
		{name: "a text", backend: egress(`"10.0.0.0/8"`), want: []string{`backend.egress[0]: "10.0.0.0/8"` + forms}},
		{name: "another key", backend: egress(`{"cidr":"10.0.0.0/8","ports":[1]}`), want: []string{`backend.egress[0]: {"cidr":"10.0.0.0/8","ports":[1]}` + forms}},
		{name: "no port", backend: egress(`{"cidr":"10.0.0.0/8"}`), want: []string{"backend.egress[0]: port: 0: must be from 1 to 65535"}},
		{name: "a port too high", backend: egress(`{"cidr":"10.0.0.0/8","port":65536}`), want: []string{"backend.egress[0]: port: 65536: must be from 1 to 65535"}},
		{name: "another protocol", backend: egress(`{"cidr":"10.0.0.0/8","port":1,"protocol":"tcp"}`), want: []string{`backend.egress[0]: protocol: "tcp": must be TCP or UDP`}},
		{name: "to nobody", backend: egress(`{"port":1}`), want: []string{"backend.egress[0]: must have either cidr or namespace"}},
		{name: "to two", backend: egress(`{"port":1,"cidr":"10.0.0.0/8","namespace":"a"}`), want: []string{"backend.egress[0]: must have either cidr or namespace"}},
		{name: "to a host name", backend: egress(`{"port":1,"cidr":"Db.example.com"}`), want: []string{`backend.egress[0]: cidr: "Db.example.com": must be addresses, such as 10.0.0.0/8: Kubernetes' NetworkPolicy knows no host names`}},
		{name: "to no addresses", backend: egress(`{"port":1,"cidr":"10.0.0.0/33"}`), want: []string{`backend.egress[0]: cidr: "10.0.0.0/33": must be addresses, such as 10.0.0.0/8`}},
		{name: "to an address in a range", backend: egress(`{"port":1,"cidr":"10.1.2.3/8"}`), want: []string{`backend.egress[0]: cidr: "10.1.2.3/8": must be 10.0.0.0/8, or a longer prefix`}},
		{name: "to no namespace", backend: egress(`{"port":1,"namespace":"A"}`), want: []string{`backend.egress[0]: namespace: "A": ` + label}},
		{name: "every problem", backend: egress(`{"port":0,"cidr":"10.0.0.0/8"},{"port":1,"cidr":"10.0.0.0/8"},{"port":1}`), want: []string{"backend.egress[0]: port: 0: must be from 1 to 65535", "backend.egress[2]: must have either cidr or namespace"}},
		{name: "from a text", backend: `{"ingressFrom":["a"]}`, want: []string{`backend.ingressFrom[0]: "a"` + peers}},
		{name: "from a port", backend: `{"ingressFrom":[{"cidr":"10.0.0.0/8","port":1}]}`, want: []string{`backend.ingressFrom[0]: {"cidr":"10.0.0.0/8","port":1}` + peers}},
		{name: "from nobody", backend: `{"ingressFrom":[{}]}`, want: []string{"backend.ingressFrom[0]: must have either cidr or namespace"}},
	})
}

func TestBadPlacement(t *testing.T) {
	t.Parallel()

	const (
		name   = "the name must be a label's or annotation's, such as team or example.com/team"
		value  = "must be at most 63 letters, digits, - _ and ., a letter or digit at both ends"
		object = "must be the name of an object: lower-case letters, digits, - and ., a letter or digit at both ends"
		user   = "must be empty or a user ID from 10000 to 2147483647"
	)
	refuse(t, []badConfiguration{
		{name: "a label that is a number", backend: `{"labels":{"a":1}}`, want: []string{"backend.labels.a: must be a text, in quotes"}},
		{name: "a label with a space", backend: `{"labels":{"a":"b c"}}`, want: []string{`backend.labels.a: "b c": ` + value}},
		{name: "a label without a name", backend: `{"labels":{"a b":"c"}}`, want: []string{"backend.labels.a b: " + name}},
		{name: "a label of the program's", backend: `{"labels":{"app.kubernetes.io/name":"c"}}`, want: []string{"backend.labels.app.kubernetes.io/name: must not begin with app.kubernetes.io/, which the program sets"}},
		{name: "a label that confines", backend: `{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}`, want: []string{"backend.labels.pod-security.kubernetes.io/enforce: must not begin with pod-security.kubernetes.io/, which the program sets"}},
		{name: "Pulumi's annotation", backend: `{"annotations":{"pulumi.com/patchForce":"false"}}`, want: []string{"backend.annotations.pulumi.com/patchForce: must not begin with pulumi.com/, which the program sets"}},
		{name: "the program's annotation", backend: `{"annotations":{"ashapp-backend/scaled-by":"me"}}`, want: []string{"backend.annotations.ashapp-backend/scaled-by: must not begin with ashapp-backend/, which the program sets"}},
		{name: "an annotation of the metrics", backend: `{"podAnnotations":{"prometheus.io/port":"1"}}`, want: []string{"backend.podAnnotations.prometheus.io/port: must not begin with prometheus.io/, which the program sets"}},
		{name: "an annotation that is too long", backend: `{"serviceAccountAnnotations":{"a":"` + strings.Repeat("a", 16<<10+1) + `"}}`, want: []string{"backend.serviceAccountAnnotations.a: must be at most 16384 bytes long"}},
		{name: "the architecture", backend: `{"nodeSelector":{"kubernetes.io/arch":"arm64"}}`, want: []string{"backend.nodeSelector.kubernetes.io/arch: follows from image.platform"}},
		{name: "the system", backend: `{"nodeSelector":{"kubernetes.io/os":"linux"}}`, want: []string{"backend.nodeSelector.kubernetes.io/os: follows from image.platform"}},
		{name: "a node label with a space", backend: `{"nodeSelector":{"a":"b c"}}`, want: []string{`backend.nodeSelector.a: "b c": ` + value}},
		{name: "a node label without a name", backend: `{"nodeSelector":{"":"c"}}`, want: []string{"backend.nodeSelector.: " + name}},
		{name: "every taint", backend: `{"tolerations":[{"effect":"NoSchedule"}]}`, want: []string{"backend.tolerations[0]: key: must be set: a toleration without one lets the pods onto every node, however broken"}},
		{name: "a taint with an operator", backend: `{"tolerations":[{"key":"a","operator":"Exists"}]}`, want: []string{`backend.tolerations[0]: {"key":"a","operator":"Exists"}: must be {key: TAINT}, and may have a value and an effect`}},
		{name: "a taint without a name", backend: `{"tolerations":[{"key":"a b"}]}`, want: []string{`backend.tolerations[0]: {"key":"a b"}: key and value must be a taint's`}},
		{name: "a taint with a bad value", backend: `{"tolerations":[{"key":"a","value":"b c"}]}`, want: []string{`backend.tolerations[0]: {"key":"a","value":"b c"}: key and value must be a taint's`}},
		{name: "a taint with another effect", backend: `{"tolerations":[{"key":"a","effect":"Evict"}]}`, want: []string{`backend.tolerations[0]: effect: "Evict": must be empty or NoSchedule or PreferNoSchedule or NoExecute`}},
		{name: "a class in capitals", backend: `{"priorityClassName":"High"}`, want: []string{`backend.priorityClassName: "High": ` + object}},
		{name: "root", backend: `{"runAsUser":"0"}`, want: []string{`backend.runAsUser: "0": ` + user}},
		{name: "a user of the host", backend: `{"runAsUser":9999}`, want: []string{`backend.runAsUser: "9999": ` + user}},
		{name: "a user too high", backend: `{"runAsUser":2147483648}`, want: []string{`backend.runAsUser: "2147483648": ` + user}},
		{name: "a user by name", backend: `{"runAsUser":"nobody"}`, want: []string{`backend.runAsUser: "nobody": ` + user}},
		{name: "pull secrets in a text", backend: `{"imagePullSecrets":"a,b"}`, want: []string{"backend.imagePullSecrets: must be a list"}},
		{name: "a pull secret in capitals", backend: `{"imagePullSecrets":["A"]}`, want: []string{`backend.imagePullSecrets[0]: "A": ` + object}},
	})
}

func TestLeastAndMostUserAreTaken(t *testing.T) {
	t.Parallel()

	for _, user := range []string{"10000", "2147483647"} {
		assert.Equal(t, user, loadWorkload(t, `{"runAsUser":`+user+`}`).Backend.RunAsUser)
	}
}
