package policy

func networkWeakenings() map[string]weakening {
	inService := func(pointer string, value any) change { return set("Service", "/spec"+pointer, value) }
	denied := func(pointer string, value any) change {
		return set("NetworkPolicy default-deny", "/spec"+pointer, value)
	}
	opened := func(pointer string, value any) change {
		return set("NetworkPolicy ashapp-backend", "/spec"+pointer, value)
	}
	return map[string]weakening{
		"Service of other pods":       {"service-reaches-pods", inService("/selector/app.kubernetes.io~1name", "other")},
		"Service of no pods":          {"service-reaches-pods", drop("Service", "/spec/selector")},
		"target port by a wrong name": {"service-reaches-pods", inService("/ports/0/targetPort", "web")},
		"target port off by one":      {"service-reaches-pods", inService("/ports/0/targetPort", 5001)},
		"target port by default":      {"service-reaches-pods", drop("Service", "/spec/ports/0/targetPort")},
		"Service over UDP":            {"service-reaches-pods", inService("/ports/0/protocol", "UDP")},
		"Service without ports":       {"service-reaches-pods", drop("Service", "/spec/ports")},
		"Service of pods that drain":  {"service-reaches-pods", inService("/publishNotReadyAddresses", true)},
		"load balancer":               {"service-exposure", inService("/type", "LoadBalancer")},
		"address outside":             {"service-exposure", inService("/externalIPs", []any{"203.0.113.1"})},
		"name outside":                {"service-exposure", inService("/externalName", "example.com")},
		"node port out of range":      {"service-exposure", inService("/ports/0/nodePort", 8080)},
		"node port by chance":         {"service-exposure", drop("Service", "/spec/ports/0/nodePort")},
		"node port of a ClusterIP":    {"service-exposure", inService("/type", "ClusterIP")},
		"clients bound to a pod":      {"service-exposure", inService("/sessionAffinity", "ClientIP")},
		"nothing denied":              {"default-deny", without("NetworkPolicy default-deny")},
		"only other pods denied": {
			"default-deny",
			denied("/podSelector/matchLabels", map[string]any{"app.kubernetes.io/name": "ashapp-backend"}),
		},
		"way in not denied":     {"default-deny", denied("/policyTypes", []any{"Egress"})},
		"way out not denied":    {"default-deny", denied("/policyTypes", []any{"Ingress"})},
		"every way out":         {"egress-by-settings", denied("/egress/-", map[string]any{})},
		"every way in":          {"ingress-by-contract", denied("/ingress/-", map[string]any{})},
		"backend's port closed": {"open-port", without("NetworkPolicy ashapp-backend")},
		"another port open":     {"open-port", opened("/ingress/0/ports/0/port", 8080)},
		"port open for other pods": {
			"open-port ingress-by-contract",
			opened("/podSelector/matchLabels/app.kubernetes.io~1name", "other"),
		},
		"all ports open":             {"ingress-by-contract", drop("NetworkPolicy ashapp-backend", "/spec/ingress/0/ports")},
		"range of ports open":        {"ingress-by-contract", opened("/ingress/0/ports/0/endPort", 65535)},
		"port open for any protocol": {"ingress-by-contract", opened("/ingress/0/ports/0/protocol", "UDP")},
		"shell open": {
			"ingress-by-contract",
			opened("/ingress/0/ports/-", map[string]any{"protocol": "TCP", "port": 22}),
		},
		"metrics open to all": {
			"ingress-by-contract",
			opened("/ingress/0/ports/-", map[string]any{"protocol": "TCP", "port": 9090}),
		},
		"open to all namespaces": {"ingress-by-contract", opened("/ingress/0/from/-", map[string]any{"namespaceSelector": map[string]any{}})},
		"way out to all namespaces": {
			"egress-by-settings",
			opened("/egress/-", wayOut(map[string]any{"namespaceSelector": map[string]any{}}, map[string]any{"protocol": "TCP", "port": 5432})),
		},
		"way out to the system": {
			"egress-by-settings",
			opened("/egress/-", wayOut(inNamespace("kube-system"), map[string]any{"protocol": "TCP", "port": 443})),
		},
		"way out by any protocol": {"egress-by-settings", opened("/egress/-", wayOut(inNamespace("shop"), map[string]any{"port": 80}))},
		"way out to a range of ports": {
			"egress-by-settings",
			opened("/egress/-", wayOut(inNamespace("shop"), map[string]any{"protocol": "TCP", "port": 80, "endPort": 90})),
		},
		"way out to a port by name": {
			"egress-by-settings",
			opened("/egress/-", wayOut(inNamespace("shop"), map[string]any{"protocol": "TCP", "port": "http"})),
		},
		"way out to the web": {
			"egress-by-settings",
			opened("/egress/-/ports/-", map[string]any{"protocol": "TCP", "port": 443}),
		},
		"way out to one address": {"egress-by-settings", opened("/egress/-/to/-/ipBlock/cidr", "0.0.0.0/0")},
		"names from everybody": {
			"egress-by-settings",
			opened("/egress/-/ports/-", map[string]any{"protocol": "UDP", "port": 53}),
		},
	}
}

