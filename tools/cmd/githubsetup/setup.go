package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// setup is what it works with.
type setup struct {
	gh   func(ctx context.Context, input string, arguments ...string) (string, error)
	ask  func(ctx context.Context, question string, secret bool) (string, error)
	read func(path string) ([]byte, error)
	said io.Writer
}

// value is a secret or a variable, and what to ask for it.
type value struct {
	name, kind   string // kind: secret or variable
	environments []string
	question     string
	isFile       bool // the answer is the path of a file with it
}

// values are asked for in this order.
func values() []value {
	everywhere := []string{"production", "preview", "drift"} // their jobs reach the stack
	return []value{
		{"DOCKERHUB_USERNAME", "variable", []string{"production"}, "User on Docker Hub", false},
		{"DOCKERHUB_TOKEN", "secret", []string{"production"}, "Access token of that user, Read & Write", false},
		{"BACKEND_URL", "variable", []string{"production"}, "URL under which users reach the backend", false},
		{"KUBECONFIG", "secret", everywhere, "File with the kubeconfig of the cluster", true},
		{"PULUMI_BACKEND_URL", "secret", everywhere, "URL of Pulumi's state, such as https://api.pulumi.com or s3://...", false},
		{"PULUMI_ACCESS_TOKEN", "secret", everywhere, "Access token of Pulumi Cloud", false},
		{"PULUMI_CONFIG_PASSPHRASE", "secret", everywhere, "Passphrase of the stack prod", false},
		{"RUNNER", "variable", []string{""}, "Label of a runner of your own, for pushes and schedules", false},
	}
}

func (s setup) run(ctx context.Context) error {
	repository, err := s.gh(ctx, "", "repo", "view", "--json", "nameWithOwner", "--jq", ".nameWithOwner")
	if err != nil {
		return fmt.Errorf("looking for the repository on GitHub: %w", err)
	}
	s.say("Repository %s. Enter leaves a value as it is.", repository)
	if err := s.environments(ctx, repository); err != nil {
		return err
	}
	backend := ""
	for _, one := range values() {
		if one.name == "PULUMI_ACCESS_TOKEN" && backend != "" && !strings.HasPrefix(backend, "https://") ||
			one.name == "PULUMI_CONFIG_PASSPHRASE" && strings.HasPrefix(backend, "https://") {
			continue // what this backend does not use
		}
		given, err := s.askFor(ctx, one)
		if err != nil {
			return err
		}
		if one.name == "PULUMI_BACKEND_URL" {
			backend = given
		}
	}
	answer, err := s.ask(ctx, "Deploy every push to main from now on? yes or no", false)
	if err != nil || answer != "yes" && answer != "no" {
		s.say("DEPLOY_TO_PROD stays as it is: nothing is deployed until it is true")
		return err
	}
	return s.set(ctx, value{name: "DEPLOY_TO_PROD", kind: "variable", environments: []string{""}}, fmt.Sprint(answer == "yes"))
}

// environments makes those that the workflows name, or brings them up to date. A person approves what runs in production and what a
// pull request runs with secrets; the nightly comparison has nobody to ask, and runs on main alone.
func (s setup) environments(ctx context.Context, repository string) error {
	user, err := s.gh(ctx, "", "api", "user", "--jq", ".id")
	if err != nil {
		return fmt.Errorf("looking for who approves deployments: %w", err)
	}
	const mainAlone = `"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}`
	reviewers := `"reviewers":[{"type":"User","id":` + user + `}]`
	for _, one := range []struct{ name, rules, what string }{
		{"production", reviewers + "," + mainAlone, "you approve, main only"},
		{"preview", reviewers + `,"deployment_branch_policy":null`, "you approve"},
		{"drift", `"reviewers":null,` + mainAlone, "main only"},
	} {
		path := "repos/" + repository + "/environments/" + one.name
		if _, err := s.gh(ctx, "{"+one.rules+"}", "api", "--method", "PUT", path, "--input", "-"); err != nil {
			return fmt.Errorf("creating the environment %s: %w", one.name, err)
		}
		if strings.Contains(one.rules, mainAlone) {
			_, err := s.gh(ctx, `{"name":"main"}`, "api", "--method", "POST", path+"/deployment-branch-policies", "--input", "-")
			if err != nil && !strings.Contains(err.Error(), "already exists") {
				return fmt.Errorf("allowing main for the environment %s: %w", one.name, err)
			}
		}
		s.say("environment %s: %s", one.name, one.what)
	}
	return nil
}

// askFor sets a value where one is given, and returns it.
func (s setup) askFor(ctx context.Context, one value) (string, error) {
	answer, err := s.ask(ctx, one.question+" ("+one.name+")", one.kind == "secret" && !one.isFile)
	if err != nil || answer == "" {
		return "", err
	}
	if one.isFile {
		content, err := s.read(answer)
		if err != nil {
			return "", fmt.Errorf("reading %s: %w", one.name, err)
		}
		if answer = string(content); strings.TrimSpace(answer) == "" {
			return "", errors.New("reading " + one.name + ": the file is empty")
		}
	}
	return answer, s.set(ctx, one, answer)
}

// set hands a value to gh, for each environment; "" is the repository itself.
func (s setup) set(ctx context.Context, one value, content string) error {
	for _, environment := range one.environments {
		arguments, where := []string{one.kind, "set", one.name}, "the repository"
		if environment != "" {
			arguments, where = append(arguments, "--env", environment), environment
		}
		if _, err := s.gh(ctx, content, arguments...); err != nil {
			return fmt.Errorf("setting the %s %s of %s: %w", one.kind, one.name, where, err)
		}
		s.say("%s %s of %s: set", one.kind, one.name, where)
	}
	return nil
}

// say tells what was done. What cannot be told was done all the same.
func (s setup) say(format string, arguments ...any) {
	_, _ = fmt.Fprintf(s.said, format+"\n", arguments...)
}
