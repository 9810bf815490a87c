package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// provider is the line of a stack file whose secrets are not encrypted with a passphrase.
var provider = regexp.MustCompile(`(?m)^secretsprovider: *"?([^"\s]+)`)

// require names every variable that is empty and that the stack cannot do without, where GitHub shows it.
func (j job) require(stackFile string, names []string) error {
	content, err := os.ReadFile(stackFile)
	if err != nil {
		return fmt.Errorf("reading the stack file: %w", err)
	}
	missing := 0
	for _, name := range names {
		if j.getenv(name) != "" || !j.needs(name, string(content)) {
			continue
		}
		missing++
		if _, err := fmt.Fprintf(j.stdout, "::error::%s is not set, see docs/how-to/set-up-the-pipeline.md\n", name); err != nil {
			return fmt.Errorf("naming what is missing: %w", err)
		}
	}
	if missing > 0 {
		return errors.New("the environment of this job lacks what is named above: make github-setup sets it")
	}
	return nil
}

// needs tells whether a stack needs a variable. Pulumi Cloud wants a token and encrypts by itself; every other backend wants a
// passphrase, unless the stack file names who encrypts.
func (j job) needs(name, stackFile string) bool {
	cloud := strings.HasPrefix(j.getenv("PULUMI_BACKEND_URL"), "https://")
	switch name {
	case "PULUMI_ACCESS_TOKEN":
		return cloud
	case "PULUMI_CONFIG_PASSPHRASE":
		found := provider.FindStringSubmatch(stackFile)
		return found == nil && !cloud || found != nil && found[1] == "passphrase"
	}
	return true
}
