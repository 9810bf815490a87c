// Package engine asks the Docker engine of this machine what a local stack has to know before and after Pulumi runs. It
// uses the docker command, so it talks to the engine that its user talks to.
package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Engine is a Docker engine as the docker command reaches it.
type Engine struct {
	// Program is the docker command: a name on PATH or a path.
	Program string
	// Environment is added to that of this process, as KEY=value.
	Environment []string
}

// New is the engine that the user's docker command talks to.
func New() Engine { return Engine{Program: "docker"} }

// Container is one that exists, running or not.
type Container struct {
	ID     string
	Names  string
	State  string // created, running, exited, ...
	Status string // in words, with health
	Ports  string // such as 127.0.0.1:30080->30080/tcp
	Labels string // key=value, separated by commas
}

// Healthy tells whether the container's health check has passed.
func (c Container) Healthy() bool { return strings.Contains(c.Status, "(healthy)") }

// Label is the value of a label, empty where the container has none.
func (c Container) Label(key string) string {
	for label := range strings.SplitSeq(c.Labels, ",") {
		if value, found := strings.CutPrefix(label, key+"="); found {
			return value
		}
	}
	return ""
}

// containerFormat makes docker print a Container. With {{json .}} it would measure the size of each, which takes seconds.
const containerFormat = `{"ID":{{json .ID}},"Names":{{json .Names}},"State":{{json .State}},"Status":{{json .Status}},` +
	`"Ports":{{json .Ports}},"Labels":{{json .Labels}}}`

// Containers lists every container. It fails with the cause and the next step where there is no engine to ask.
func (e Engine) Containers(ctx context.Context) ([]Container, error) {
	printed, err := e.docker(ctx, "ps", "--all", "--no-trunc", "--format", containerFormat)
	if err != nil {
		return nil, err
	}
	var containers []Container
	for decoder := json.NewDecoder(bytes.NewReader(printed)); decoder.More(); {
		var c Container
		if err := decoder.Decode(&c); err != nil {
			return nil, fmt.Errorf("reading what docker ps printed: %w", err)
		}
		containers = append(containers, c)
	}
	return containers, nil
}

// Info is what an engine says of itself.
type Info struct {
	// ID is the engine's own for as long as it keeps its data.
	ID string
	// Name is the host name of the machine that it runs on.
	Name string
	// DockerRootDir is the folder in which it keeps its data, as the engine itself sees it.
	DockerRootDir string
}

// infoFormat makes docker print an Info, and nothing of what else it would ask for.
const infoFormat = `{"ID":{{json .ID}},"Name":{{json .Name}},"DockerRootDir":{{json .DockerRootDir}}}`

// Info asks the engine which one it is.
func (e Engine) Info(ctx context.Context) (Info, error) {
	printed, err := e.docker(ctx, "info", "--format", infoFormat)
	if err != nil {
		return Info{}, err
	}
	var info Info
	if err := json.Unmarshal(printed, &info); err != nil {
		return Info{}, fmt.Errorf("reading what docker info printed: %w", err)
	}
	return info, nil
}

// Version is the engine's version, such as 28.1.1, and that of the control groups of its machine, 1 or 2.
func (e Engine) Version(ctx context.Context) (version, cgroups string, err error) {
	printed, err := e.docker(ctx, "system", "info", "--format", "{{.ServerVersion}} {{.CgroupVersion}}")
	version, cgroups, _ = strings.Cut(strings.TrimSpace(string(printed)), " ")
	return version, cgroups, err
}

// Logs returns the last lines that a container has printed.
func (e Engine) Logs(ctx context.Context, container string, lines int) (string, error) {
	arguments := []string{"logs", "--tail", fmt.Sprint(lines), container}
	printed, err := e.command(ctx, arguments).CombinedOutput()
	return string(printed), explain(arguments, err, printed)
}

// docker returns what a docker command prints on stdout.
func (e Engine) docker(ctx context.Context, arguments ...string) ([]byte, error) {
	printed, err := e.command(ctx, arguments).Output()
	var said []byte
	if exit := (&exec.ExitError{}); errors.As(err, &exit) {
		said = exit.Stderr
	}
	return printed, explain(arguments, err, said)
}

// command is a docker command, not yet run. It is killed when ctx ends: none of those used here leaves a thing half-done.
func (e Engine) command(ctx context.Context, arguments []string) *exec.Cmd {
	command := exec.CommandContext(ctx, e.Program, arguments...)
	command.Env = append(os.Environ(), e.Environment...)
	return command
}

// explain adds the next step to the failures that a newcomer meets, and what docker said to all others.
func explain(arguments []string, err error, said []byte) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("looking for Docker: %w: install Docker Engine (https://docs.docker.com/engine/install)", err)
	}
	text := strings.TrimSpace(string(said))
	switch {
	case strings.Contains(text, "permission denied"):
		return fmt.Errorf("the Docker engine does not let this user in: %s\n"+
			"add the user to the group docker and log in again, or run as root", text)
	case strings.Contains(text, "Cannot connect to the Docker daemon"), strings.Contains(text, "error during connect"):
		return fmt.Errorf("the Docker engine does not run: %s\n"+
			"start it (systemctl start docker, or Docker Desktop) or point DOCKER_HOST to it", text)
	}
	return fmt.Errorf("running docker %s: %w: %s", strings.Join(arguments, " "), err, text)
}
