package server

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestBuildIsDescribed(t *testing.T) {
	t.Parallel()

	recorded := &debug.BuildInfo{Main: debug.Module{Version: "v1.0.0"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "recorded"}, {Key: "vcs.modified", Value: "true"}, {Key: "vcs", Value: "git"},
	}}
	clean := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "recorded"}, {Key: "vcs.modified", Value: "false"}}}
	for name, test := range map[string]struct {
		version, commit string
		info            *debug.BuildInfo
		want            buildInfo
	}{
		"by Go":                          {"", "", recorded, buildInfo{Version: "v1.0.0", Commit: "recorded", Modified: true}},
		"by Go, as committed":            {"", "", clean, buildInfo{Version: "(devel)", Commit: "recorded"}},
		"by the linker":                  {"v2", "linked", recorded, buildInfo{Version: "v2", Commit: "linked"}},
		"by the linker, and was changed": {"v2", "linked+dirty", clean, buildInfo{Version: "v2", Commit: "linked", Modified: true}},
		"by nobody":                      {"", "", &debug.BuildInfo{}, buildInfo{Version: "(devel)", Commit: "unknown"}},
	} {
		test.want.GoVersion = runtime.Version()
		if got := describe(test.version, test.commit, test.info); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
