package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestASectionAloneIsShownAndSeveralAreFolded(t *testing.T) {
	t.Parallel()

	assert.Equal(t, "## Drift\n\nprod\n\n```\n~ replicas\n```\n", Markdown("Drift", 1000, Section{"prod", "~ replicas\n\n"}))
	assert.Equal(t, "## Preview\n"+
		"\n<details><summary>dev</summary>\n\n```\n+ 17\n```\n\n</details>\n"+
		"\n<details><summary>prod</summary>\n\n```\n~ 1\n```\n\n</details>\n",
		Markdown("Preview", 1000, Section{"dev", "+ 17"}, Section{"prod", "~ 1"}))
}

func TestOutputCannotLeaveItsBlock(t *testing.T) {
	t.Parallel()

	text := Markdown("Preview", 1000, Section{"prod", "```\n@everyone\n````"})
	assert.Contains(t, text, "\n`````\n```\n@everyone\n````\n`````\n")
}

func TestColoursAndBrokenCharactersAreTakenOut(t *testing.T) {
	t.Parallel()

	assert.Contains(t, Markdown("Preview", 1000, Section{"prod", "\x1b[1;32m+ added\x1b[0m\xff"}), "\n+ added?\n")
}

func TestLongOutputKeepsItsEnd(t *testing.T) {
	t.Parallel()

	long := strings.Repeat("a line of a long preview\n", 10_000) + "Resources: 1 to update"
	for _, sections := range [][]Section{{{"prod", long}}, {{"dev", long}, {"prod", long}}} {
		text := Markdown("Preview", 65_000, sections...)
		assert.LessOrEqual(t, len(text), 65_000)
		assert.Greater(t, len(text), 60_000)
		assert.Contains(t, text, "\n[the beginning is left out here, the job's log has all of it]\na line of")
		assert.Equal(t, len(sections), strings.Count(text, "Resources: 1 to update"))
	}
}
