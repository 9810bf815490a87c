package policy

func probeWeakenings() map[string]weakening {
	inContainer := func(pointer string, value any) change { return set("Deployment", backendAt+pointer, value) }
	return map[string]weakening{
		"no startup probe":              {"probes-by-contract", drop("Deployment", backendAt+"/startupProbe")},
		"no readiness probe":            {"probes-by-contract", drop("Deployment", backendAt+"/readinessProbe")},
		"no liveness probe":             {"probes-by-contract", drop("Deployment", backendAt+"/livenessProbe")},
		"liveness by readiness":         {"probes-by-contract", inContainer("/livenessProbe/httpGet/path", "/readyz")},
		"readiness by the greeting":     {"probes-by-contract", inContainer("/readinessProbe/httpGet/path", "/")},
		"probe of a port by wrong name": {"probes-by-contract", inContainer("/livenessProbe/httpGet/port", "web")},
		"probe of the wrong number":     {"probes-by-contract", inContainer("/readinessProbe/httpGet/port", 8080)},
		"probe by TLS":                  {"probes-by-contract", inContainer("/readinessProbe/httpGet/scheme", "HTTPS")},
		"probe of another host":         {"probes-by-contract", inContainer("/readinessProbe/httpGet/host", "example.com")},
		"other host, for Pod Security": {
			"pod-security/hostProbesAndHostLifecycle",
			inContainer("/livenessProbe/httpGet/host", "127.0.0.1"),
		},
		"readiness by a command":        {"probes-by-contract", inContainer("/readinessProbe", map[string]any{"exec": map[string]any{}})},
		"readiness after three":         {"prompt-readiness", inContainer("/readinessProbe/failureThreshold", 3)},
		"readiness every ten seconds":   {"prompt-readiness", drop("Deployment", backendAt+"/readinessProbe/periodSeconds")},
		"readiness waits long":          {"prompt-readiness", inContainer("/readinessProbe/timeoutSeconds", 10)},
		"readiness begins late":         {"prompt-readiness", inContainer("/readinessProbe/initialDelaySeconds", 30)},
		"killed at the first failure":   {"patient-liveness", inContainer("/livenessProbe/failureThreshold", 1)},
		"killed within three seconds":   {"patient-liveness", inContainer("/livenessProbe/periodSeconds", 1)},
		"no time to start":              {"patient-liveness", inContainer("/startupProbe/failureThreshold", 2)},
		"killed by liveness at once":    {"patient-liveness", inContainer("/livenessProbe/terminationGracePeriodSeconds", 1)},
		"grace period too short":        {"graceful-stop", set("Deployment", podAt+"/terminationGracePeriodSeconds", 10)},
		"grace period by default":       {"graceful-stop", drop("Deployment", podAt+"/terminationGracePeriodSeconds")},
		"no preStop":                    {"graceful-stop", drop("Deployment", backendAt+"/lifecycle")},
		"preStop too short":             {"graceful-stop", inContainer("/lifecycle/preStop/sleep/seconds", 0)},
		"preStop longer than the grace": {"graceful-stop", inContainer("/lifecycle/preStop/sleep/seconds", 30)},
		"preStop by a command":          {"graceful-stop", inContainer("/lifecycle/preStop", map[string]any{"exec": map[string]any{}})},
	}
}

