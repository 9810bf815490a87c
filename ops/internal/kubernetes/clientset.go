package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/gentype"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/flowcontrol"
)

// Clientset is the set of clients of a cluster.
type Clientset struct {
	apps, authorization, coordination, core rest.Interface
	parameters                              runtime.ParameterCodec
}

var _ Interface = (*Clientset)(nil)

// NewForConfig prepares to ask a cluster. It asks nothing yet.
func NewForConfig(config *rest.Config) (*Clientset, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, authorizationv1.AddToScheme, coordinationv1.AddToScheme, corev1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("making the clients of a cluster: %w", err)
		}
	}
	shared := *config
	if shared.RateLimiter == nil && shared.QPS > 0 {
		shared.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(shared.QPS, shared.Burst)
	}
	codecs := serializer.NewCodecFactory(scheme).WithoutConversion()
	c := &Clientset{parameters: runtime.NewParameterCodec(scheme)}
	var problems []error
	for to, group := range map[*rest.Interface]schema.GroupVersion{
		&c.apps: appsv1.SchemeGroupVersion, &c.authorization: authorizationv1.SchemeGroupVersion,
		&c.coordination: coordinationv1.SchemeGroupVersion, &c.core: corev1.SchemeGroupVersion,
	} {
		client, err := connect(shared, group, codecs)
		*to, problems = client, append(problems, err)
	}
	return c, errors.Join(problems...)
}

// connect makes the connection to a group of the API.
func connect(config rest.Config, group schema.GroupVersion, codecs runtime.NegotiatedSerializer) (*rest.RESTClient, error) {
	config.GroupVersion, config.NegotiatedSerializer, config.APIPath = &group, codecs, "/apis"
	if group.Group == "" {
		config.APIPath = "/api"
	}
	if config.UserAgent == "" {
		config.UserAgent = rest.DefaultKubernetesUserAgent()
	}
	return rest.RESTClientFor(&config)
}

// AppsV1 implements Interface.
func (c *Clientset) AppsV1() AppsV1 { return appsClient{c} }

// AuthorizationV1 implements Interface.
func (c *Clientset) AuthorizationV1() AuthorizationV1 { return authorizationClient{c} }

// CoordinationV1 implements Interface.
func (c *Clientset) CoordinationV1() CoordinationV1 { return coordinationClient{c} }

// CoreV1 implements Interface.
func (c *Clientset) CoreV1() CoreV1 { return coreClient{c} }

// Discovery implements Interface.
func (c *Clientset) Discovery() Discovery { return discovery{c} }

type appsClient struct{ set *Clientset }

func (a appsClient) Deployments(namespace string) Deployments {
	return gentype.NewClientWithList("deployments", a.set.apps, a.set.parameters, namespace,
		func() *appsv1.Deployment { return &appsv1.Deployment{} }, func() *appsv1.DeploymentList { return &appsv1.DeploymentList{} })
}

func (a appsClient) ReplicaSets(namespace string) ReplicaSets {
	return gentype.NewClientWithList("replicasets", a.set.apps, a.set.parameters, namespace,
		func() *appsv1.ReplicaSet { return &appsv1.ReplicaSet{} }, func() *appsv1.ReplicaSetList { return &appsv1.ReplicaSetList{} })
}

type authorizationClient struct{ set *Clientset }

func (a authorizationClient) SelfSubjectAccessReviews() SelfSubjectAccessReviews {
	return gentype.NewClient("selfsubjectaccessreviews", a.set.authorization, a.set.parameters, "",
		func() *authorizationv1.SelfSubjectAccessReview { return &authorizationv1.SelfSubjectAccessReview{} })
}

type coordinationClient struct{ set *Clientset }

func (c coordinationClient) Leases(namespace string) Leases {
	return gentype.NewClientWithList("leases", c.set.coordination, c.set.parameters, namespace,
		func() *coordinationv1.Lease { return &coordinationv1.Lease{} }, func() *coordinationv1.LeaseList { return &coordinationv1.LeaseList{} })
}

type coreClient struct{ set *Clientset }

func (c coreClient) Namespaces() Namespaces {
	return gentype.NewClientWithList("namespaces", c.set.core, c.set.parameters, "",
		func() *corev1.Namespace { return &corev1.Namespace{} }, func() *corev1.NamespaceList { return &corev1.NamespaceList{} })
}

func (c coreClient) ConfigMaps(namespace string) ConfigMaps {
	return gentype.NewClientWithList("configmaps", c.set.core, c.set.parameters, namespace,
		func() *corev1.ConfigMap { return &corev1.ConfigMap{} }, func() *corev1.ConfigMapList { return &corev1.ConfigMapList{} })
}

func (c coreClient) Secrets(namespace string) Secrets {
	return gentype.NewClientWithList("secrets", c.set.core, c.set.parameters, namespace,
		func() *corev1.Secret { return &corev1.Secret{} }, func() *corev1.SecretList { return &corev1.SecretList{} })
}

func (c coreClient) Pods(namespace string) Pods {
	return pods{namespace: namespace, set: c.set, ClientWithList: gentype.NewClientWithList("pods", c.set.core, c.set.parameters, namespace,
		func() *corev1.Pod { return &corev1.Pod{} }, func() *corev1.PodList { return &corev1.PodList{} })}
}

func (c coreClient) RESTClient() rest.Interface { return c.set.core }

type pods struct {
	*gentype.ClientWithList[*corev1.Pod, *corev1.PodList]
	namespace string
	set       *Clientset
}

// GetLogs implements Pods.
func (p pods) GetLogs(name string, options *corev1.PodLogOptions) *rest.Request {
	return p.set.core.Get().Namespace(p.namespace).Resource("pods").Name(name).SubResource("log").VersionedParams(options, p.set.parameters)
}

// versionTime bounds the question for the version, as client-go's discovery does.
const versionTime = 32 * time.Second

type discovery struct{ set *Clientset }

// ServerVersion implements Discovery.
func (d discovery) ServerVersion() (*version.Info, error) {
	ctx, cancel := context.WithTimeout(context.Background(), versionTime)
	defer cancel()
	answer, err := d.set.core.Get().AbsPath("/version").Do(ctx).Raw()
	if err != nil {
		return nil, err
	}
	var info version.Info
	if err := json.Unmarshal(answer, &info); err != nil {
		return nil, fmt.Errorf("reading the server's version: %w", err)
	}
	return &info, nil
}
