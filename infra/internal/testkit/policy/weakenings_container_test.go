package policy

// Where a Deployment's pods, its container and the container's securityContext are, as JSON Pointers.
const (
	templateAt = "/spec/template"
	podAt      = templateAt + "/spec"
	backendAt  = podAt + "/containers/0"
	securityAt = backendAt + "/securityContext"
)

func containerWeakenings() map[string]weakening {
	inContainer := func(pointer string, value any) change { return set("Deployment", backendAt+pointer, value) }
	variable := func(name, value string) change {
		return inContainer("/env/-", map[string]any{"name": name, "value": value})
	}
	return map[string]weakening{
		"tag instead of digest": {"image-by-digest", inContainer("/image", "localhost:5001/ashapp-backend:1.2.3")},
		"latest": {
			"image-by-digest kube-score/container-image-tag",
			inContainer("/image", "localhost:5001/ashapp-backend:latest"),
		},
		"no tag at all":              {"image-by-digest", inContainer("/image", "localhost:5001/ashapp-backend")},
		"tag in front of the digest": {"image-by-digest", inContainer("/image", "ashapp:1@sha256:"+sixtyFour)},
		"short digest":               {"image-by-digest", inContainer("/image", "ashapp@sha256:"+sixtyFour[:12])},
		"image is never pulled":      {"image-by-digest", inContainer("/imagePullPolicy", "Never")},

		"second container": {
			"only-the-backend",
			set("Deployment", podAt+"/containers/-", map[string]any{"name": "proxy", "image": "proxy"}),
		},
		"init container": {
			"only-the-backend",
			set("Deployment", podAt+"/initContainers/-", map[string]any{"name": "init", "image": "i"}),
		},
		"ephemeral container": {"only-the-backend", set("Deployment", podAt+"/ephemeralContainers/-", map[string]any{"name": "debug"})},
		"container renamed":   {"only-the-backend", inContainer("/name", "app")},

		"command by a shell": {"image-says-what-runs", inContainer("/command", []any{"sh", "-c", "ashapp"})},
		"arguments":          {"image-says-what-runs", inContainer("/args", []any{"--debug"})},
		"terminal":           {"image-says-what-runs", inContainer("/tty", true)},
		"postStart command": {
			"image-says-what-runs",
			inContainer("/lifecycle/postStart", map[string]any{"exec": map[string]any{"command": []any{"sh"}}}),
		},

		"another port":       {"contract-ports", inContainer("/ports/0/containerPort", 5001)},
		"privileged port":    {"contract-ports", inContainer("/ports/0/containerPort", 80)},
		"shell port as well": {"contract-ports", inContainer("/ports/-", map[string]any{"name": "ssh", "containerPort": 22})},
		"port over UDP":      {"contract-ports", inContainer("/ports/0/protocol", "UDP")},
		"port not declared":  {"contract-ports", drop("Deployment", backendAt+"/ports")},
		"port declared twice": {
			"kube-score/container-ports-check",
			inContainer("/ports/-", map[string]any{"name": "http", "containerPort": 9090}),
		},

		"password in the environment":   {"no-secrets-in-environment", variable("DATABASE_PASSWORD", "x")},
		"key in the environment":        {"no-secrets-in-environment", variable("AWS_SECRET_ACCESS_KEY", "x")},
		"private key as a value":        {"no-secrets-in-environment", variable("GREETING_2", "-----BEGIN RSA PRIVATE KEY-----")},
		"password in a URL":             {"no-secrets-in-environment", variable("DATABASE", "postgres://app:hunter2@db/app")},
		"whole Secret as environment":   {"no-secrets-in-environment", inContainer("/envFrom/-/secretRef/name", "credentials")},
		"variable stated twice":         {"kube-score/environment-variable-key-duplication", variable("GREETING", "again")},
		"no memory limit of Go's own":   {"go-memory-limit", drop("Deployment", backendAt+"/env/1")},
		"memory limit raised alone":     {"go-memory-limit", inContainer("/resources/limits/memory", "128Mi")},
		"Go's limit above the hard one": {"go-memory-limit", inContainer("/env/1/value", "67108864")},

		"no CPU limit":    {"bounded-resources", drop("Deployment", backendAt+"/resources/limits/cpu")},
		"no memory limit": {"bounded-resources", drop("Deployment", backendAt+"/resources/limits/memory")},
		"no storage limit": {
			"bounded-resources kube-score/container-ephemeral-storage-request-and-limit",
			drop("Deployment", backendAt+"/resources/limits/ephemeral-storage"),
		},
		"no CPU request":            {"bounded-resources", drop("Deployment", backendAt+"/resources/requests/cpu")},
		"no requests":               {"bounded-resources", drop("Deployment", backendAt+"/resources/requests")},
		"request above the limit":   {"bounded-resources", inContainer("/resources/requests/memory", "1Gi")},
		"no limits, for kube-score": {"kube-score/container-resources", drop("Deployment", backendAt+"/resources/limits")},
	}
}

const sixtyFour = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
