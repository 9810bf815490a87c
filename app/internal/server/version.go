package server

import (
	"cmp"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
)

// Set by the linker, as in -ldflags "-X github.com/ashwanth01/ashapp-backend/app/internal/server.commit=...", where the
// build itself does not know them. Nothing else sets them. A commit that ends with +dirty was changed before the build.
var version, commit string

// buildInfo tells what the process was built from.
type buildInfo struct {
	Version   string `json:"version"`    // of the module; (devel) outside of a release
	Commit    string `json:"commit"`     // of the source; unknown where it was built without version control
	Modified  bool   `json:"modified"`   // whether the source was changed since that commit
	GoVersion string `json:"go_version"` // of the toolchain
}

// readBuildInfo is about this process.
func readBuildInfo() buildInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return describe(version, commit, info)
}

// describe takes what the linker was told, and for the rest what Go has recorded.
func describe(version, commit string, info *debug.BuildInfo) buildInfo {
	recorded := map[string]string{}
	for _, setting := range info.Settings {
		recorded[setting.Key] = setting.Value
	}
	build := buildInfo{Version: cmp.Or(version, info.Main.Version, "(devel)"), GoVersion: runtime.Version()}
	if commit != "" {
		build.Commit, build.Modified = strings.CutSuffix(commit, "+dirty")
		return build
	}
	build.Commit, build.Modified = cmp.Or(recorded["vcs.revision"], "unknown"), recorded["vcs.modified"] == "true"
	return build
}

// handler answers with the build as JSON.
func (b buildInfo) handler() http.Handler {
	document := newDocument(b)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { document.write(w) })
}
