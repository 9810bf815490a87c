package reference

import (
	"fmt"
	"regexp"
	"strings"
)

// A heading of targets, and a target with what it does, as the Makefiles write them for make help.
var (
	group  = regexp.MustCompile(`^##@ (.+)$`)
	target = regexp.MustCompile(`^([a-z0-9][a-z0-9-]*):.*## (.+)$`)
)

// Targets are the targets of some Makefiles that say what they do, as a table for each of their groups. A target in front of the first
// group is in none, and left out.
func Targets(makefiles ...string) string {
	var text strings.Builder
	for line := range strings.Lines(strings.Join(makefiles, "\n")) {
		line = strings.TrimRight(line, "\n")
		if title := group.FindStringSubmatch(line); title != nil {
			fmt.Fprintf(&text, "\n### %s\n\n| target | what it does |\n| --- | --- |\n", title[1])
		}
		if found := target.FindStringSubmatch(line); found != nil && text.Len() > 0 {
			fmt.Fprintf(&text, "| `make %s` | %s |\n", found[1], strings.ReplaceAll(found[2], "|", `\|`))
		}
	}
	return text.String()
}
