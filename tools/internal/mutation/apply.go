package mutation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// insertion is text at an offset. Where several are at one offset, what ends comes before what begins, inner ends come before outer
// ones, and outer beginnings before inner ones.
type insertion struct {
	at, other int // offset, and that of the other half
	ends      bool
	order     int
	text      string
}

// apply writes a file with some of its mutants. Of those that are compiled alone there may be one, and then no other. Numbers tell
// the switched ones apart; without them all have number 1.
func apply(text []byte, mutants []*Mutant, numbers map[*Mutant]int) string {
	if len(mutants) == 1 && mutants[0].alone {
		m := mutants[0]
		return string(text[:m.from]) + m.replacement + string(text[m.to:])
	}
	var insertions []insertion
	for order, m := range mutants {
		number := "1"
		if numbers != nil {
			number = strconv.Itoa(numbers[m])
		}
		before, after := strings.ReplaceAll(m.before, "(%d", "("+number), strings.ReplaceAll(m.after, "(%d", "("+number)
		insertions = append(insertions, insertion{m.from, m.to, false, order, before}, insertion{m.to, m.from, true, order, after})
	}
	slices.SortStableFunc(insertions, func(a, b insertion) int {
		if a.at != b.at || a.ends != b.ends {
			return cmp.Or(cmp.Compare(a.at, b.at), boolean(b.ends)-boolean(a.ends))
		}
		if a.ends {
			return cmp.Or(cmp.Compare(b.other, a.other), cmp.Compare(b.order, a.order))
		}
		return cmp.Or(cmp.Compare(b.other, a.other), cmp.Compare(a.order, b.order))
	})
	var result strings.Builder
	last := 0
	for _, each := range insertions {
		result.Write(text[last:each.at])
		result.WriteString(each.text)
		last = each.at
	}
	result.Write(text[last:])
	return result.String()
}

func boolean(value bool) int {
	if value {
		return 1
	}
	return 0
}
