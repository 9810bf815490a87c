//go:build !linux

package engine

import "fmt"

// listenerOf says how to find the process: there is no portable way to ask.
func listenerOf(port int) string {
	return fmt.Sprintf("another process (lsof -i tcp:%d, or netstat -ano, names it)", port)
}
