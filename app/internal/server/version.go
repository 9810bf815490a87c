package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
)

// Set by the linker, as in -ldflags "-X github.com/ashwanth01/ashapp-backend/app/internal/server.commit=...", where the
// build itself does not know them. Nothing else sets them.
var version, commit string

// buildInfo tells what the process was built from.
type buildInfo struct {
	Version   string `json:"version"`    // of the module; (devel) outside of a release
	Commit    string `json:"commit"`     // of the source; unknown where it was built without version control
	GoVersion string `json:"go_version"` // of the toolchain
}

func readBuildInfo() buildInfo {
	build := buildInfo{Version: version, Commit: commit, GoVersion: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	if build.Version == "" {
		build.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && build.Commit == "" {
			build.Commit = setting.Value
		}
	}
	if build.Version == "" {
		build.Version = "(devel)"
	}
	if build.Commit == "" {
		build.Commit = "unknown"
	}
	return build
}

// handler answers with the build as JSON.
func (b buildInfo) handler() (http.Handler, error) {
	content, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("encoding the version: %w", err)
	}
	document := newBody("application/json", append(content, '\n'))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { document.write(w) }), nil
}
