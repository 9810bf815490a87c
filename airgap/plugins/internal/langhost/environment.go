package langhost

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// programEnvironment passes the run to the program: the Go SDK reads it from
// these variables (sdk/go/pulumi/run.go). Empty ones are left out, as by the
// official host.
func (h *Host) programEnvironment(request *pulumirpc.RunRequest) ([]string, error) {
	config := ""
	if request.GetConfig() != nil {
		encoded, err := json.Marshal(request.GetConfig())
		if err != nil {
			return nil, fmt.Errorf("encoding the configuration: %w", err)
		}
		config = string(encoded)
	}
	secretKeys, err := json.Marshal(append([]string{}, request.GetConfigSecretKeys()...))
	if err != nil {
		return nil, fmt.Errorf("encoding the names of secrets: %w", err)
	}
	environment := slices.Clone(h.environment)
	for _, variable := range []struct{ name, value string }{
		{"PULUMI_ORGANIZATION", request.GetOrganization()},
		{"PULUMI_PROJECT", request.GetProject()},
		{"PULUMI_ROOT_DIRECTORY", request.GetInfo().GetRootDirectory()},
		{"PULUMI_STACK", request.GetStack()},
		{"PULUMI_CONFIG", config},
		{"PULUMI_CONFIG_SECRET_KEYS", string(secretKeys)},
		{"PULUMI_DRY_RUN", strconv.FormatBool(request.GetDryRun())},
		{"PULUMI_PARALLEL", strconv.Itoa(int(request.GetParallel()))},
		{"PULUMI_MONITOR", request.GetMonitorAddress()},
		{"PULUMI_ENGINE", h.engine},
	} {
		if variable.value != "" {
			environment = append(environment, variable.name+"="+variable.value)
		}
	}
	return environment, nil
}