func wayOut(to, port map[string]any) map[string]any {
	return map[string]any{"to": []any{to}, "ports": []any{port}}
}

func inNamespace(name string) map[string]any {
	return map[string]any{"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": name}}}
}

// optionalWeakenings are of what is off by default.
func optionalWeakenings() map[string]weakening {
	scaled := func(pointer string, value any) change { return set("HorizontalPodAutoscaler", "/spec"+pointer, value) }
	from := "/spec/ingress/1/from"
	opened := func(pointer string, value any) change { return set("NetworkPolicy ashapp-backend", pointer, value) }
	return map[string]weakening{
		"metrics open to everybody":      {"ingress-by-contract", drop("NetworkPolicy ashapp-backend", from)},
		"metrics open to all namespaces": {"ingress-by-contract", opened(from+"/0/namespaceSelector", map[string]any{})},
		"metrics open to some addresses": {
			"ingress-by-contract",
			opened(from+"/0", map[string]any{"ipBlock": map[string]any{"cidr": "10.0.0.0/8"}}),
		},
		"replicas beside the autoscaler": {"several-replicas", set("Deployment", "/spec/replicas", 2)},
		"autoscaler of another Deployment": {
			"several-replicas autoscaler-fits kube-score/horizontalpodautoscaler-has-target",
			scaled("/scaleTargetRef/name", "other"),
		},
		"autoscaler down to one":       {"autoscaler-fits kube-score/horizontalpodautoscaler-replicas", scaled("/minReplicas", 1)},
		"least above the most":         {"autoscaler-fits", scaled("/maxReplicas", 1)},
		"autoscaler without a measure": {"autoscaler-fits", drop("HorizontalPodAutoscaler", "/spec/metrics")},
		"every node's port":            {"no-node-port", set("Service", "/spec/type", "NodePort")},
		"names from any pod": {
			"egress-by-settings",
			drop("NetworkPolicy ashapp-backend", "/spec/egress/0/to/0/podSelector"),
		},
		"names from any namespace": {
			"egress-by-settings",
			drop("NetworkPolicy ashapp-backend", "/spec/egress/0/to/0/namespaceSelector"),
		},
		"names over any port":     {"egress-by-settings", drop("NetworkPolicy ashapp-backend", "/spec/egress/0/ports")},
		"content that changes":    {"content-for-good", drop("ConfigMap", "/immutable")},
		"secrets that change":     {"content-for-good", set("Secret", "/immutable", false)},
		"key in a ConfigMap":      {"no-secrets-in-config-maps", set("ConfigMap", "/data/0-key", "-----BEGIN PRIVATE KEY-----")},
		"bytes in a ConfigMap":    {"no-secrets-in-config-maps", set("ConfigMap", "/binaryData/0-key", "AAAA")},
		"token of an account":     {"plain-secrets", set("Secret", "/type", "kubernetes.io/service-account-token")},
		"disk without bound":      {"volumes-of-settings", drop("Deployment", podAt+"/volumes/1/emptyDir/sizeLimit")},
		"token among the files":   {"volumes-of-settings", set("Deployment", podAt+"/volumes/0/projected/sources/-/serviceAccountToken/path", "token")},
		"folder that is writable": {"volumes-of-settings", set("Deployment", backendAt+"/volumeMounts/1/mountPath", "/etc")},
		"file that is writable":   {"volumes-of-settings", drop("Deployment", backendAt+"/volumeMounts/0/readOnly")},
		"path by the environment": {"volumes-of-settings", set("Deployment", backendAt+"/volumeMounts/0/subPathExpr", "$(A)")},
		"mounts of the host":      {"volumes-of-settings", set("Deployment", backendAt+"/volumeMounts/0/mountPropagation", "HostToContainer")},
		"raw disk":                {"volumes-of-settings", set("Deployment", backendAt+"/volumeDevices/-", map[string]any{"name": "a", "devicePath": "/dev/a"})},
		"AppArmor switched off": {
			"default-confinement",
			set("Deployment", podAt+"/securityContext/appArmorProfile/type", "Unconfined"),
		},
	}
}
