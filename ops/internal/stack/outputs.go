package stack

import "context"

// Outputs prints the stack's outputs as JSON, {} where it has never been deployed. Secrets stay hidden.
func (s *Stack) Outputs(ctx context.Context) error {
	p, err := s.look(ctx)
	if err != nil {
		return err
	}
	return p.run(ctx, p.root, p.stdout, "stack", "output", "--json", "--stack", p.Name)
}
