package progress

import "time"

const (
	// leastElapsed and leastShare are what must be behind for an estimate: the first packages tell little about a machine.
	leastElapsed = 10 * time.Second
	leastShare   = 0.02
)

// work is what a running step has done and is to do, weighed in one unit for all steps.
type work struct {
	done, total float64
	background  bool
}

// left estimates how long one of the running works will still take. The steps that are not in the background get equal
// parts of what the machine can do; one in the background gets what they leave, which is everything once they have ended.
// What the machine can do in a second is what it has done so far: before is the work of steps that have ended, elapsed the
// time since the first one began. It returns false as long as that is a guess.
func left(of int, running []work, before float64, elapsed time.Duration) (time.Duration, bool) {
	done, total := before, before
	for _, one := range running {
		done += one.done
		total += one.total
	}
	if elapsed < leastElapsed || done == 0 || done < leastShare*total {
		return 0, false
	}
	mine := running[of].total - running[of].done
	var first float64 // work until the end of this step
	for _, one := range running {
		rest := one.total - one.done
		switch {
		case one.background == running[of].background:
			first += min(rest, mine)
		case running[of].background:
			first += rest
		}
	}
	return time.Duration(first / done * float64(elapsed)), true
}
