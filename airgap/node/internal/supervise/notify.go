package supervise

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readiness receives the message by which a daemon says that it serves: sd_notify(3), which containerd, etcd, the API
// server and the kubelet all speak.
type readiness struct {
	directory string
	socket    *net.UnixConn
}

// listenReadiness binds the socket before the daemon starts, so that its message cannot be missed.
func listenReadiness() (*readiness, error) {
	directory, err := os.MkdirTemp("", "notify")
	if err != nil {
		return nil, err
	}
	address := &net.UnixAddr{Name: filepath.Join(directory, "socket"), Net: "unixgram"}
	socket, err := net.ListenUnixgram("unixgram", address)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(directory))
	}
	return &readiness{directory: directory, socket: socket}, nil
}

// environment is what tells the daemon where to send its message.
func (r *readiness) environment() string {
	return "NOTIFY_SOCKET=" + filepath.Join(r.directory, "socket")
}

func (r *readiness) close() error {
	return errors.Join(r.socket.Close(), os.RemoveAll(r.directory))
}

// wait returns when the daemon is ready, or with the cause when ctx is done.
func (r *readiness) wait(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = r.socket.Close() })
	defer stop()
	message := make([]byte, 4096)
	for {
		length, err := r.socket.Read(message)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return fmt.Errorf("reading readiness message: %w", err)
		}
		if slices.Contains(strings.Fields(string(message[:length])), "READY=1") {
			return nil
		}
	}
}
