// Package compile says how the backend is compiled for a container. Whoever compiles it with the same flags fills the part of
// Go's build cache that the image is made from.
package compile

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

// Environment is for a static binary for a system and an architecture, with no settings of the user's own, as KEY=value.
func Environment(system, architecture string) []string {
	return []string{
		"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + architecture, "GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GOAMD64=v1",
	}
}
