package policy

func podWeakenings() map[string]weakening {
	inPod := func(pointer string, value any) change { return set("Deployment", podAt+pointer, value) }
	hostPath := map[string]any{"name": "host", "hostPath": map[string]any{"path": "/var/run/docker.sock"}}
	return map[string]weakening{
		"network of the host":   {"no-host-access", inPod("/hostNetwork", true)},
		"processes of the host": {"no-host-access pod-security/hostNamespaces", inPod("/hostPID", true)},
		"memory of the host":    {"no-host-access", inPod("/hostIPC", true)},
		"users of the host":     {"no-host-access", inPod("/hostUsers", true)},
		"shared processes":      {"no-host-access", inPod("/shareProcessNamespace", true)},
		"names of other hosts":  {"no-host-access", inPod("/hostAliases/-", map[string]any{"ip": "10.0.0.1", "hostnames": []any{"a"}})},
		"port of the host":      {"no-host-access pod-security/hostPorts", inPod("/containers/0/ports/0/hostPort", 5000)},

		"socket of the engine": {"volumes-of-settings pod-security/hostPathVolumes", inPod("/volumes/-", hostPath)},
		"volume of an unusual kind": {
			"pod-security/restrictedVolumes",
			inPod("/volumes/-", map[string]any{"name": "n", "nfs": map[string]any{}}),
		},
		"Secret as a volume": {
			"volumes-of-settings",
			inPod("/volumes/-", map[string]any{"name": "s", "secret": map[string]any{"secretName": "s"}}),
		},
		"mount without a volume": {
			"volumes-of-settings",
			inPod("/containers/0/volumeMounts/-", map[string]any{"name": "tmp", "mountPath": "/tmp"}),
		},
		"other Services' addresses":  {"no-service-links", drop("Deployment", podAt+"/enableServiceLinks")},
		"one node":                   {"scheduler-decides", inPod("/nodeName", "node-1")},
		"one host":                   {"scheduler-decides", inPod("/nodeSelector/kubernetes.io~1hostname", "node-1")},
		"any operating system":       {"scheduler-decides", drop("Deployment", podAt+"/nodeSelector/kubernetes.io~1os")},
		"above everything else":      {"scheduler-decides", inPod("/priorityClassName", "system-node-critical")},
		"another scheduler":          {"scheduler-decides", inPod("/schedulerName", "mine")},
		"every taint tolerated":      {"scheduler-decides", inPod("/tolerations/-", map[string]any{"operator": "Exists"})},
		"never restarted":            {"ordinary-pods", inPod("/restartPolicy", "Never")},
		"ended after an hour":        {"ordinary-pods", inPod("/activeDeadlineSeconds", 3600)},
		"names from the node":        {"ordinary-pods", inPod("/dnsPolicy", "Default")},
		"name server of one's own":   {"ordinary-pods", inPod("/dnsConfig/nameservers", []any{"8.8.8.8"})},
		"host name of one's own":     {"ordinary-pods", inPod("/hostname", "backend")},
		"ready by another's word":    {"ordinary-pods", inPod("/readinessGates/-", map[string]any{"conditionType": "example.com/ready"})},
		"token for the pods":         {"pod-without-token", inPod("/automountServiceAccountToken", true)},
		"token not refused":          {"pod-without-token", drop("Deployment", podAt+"/automountServiceAccountToken")},
		"token for the account":      {"account-without-token", drop("ServiceAccount", "/automountServiceAccountToken")},
		"token that does not expire": {"account-without-token", set("ServiceAccount", "/secrets/-", map[string]any{"name": "token"})},
		"default account":            {"own-service-account", inPod("/serviceAccountName", "default")},
		"no account":                 {"own-service-account", drop("Deployment", podAt+"/serviceAccountName")},
		"account nobody declared":    {"own-service-account", inPod("/serviceAccountName", "ashapp-back-end")},
		"account by the old field":   {"own-service-account", inPod("/serviceAccount", "ashapp-backend")},
	}
}
