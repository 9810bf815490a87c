package ready_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	serving = `{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, selector: {app: web}, clusterIP: 10.0.0.1}}`
	slice   = `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4,
  metadata: {name: web-a, labels: {kubernetes.io/service-name: web}}, endpoints: [{addresses: [10.0.0.2], conditions: {ready: true}}]}`
	set = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, uid: s, generation: 1}, spec: {replicas: 2},
  status: {observedGeneration: 1, readyReplicas: 2, updatedReplicas: 2}}`
	daemon = `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: log, uid: s, generation: 1}, spec: {},
  status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 2}}`
	work  = `{apiVersion: batch/v1, kind: Job, metadata: {name: work, uid: j}, status: {conditions: [{type: Complete, status: "True"}]}}`
	pod   = `{apiVersion: v1, kind: Pod, metadata: {name: one}, status: {phase: Running, conditions: [{type: Ready, status: "True"}]}}`
	claim = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {storageClassName: local}, status: {phase: Bound}}`
	class = `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: local}, provisioner: p, volumeBindingMode: WaitForFirstConsumer}`
	crd   = `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: w},
  status: {conditions: [{type: NamesAccepted, status: "True"}, {type: Established, status: "True"}]}}`
	ingress = `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, status: {loadBalancer: {ingress: [{ip: 10.0.0.1}]}}}`
	volume  = `{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, status: {phase: Available}}`
)

func TestVerdictsByKind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		manifests       []string
		settled         bool
		ready, hopeless bool
	}{
		"Service with ready endpoints":             {manifests: []string{serving, slice}, ready: true},
		"Service without slices yet":               {manifests: []string{serving}},
		"Service with a pending endpoint":          {manifests: []string{serving, replace(slice, "ready: true", "ready: false")}, settled: true},
		"Service of a Pod that terminates":         {manifests: []string{serving, replace(slice, "ready: true", "ready: false, terminating: true")}},
		"Service without endpoints, settled":       {manifests: []string{serving, replace(slice, "endpoints: [{addresses: [10.0.0.2], conditions: {ready: true}}]", "endpoints: []")}, settled: true, ready: true},
		"Service with another Service's endpoints": {manifests: []string{serving, replace(slice, "service-name: web", "service-name: other")}},
		"headless Service":                         {manifests: []string{replace(serving, "10.0.0.1", "None")}, ready: true},
		"Service without a selector":               {manifests: []string{replace(serving, "selector: {app: web}, ", "")}, ready: true},
		"load balancer without an address":         {manifests: []string{replace(serving, "NodePort", "LoadBalancer"), slice}},
		"load balancer with an address":            {manifests: []string{replace(serving, "NodePort", "LoadBalancer", "spec:", "status: {loadBalancer: {ingress: [{ip: 10.0.0.9}]}}, spec:"), slice}, ready: true},
		"StatefulSet":                              {manifests: []string{set}, ready: true},
		"StatefulSet not seen yet":                 {manifests: []string{replace(set, "observedGeneration: 1", "observedGeneration: 0")}},
		"StatefulSet half updated":                 {manifests: []string{replace(set, "updatedReplicas: 2", "updatedReplicas: 1")}},
		"StatefulSet updated above its partition":  {manifests: []string{replace(set, "updatedReplicas: 2", "updatedReplicas: 1", "replicas: 2}", "replicas: 2, updateStrategy: {rollingUpdate: {partition: 1}}}")}, ready: true},
		"DaemonSet":                            {manifests: []string{daemon}, ready: true},
		"DaemonSet with a node to go":          {manifests: []string{replace(daemon, "numberReady: 2", "numberReady: 1")}},
		"completed Job":                        {manifests: []string{work}, ready: true},
		"failed Job":                           {manifests: []string{replace(work, "Complete", "Failed")}, hopeless: true},
		"suspended Job":                        {manifests: []string{replace(work, "Complete", "Suspended")}, ready: true},
		"running Job":                          {manifests: []string{replace(work, `"True"`, `"False"`)}},
		"ready Pod":                            {manifests: []string{pod}, ready: true},
		"pending Pod":                          {manifests: []string{replace(pod, "Running", "Pending")}},
		"failed Pod":                           {manifests: []string{replace(pod, "Running", "Failed")}, hopeless: true},
		"bound claim":                          {manifests: []string{claim}, ready: true},
		"pending claim":                        {manifests: []string{replace(claim, "Bound", "Pending")}},
		"pending claim that waits for a Pod":   {manifests: []string{replace(claim, "Bound", "Pending"), class}, ready: true},
		"pending claim that waits for nothing": {manifests: []string{replace(claim, "Bound", "Pending"), replace(class, "WaitForFirstConsumer", "Immediate")}},
		"volume":                               {manifests: []string{volume}, ready: true},
		"failed volume":                        {manifests: []string{replace(volume, "Available", "Failed")}},
		"definition that is served":            {manifests: []string{crd}, ready: true},
		"definition that is not served yet":    {manifests: []string{replace(crd, `Established, status: "True"`, `Established, status: "False"`)}},
		"Ingress with an address":              {manifests: []string{ingress}, ready: true},
		"Ingress without an address":           {manifests: []string{replace(ingress, "{ip: 10.0.0.1}", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict := judge(t, test.settled, test.manifests...)
			assert.Equal(t, test.ready, verdict.Ready)
			assert.Equal(t, test.hopeless, verdict.Hopeless)
			assert.Equal(t, test.ready, len(verdict.Reasons) == 0, "reasons are given exactly when there is something to explain")
		})
	}
}
