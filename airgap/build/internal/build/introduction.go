package build

import (
	"fmt"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/progress"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// introduction says what will happen, why, how long it takes at most and how much disk it needs. The time is the measured CPU
// time of what is planned, divided by the CPUs: compilers keep all of them busy until the end.
func introduction(planned []*task.Task, cpus int, disk uint64) string {
	var cpu time.Duration
	for _, one := range planned {
		cpu += one.ColdCPU
	}
	steps := "1 step"
	if len(planned) != 1 {
		steps = fmt.Sprintf("%d steps", len(planned))
	}
	said := "building what this machine cannot download, from Go modules and Debian packages, once: " + steps + ", "
	if cpu > 0 {
		said += fmt.Sprintf("%s on %d CPUs from an empty build cache (measured: %.0f CPU seconds), ",
			progress.About(cpu/time.Duration(cpus)), cpus, cpu.Seconds())
	}
	return said + fmt.Sprintf("up to %.0f GiB of disk\nCtrl-C is safe at any time: the next run goes on from there", float64(disk)/(1<<30))
}
