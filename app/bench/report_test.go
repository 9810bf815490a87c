package main

import (
	"math"
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		values []float64
		want   float64
	}{
		"one":           {[]float64{3}, 3},
		"odd, unsorted": {[]float64{9, 1, 4}, 4},
		"even":          {[]float64{4, 1, 3, 100}, 3.5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := median(test.values); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if got := median(nil); !math.IsNaN(got) {
		t.Errorf("of nothing: got %v", got)
	}
}

func TestMedianLeavesTheOrder(t *testing.T) {
	t.Parallel()
	values := []float64{2, 1}
	if median(values); values[0] != 2 {
		t.Errorf("got %v", values)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		measured float64
		bound    bound
		limit    float64
		want     string
	}{
		"above the least":    {86, atLeast, 85, "ok"},
		"at the least":       {85, atLeast, 85, "ok"},
		"below the least":    {84.9, atLeast, 85, "MISSED"},
		"below the most":     {10, atMost, 11, "ok"},
		"at the most":        {0, atMost, 0, "ok"},
		"above the most":     {1, atMost, 0, "MISSED"},
		"not measured, most": {math.NaN(), atMost, 11, "MISSED"},
		"not measured":       {math.NaN(), atLeast, 11, "MISSED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (row{measured: test.measured, bound: test.bound, limit: test.limit}).verdict(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// good keeps every budget with nothing to spare.
func good() measurements {
	return measurements{
		load: loadResults{
			backend: []float64{85}, bare: []float64{100}, ofBare: []float64{0.85},
			timesGunicorn: []float64{8}, timesFlask: []float64{40}, answers: 5,
		},
		binaryBytes: 11_000_000, residentBytes: 25_000_000, starts: []float64{20}, logLines: 5,
	}
}

func TestEachBudgetCanBeMissed(t *testing.T) {
	t.Parallel()
	if !allKept(good().rows()) {
		t.Fatal("what is at the limits misses one")
	}
	for name, spoil := range map[string]func(*measurements){
		"requests/s on /, share":            func(m *measurements) { m.load.ofBare = []float64{0.84} },
		"share of bare relative to podinfo": func(m *measurements) { m.load.ofBare = []float64{0.80} },
		"gunicorn":                          func(m *measurements) { m.load.timesGunicorn = []float64{7.9} },
		"Flask":                             func(m *measurements) { m.load.timesFlask = []float64{39} },
		"binary":                            func(m *measurements) { m.binaryBytes++ },
		"start":                             func(m *measurements) { m.starts = []float64{20.5} },
		"memory":                            func(m *measurements) { m.residentBytes++ },
		"log lines":                         func(m *measurements) { m.logLines-- },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := good()
			spoil(&m)
			rows := m.rows()
			if allKept(rows) {
				t.Error("all kept")
			}
			for _, r := range rows {
				if strings.Contains(r.name, name) && r.kept() {
					t.Errorf("%q is kept", r.name)
				}
			}
		})
	}
}

func TestLinesLost(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		answers, lines int
		want           float64
	}{{10, 10, 0}, {10, 74, 0}, {10, 7, 3}} {
		if got := linesLost(test.answers, test.lines); got != test.want {
			t.Errorf("%d answers, %d lines: got %v, want %v", test.answers, test.lines, got, test.want)
		}
	}
}

func TestPrintTable(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	rows := []row{
		{"share", 84.949, atLeast, 85, "%", 1, "1 of 2"},
		{"lost", 0, atMost, 0, "lines", 0, ""},
	}
	if err := printTable(&printed, rows); err != nil {
		t.Fatal(err)
	}
	const want = "NAME   MEASURED         LIMIT       \n" +
		"share  84.9 % (1 of 2)  >= 85 %     MISSED\n" +
		"lost   0 lines          <= 0 lines  ok\n"
	if printed.String() != want {
		t.Errorf("got\n%s\nwant\n%s", printed.String(), want)
	}
}