func rolloutWeakenings() map[string]weakening {
	inSpec := func(pointer string, value any) change { return set("Deployment", "/spec"+pointer, value) }
	annotations := "/metadata/annotations/"
	return map[string]weakening{
		"all pods at once":           {"rolling-update", inSpec("/strategy", map[string]any{"type": "Recreate"})},
		"one pod may be missing":     {"rolling-update", inSpec("/strategy/rollingUpdate/maxUnavailable", 1)},
		"a quarter may be missing":   {"rolling-update", drop("Deployment", "/spec/strategy/rollingUpdate/maxUnavailable")},
		"half may be missing":        {"rolling-update", inSpec("/strategy/rollingUpdate/maxUnavailable", "50%")},
		"no surge":                   {"rolling-update", inSpec("/strategy/rollingUpdate/maxSurge", 0)},
		"surge of nothing":           {"rolling-update", inSpec("/strategy/rollingUpdate/maxSurge", "0%")},
		"surge that is no number":    {"rolling-update", inSpec("/strategy/rollingUpdate/maxSurge", "all")},
		"strategy by default":        {"rolling-update", drop("Deployment", "/spec/strategy")},
		"no deadline":                {"rollout-deadline", drop("Deployment", "/spec/progressDeadlineSeconds")},
		"deadline after Pulumi's":    {"rollout-deadline", inSpec("/progressDeadlineSeconds", 600)},
		"Pulumi's wait by default":   {"rollout-deadline", drop("Deployment", annotations+"pulumi.com~1timeoutSeconds")},
		"rollout not awaited":        {"rollout-deadline", set("Deployment", annotations+"pulumi.com~1skipAwait", "true")},
		"rollout paused":             {"rollout-deadline", inSpec("/paused", true)},
		"ready longer than deadline": {"rollout-deadline", inSpec("/minReadySeconds", 40)},
		"history by default":         {"revision-history", drop("Deployment", "/spec/revisionHistoryLimit")},
		"no history":                 {"revision-history", inSpec("/revisionHistoryLimit", 0)},
		"selector of other pods":     {"minimal-selector", inSpec("/selector/matchLabels/app.kubernetes.io~1name", "other")},
		"empty selector":             {"minimal-selector", drop("Deployment", "/spec/selector/matchLabels")},
		"selector by a tool's label": {"minimal-selector", inSpec("/selector/matchLabels/app.kubernetes.io~1managed-by", "pulumi")},
		"selector by an expression": {
			"minimal-selector",
			inSpec("/selector/matchExpressions/-", map[string]any{"key": "app.kubernetes.io/name", "operator": "Exists"}),
		},
	}
}

func availabilityWeakenings() map[string]weakening {
	budget := func(pointer string, value any) change { return set("PodDisruptionBudget", "/spec"+pointer, value) }
	spread := podAt + "/topologySpreadConstraints"
	preferred := podAt + "/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution"
	return map[string]weakening{
		"one pod":                     {"several-replicas", set("Deployment", "/spec/replicas", 1)},
		"pods by default":             {"several-replicas", drop("Deployment", "/spec/replicas")},
		"no budget":                   {"disruption-budget", without("PodDisruptionBudget")},
		"budget of other pods":        {"disruption-budget", budget("/selector/matchLabels/app.kubernetes.io~1name", "other")},
		"budget of no disruption":     {"disruption-budget", budget("/maxUnavailable", 0)},
		"budget of all pods":          {"disruption-budget", budget("/maxUnavailable", "100%")},
		"budget by what is available": {"disruption-budget", budget("/minAvailable", 2)},
		"budget for unhealthy pods":   {"disruption-budget", budget("/unhealthyPodEvictionPolicy", "IfHealthyBudget")},
		"no spread":                   {"spread-over-hosts", drop("Deployment", spread)},
		"spread over zones only":      {"spread-over-hosts", drop("Deployment", spread+"/0")},
		"spread of other pods": {
			"spread-over-hosts",
			set("Deployment", spread+"/0/labelSelector/matchLabels/app.kubernetes.io~1name", "other"),
		},
		"spread with skew":          {"spread-over-hosts", set("Deployment", spread+"/0/maxSkew", 5)},
		"spread of all versions":    {"spread-over-hosts", drop("Deployment", spread+"/0/matchLabelKeys")},
		"spread of all, kube-score": {"kube-score/pod-topology-spread-constraints", set("Deployment", spread+"/0/topologyKey", "")},
		"no anti-affinity":          {"apart-from-each-other", drop("Deployment", podAt+"/affinity")},
		"anti-affinity to other pods": {
			"apart-from-each-other",
			set("Deployment", preferred+"/0/podAffinityTerm/labelSelector/matchLabels/app", "x"),
		},
		"anti-affinity by a rack": {"apart-from-each-other", set("Deployment", preferred+"/0/podAffinityTerm/topologyKey", "rack")},
	}
}
