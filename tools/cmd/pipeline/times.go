package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// times shows how long each job of this run took, the longest of which is how long a push waits.
func (j job) times(ctx context.Context) error {
	client, err := j.client()
	if err != nil {
		return err
	}
	jobs, err := client.Jobs(ctx, j.getenv("GITHUB_RUN_ID"))
	if err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString("## Time of each job\n\n| job | outcome | minutes |\n| --- | --- | --- |\n")
	for _, one := range jobs {
		if one.Conclusion == "" || one.Conclusion == "skipped" {
			continue // still running, as this job is, or never started
		}
		took := one.Completed.Sub(one.Started).Round(time.Second)
		fmt.Fprintf(&text, "| %s | %s | %d:%02d |\n", one.Name, one.Conclusion, int(took.Minutes()), int(took.Seconds())%60)
	}
	return j.summarise(text.String())
}
