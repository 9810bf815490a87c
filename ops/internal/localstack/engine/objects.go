package engine

import (
	"context"
	"strings"
)

// Objects lists the IDs of the containers, networks or volumes (kind, as in docker's commands) with a label, running or
// not. Of volumes it is the name.
func (e Engine) Objects(ctx context.Context, kind, key, value string) ([]string, error) {
	arguments := []string{kind, "ls", "--quiet", "--filter", "label=" + key + "=" + value}
	switch kind {
	case "container":
		arguments = append(arguments, "--all", "--no-trunc")
	case "network":
		arguments = append(arguments, "--no-trunc")
	}
	printed, err := e.docker(ctx, arguments...)
	return strings.Fields(string(printed)), err
}

// Remove removes one container (with its anonymous volumes, running or not), network or volume.
func (e Engine) Remove(ctx context.Context, kind, id string) error {
	arguments := []string{kind, "rm"}
	if kind == "container" {
		arguments = append(arguments, "--force", "--volumes")
	}
	_, err := e.docker(ctx, append(arguments, id)...)
	return err
}
