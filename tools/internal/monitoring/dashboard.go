// Package monitoring reads the dashboard and the alerts of the backend, so that tests can ask a real Prometheus what they show.
package monitoring

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Query is what a line of a panel asks Prometheus for, with the variables of the dashboard filled in.
type Query struct{ Panel, Expression string }

// Queries are all of a dashboard, for a job, with rates over a range such as 5m.
func Queries(dashboard []byte, job, window string) ([]Query, error) {
	var parsed struct {
		Panels []struct {
			Title   string `json:"title"`
			Targets []struct {
				Expression string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	if err := json.Unmarshal(dashboard, &parsed); err != nil {
		return nil, fmt.Errorf("reading the dashboard: %w", err)
	}
	var queries []Query
	for _, panel := range parsed.Panels {
		for _, target := range panel.Targets {
			queries = append(queries, Query{
				Panel: panel.Title, Expression: strings.NewReplacer("$job", job, "$__rate_interval", window).Replace(target.Expression),
			})
		}
	}
	return queries, nil
}
