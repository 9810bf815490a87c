package docker

// containerSchema has every property of a Container that the official plugin
// records in its state, with the rules of the Terraform provider (3.6,
// resource_docker_container.go).
func containerSchema() schema {
	strings := textOf()
	return schema{
		"name":        textOf(required, replaces),
		"image":       textOf(required, replaces),
		"hostname":    textOf(replaces, computed),
		"domainname":  textOf(replaces, refused),
		"command":     listOf(strings, replaces, computed),
		"entrypoints": listOf(strings, replaces, computed, renamed("entrypoint")),
		"envs":        setOf(strings, replaces, computed, renamed("env")),
		"labels":      setOf(labelProperty(), replaces, computed),
		"user":        textOf(replaces),
		"workingDir":  textOf(replaces),
		"tty":         booleanOf(replaces, standard(false)),
		"stdinOpen":   booleanOf(replaces, standard(false)),
		"stopSignal":  textOf(replaces, computed, refused),
		"stopTimeout": numberOf(replaces, computed, refused),

		"sysctls":   mappingOf(replaces, refused),
		"gpus":      textOf(replaces, refused),
		"groupAdds": setOf(strings, replaces, refused, renamed("group_add")),
	}.and(lifeSchema()).and(hostSchema()).and(resourceSchema())
}

// lifeSchema has the properties that say when a container runs and what counts
// as running, and what is known of one that ran. They concern this plugin more
// than the engine, so that most of them change in place.
func lifeSchema() schema {
	return schema{
		"attach":  booleanOf(standard(false)),
		"logs":    booleanOf(standard(false)),
		"mustRun": booleanOf(standard(true)),
		"start":   booleanOf(standard(true)),
		"rm":      booleanOf(standard(false)),
		"restart": textOf(standard("no")),
		"wait":    booleanOf(standard(false)),
		"init":    booleanOf(computed),

		"waitTimeout":         numberOf(standard(60)),
		"removeVolumes":       booleanOf(standard(true)),
		"destroyGraceSeconds": numberOf(),
		"healthcheck":         objectOf(healthcheckSchema(), computed),
		"uploads":             setOf(objectOf(uploadSchema()), replaces, renamed("upload")),
		"maxRetryCount":       numberOf(),

		"containerReadRefreshTimeoutMilliseconds": numberOf(standard(15000)),

		"bridge":        textOf(output),
		"containerLogs": textOf(output),
		"exitCode":      numberOf(output),
		"networkDatas":  listOf(objectOf(nil), output, renamed("network_data")),
	}
}

// hostSchema has the properties that tie a container to its host.
func hostSchema() schema {
	strings := textOf()
	return schema{
		"networkMode":      textOf(replaces, standard("bridge")),
		"networksAdvanced": setOf(objectOf(attachmentSchema()), replaces),
		"ports":            listOf(objectOf(portSchema()), replaces),
		"publishAllPorts":  booleanOf(replaces, refused),
		"hosts":            setOf(objectOf(schema{"host": textOf(required), "ip": textOf(required)}), replaces, renamed("host")),
		"dns":              setOf(strings, replaces, refused),
		"dnsOpts":          setOf(strings, replaces, refused),
		"dnsSearches":      setOf(strings, replaces, refused, renamed("dns_search")),

		"volumes":     setOf(objectOf(mountSchema()), replaces),
		"mounts":      setOf(objectOf(nil), replaces, refused),
		"tmpfs":       mappingOf(),
		"readOnly":    booleanOf(replaces, standard(false)),
		"devices":     setOf(objectOf(deviceSchema()), replaces),
		"storageOpts": mappingOf(replaces, refused),
		"logDriver":   textOf(replaces, computed),
		"logOpts":     mappingOf(replaces),

		"privileged":   booleanOf(replaces),
		"capabilities": objectOf(capabilitySchema(), replaces),
		"securityOpts": setOf(strings, replaces, computed),
		"cgroupnsMode": textOf(replaces),
		"cgroupParent": textOf(replaces, refused),
		"usernsMode":   textOf(replaces),
		"ipcMode":      textOf(replaces, computed, refused),
		"pidMode":      textOf(replaces, refused),
		"runtime":      textOf(replaces, computed, refused),
		"ulimits": setOf(objectOf(schema{
			"name": textOf(required), "soft": numberOf(required), "hard": numberOf(required),
		}), replaces, renamed("ulimit")),
	}
}

// resourceSchema has the limits that Docker can change while a container runs.
// Sizes are in MiB.
func resourceSchema() schema {
	return schema{
		"memory":            numberOf(),
		"memoryReservation": numberOf(standard(0)),
		"memorySwap":        numberOf(),
		"shmSize":           numberOf(replaces, computed),
		"cpus":              textOf(replaces, refused),
		"cpuSet":            textOf(),
		"cpuShares":         numberOf(),
		"cpuPeriod":         numberOf(refused),
		"cpuQuota":          numberOf(refused),
	}
}

func labelProperty() property {
	return objectOf(schema{"label": textOf(required), "value": textOf(required)})
}

// portSchema leaves the port on the host to Docker when none is given.
func portSchema() schema {
	return schema{
		"internal": numberOf(required),
		"external": numberOf(computed),
		"ip":       textOf(standard("0.0.0.0")),
		"protocol": textOf(standard("tcp")),
	}
}

// mountSchema refuses the volumes of another container: it is the one mount
// whose lifetime no resource describes.
func mountSchema() schema {
	return schema{
		"containerPath": textOf(), "hostPath": textOf(), "volumeName": textOf(), "readOnly": booleanOf(),
		"fromContainer": textOf(refused),
	}
}

// attachmentSchema takes a fixed IPv4 address; the other addresses are refused,
// since IPv6 is on networks too.
func attachmentSchema() schema {
	return schema{
		"name": textOf(required), "aliases": setOf(textOf()),
		"ipv4Address": textOf(), "ipv6Address": textOf(refused), "macAddress": textOf(refused),
	}
}

func deviceSchema() schema {
	return schema{"hostPath": textOf(required), "containerPath": textOf(), "permissions": textOf(standard("rwm"))}
}

func capabilitySchema() schema {
	return schema{"adds": setOf(textOf(), renamed("add")), "drops": setOf(textOf(), renamed("drop"))}
}

// healthcheckSchema has durations in the form of Go, such as "1m30s".
func healthcheckSchema() schema {
	return schema{
		"tests":    listOf(textOf(), required, renamed("test")),
		"interval": textOf(standard("0s")), "timeout": textOf(standard("0s")), "retries": numberOf(standard(0)),
		"startInterval": textOf(standard("0s")), "startPeriod": textOf(standard("0s")),
	}
}

// uploadSchema has exactly one of content, contentBase64 and source, which
// parseContainer checks. sourceHash is for the user to say that a source changed.
func uploadSchema() schema {
	return schema{
		"file": textOf(required), "content": textOf(), "contentBase64": textOf(), "source": textOf(),
		"sourceHash": textOf(), "executable": booleanOf(standard(false)), "permissions": textOf(),
	}
}
