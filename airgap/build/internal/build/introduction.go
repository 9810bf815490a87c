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
	steps := fmt.Sprintf("%d steps", len(planned))
	if len(planned) == 1 {
		steps = "1 step"
	}
	said := fmt.Sprintf("making the tools and images that this machine cannot download, from Go modules and Debian packages: %s", steps)
	if cpu > 0 {
		wall := (cpu / time.Duration(cpus)).Round(time.Minute)
		said += fmt.Sprintf(", %s on %d CPUs when nothing is compiled yet, less otherwise", progress.About(max(wall, time.Minute)), cpus)
	}
	return said + fmt.Sprintf(". It takes up to %.0f GiB of disk, and happens once. Ctrl-C is safe: the next run goes on from there.",
		float64(disk)/(1<<30))
}
