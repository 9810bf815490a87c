package kube

import "context"

// progress shows lines beside one resource, each text once: verdicts repeat
// themselves with every change of the cluster.
type progress struct {
	report reporter
	urn    string
	shown  map[string]bool
}

func (s *Server) progress(urn string) *progress {
	return &progress{report: s.report, urn: urn, shown: map[string]bool{}}
}

func (p *progress) info(ctx context.Context, line string) {
	if p.first(line) {
		p.report.Info(ctx, p.urn, line)
	}
}

func (p *progress) warn(ctx context.Context, line string) {
	if p.first(line) {
		p.report.InfoStatusWarning(ctx, p.urn, line)
	}
}

// clear removes the line that is shown.
func (p *progress) clear(ctx context.Context) {
	p.report.Info(ctx, p.urn, "")
}

func (p *progress) first(line string) bool {
	if line == "" || p.shown[line] {
		return false
	}
	p.shown[line] = true
	return true
}
