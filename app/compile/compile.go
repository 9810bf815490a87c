// Package compile says how the backend is compiled for a container. Whoever compiles it with the same flags fills the part of
// Go's build cache that the image is made from.
package compile

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
)

// Go is the version that an image which is tagged with its commit is built with, whichever one is installed: another one would make another
// binary of the same source. Go itself fetches it where it is not installed.
const Go = "go1.26.8"

// commitVariable is what the backend's /version tells as the commit, with +dirty behind it where the source was changed since.
const commitVariable = "github.com/ashwanth01/ashapp-backend/app/internal/server.commit"

// Flags are those of go build. The binary is the same for the same source wherever and whenever it is built: no paths, and
// of version control only the commit, if one is given. It keeps its build ID, by which go finds it up to date and does not
// link it again.
func Flags(commit string) []string {
	linking := "-ldflags=-s -w"
	if commit != "" {
		linking += " -X " + commitVariable + "=" + commit
	}
	return []string{"-trimpath", "-buildvcs=false", "-mod=readonly", linking}
}

// Environment is for a static binary for a system and an architecture, with no settings of the user's own, as KEY=value. Pinned, it is
// built by the version Go.
func Environment(system, architecture string, pinned bool) []string {
	environment := []string{
		"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + architecture, "GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0",
		"GOFIPS140=off",
	}
	if pinned {
		environment = append(environment, "GOTOOLCHAIN="+Go)
	}
	return environment
}

// Isolated are variables, as KEY=value, by which go does not read what go env -w has written: an empty GOFLAGS would be taken from there.
// Where modules and caches are is kept, because the result does not depend on it. The environment is the one that go runs in.
func Isolated(ctx context.Context, environment []string) ([]string, error) {
	command := exec.CommandContext(ctx, "go", "env", "-json", "GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH",
		"GOMODCACHE", "GOCACHE", "GOTMPDIR")
	command.Env = environment
	var complaint bytes.Buffer
	command.Stderr = &complaint
	printed, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("asking go for its settings with %q: %w: %s", command.String(), err, bytes.TrimSpace(complaint.Bytes()))
	}
	found := map[string]string{}
	if err := json.Unmarshal(printed, &found); err != nil {
		return nil, fmt.Errorf("reading the settings of go: %w", err)
	}
	isolated := []string{"GOENV=off"}
	for name, value := range found {
		isolated = append(isolated, name+"="+value)
	}
	slices.Sort(isolated)
	return isolated, nil
}
