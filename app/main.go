// Command app is the backend: it greets on port 5000 until it is told to stop.
package main

import (
	"context"
	"net"
	"os"

	"github.com/ashwanth01/ashapp-backend/app/internal/server"
)

func main() {
	os.Exit(server.Run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr, net.Listen))
}
