// Command stay is all that the containers of an engine under test run. It waits until it is told to end. Called as sh, as the
// health checks do, it finds everything well.
package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	if filepath.Base(os.Args[0]) == "sh" {
		return
	}
	ending := make(chan os.Signal, 1)
	signal.Notify(ending, syscall.SIGTERM)
	<-ending
}
