package build

import (
	"fmt"
	"os"
	"regexp"
)

// requiredVersion returns the version at which the go.mod file at path requires module.
func requiredVersion(path, module string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("finding version of %s: %w; run this command in airgap/build (go -C airgap/build run .)", module, err)
	}
	// A line of a require block or of a single require, not the target of a replacement.
	line := regexp.MustCompile(`(?m)^\s*(?:require\s+)?` + regexp.QuoteMeta(module) + `\s+(v\S+)`)
	match := line.FindSubmatch(content)
	if match == nil {
		return "", fmt.Errorf("finding version of %s: %s does not require it", module, path)
	}
	return string(match[1]), nil
}
