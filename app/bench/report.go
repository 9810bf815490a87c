package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
)

// The budgets. They are what the project has decided to keep, and none of them is computed from another measurement but
// that of podinfo. Ratios vary little between machines; the time of the start is for one of two cores.
const (
	// leastOfBare is the least share of a bare handler's requests/s, in percent.
	leastOfBare = 85

	// podinfoOfBare is the share of a bare handler's requests/s that podinfo reached, in percent, in a measurement that is
	// not part of this command. leastTimesPodinfo is how much of that the backend must reach: 81 % of a bare handler.
	podinfoOfBare     = 54
	leastTimesPodinfo = 1.5

	// leastTimesGunicorn and leastTimesFlask are how many times the requests/s of the app before this one the backend must
	// reach.
	leastTimesGunicorn = 8
	leastTimesFlask    = 40

	// mostBinaryMB is the size of the binary, built as for the image, in MB of 1,000,000 bytes.
	mostBinaryMB = 11

	// mostStartMS is the median time from exec to the first greeting, in milliseconds.
	mostStartMS = 20

	// mostResidentMB is the memory that the backend holds after the last round, in MB of 1,000,000 bytes.
	mostResidentMB = 25

	// mostLinesLost is how many answers may lack their line in the access log: the backend lets clients wait rather than
	// drop a line.
	mostLinesLost = 0
)

// measurements is all that a run finds out.
type measurements struct {
	load          loadResults
	binaryBytes   int64
	residentBytes int64
	starts        []float64 // from exec to the first greeting, in milliseconds
	logLines      int       // that the backend wrote about requests
}

// bound is the side on which a limit lies.
type bound string

const (
	atLeast bound = ">="
	atMost  bound = "<="
)

// row is one line of the table. Both numbers are in the unit.
type row struct {
	name     string
	measured float64
	bound    bound
	limit    float64
	unit     string
	decimals int    // that the measured value is shown with
	remark   string // on the measured value, or empty
}

// rows holds the measurements against the budgets.
func (m measurements) rows() []row {
	const mb = 1e6
	ofBare := 100 * median(m.load.ofBare)
	return []row{
		{"requests/s on /, share of a bare handler", ofBare, atLeast, leastOfBare, "%", 1,
			fmt.Sprintf("%.0f of %.0f requests/s", median(m.load.backend), median(m.load.bare))},
		{fmt.Sprintf("share of bare relative to podinfo's %d %%", podinfoOfBare), ofBare / podinfoOfBare, atLeast, leastTimesPodinfo, "times", 2, ""},
		{"requests/s, relative to gunicorn with 2 workers", median(m.load.timesGunicorn), atLeast, leastTimesGunicorn, "times", 1, ""},
		{"requests/s, relative to Flask's own server", median(m.load.timesFlask), atLeast, leastTimesFlask, "times", 1, ""},
		{"binary size, stripped", float64(m.binaryBytes) / mb, atMost, mostBinaryMB, "MB", 2, ""},
		{fmt.Sprintf("start to first 200, median of %d starts", len(m.starts)), median(m.starts), atMost, mostStartMS, "ms", 1, ""},
		{"resident memory after the load", float64(m.residentBytes) / mb, atMost, mostResidentMB, "MB", 1, ""},
		{"access log lines lost", linesLost(m.load.answers, m.logLines), atMost, mostLinesLost, "lines", 0,
			fmt.Sprintf("%d lines for %d answers", m.logLines, m.load.answers)},
	}
}

// linesLost is how many lines fewer than answers there are. There may be more: wrk drops the requests that are on their
// way when its time is up, at most one for each connection and measurement, and they are logged.
func linesLost(answers, lines int) float64 { return float64(max(0, answers-lines)) }

// kept tells whether the limit is. What could not be measured, NaN, keeps none.
func (r row) kept() bool {
	if r.bound == atMost {
		return r.measured <= r.limit
	}
	return r.measured >= r.limit
}

func (r row) verdict() string {
	if r.kept() {
		return "ok"
	}
	return "MISSED"
}

func allKept(rows []row) bool {
	return !slices.ContainsFunc(rows, func(r row) bool { return !r.kept() })
}

// printTable prints the rows with aligned columns.
func printTable(output io.Writer, rows []row) error {
	table := tabwriter.NewWriter(output, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "NAME\tMEASURED\tLIMIT\t") // Flush has the error
	for _, r := range rows {
		remark := r.remark
		if remark != "" {
			remark = " (" + remark + ")"
		}
		_, _ = fmt.Fprintf(table, "%s\t%.*f %s%s\t%s %g %s\t%s\n", r.name, r.decimals, r.measured, r.unit, remark, r.bound, r.limit, r.unit, r.verdict())
	}
	return table.Flush()
}

// median is the middle value, or the mean of the two in the middle. Of nothing it is NaN.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
