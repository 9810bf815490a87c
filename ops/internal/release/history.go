package release

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// History lists the releases, the latest last, without how they were rendered. It changes nothing.
func (d *Deployer) History(ctx context.Context) ([]Release, error) {
	snapshot, err := d.Pulumi.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	client, err := d.Connect(ctx)
	if err != nil || client == nil {
		return nil, err
	}
	namespace := snapshot.Text("namespace")
	if namespace == "" {
		namespace = d.Settings.Backend.Namespace
	}
	target := store{client, namespace}
	releases, err := target.list(ctx)
	if err != nil {
		return nil, err
	}
	former, err := target.former(ctx, d.Project, releases)
	if len(former) > 0 {
		releases = former // what the next release takes over
	}
	for i := range releases {
		releases[i].Rendered = nil
	}
	return releases, err
}

// PrintHistory prints the releases as a table, the latest first.
func PrintHistory(out io.Writer, releases []Release) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	rows := []string{"RELEASE\tTIME\tSTATE\tCOMMIT\tIMAGE"}
	for _, release := range slices.Backward(releases) {
		number, commit, image := fmt.Sprint(release.Number), release.Commit, release.Image
		if release.Restores != 0 {
			number += fmt.Sprintf(" (restores %d)", release.Restores)
		}
		if commit == "" {
			commit = "unknown"
		}
		if image == "" {
			image = "none"
		}
		rows = append(rows, strings.Join([]string{number, release.Time.Format(time.RFC3339), string(release.State), commit, image}, "\t"))
	}
	if _, err := fmt.Fprintln(table, strings.Join(rows, "\n")); err != nil {
		return fmt.Errorf("printing the releases: %w", err)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the releases: %w", err)
	}
	return nil
}
