package engine_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// The variables that make the test program a docker command which prints and exits as they say.
const (
	fakeStdout = "FAKE_DOCKER_STDOUT"
	fakeStderr = "FAKE_DOCKER_STDERR"
	fakeCode   = "FAKE_DOCKER_CODE"
	// fakeRecord names a file to which the arguments are written.
	fakeRecord = "FAKE_DOCKER_RECORD"
)

func TestMain(m *testing.M) {
	if code := os.Getenv(fakeCode); code != "" {
		os.Exit(fakeDocker(code))
	}
	// The race detector would have every program sleep for a second before it exits.
	must(os.Setenv("GORACE", "atexit_sleep_ms=0"))
	os.Exit(m.Run())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func fakeDocker(code string) int {
	if file := os.Getenv(fakeRecord); file != "" {
		must(os.WriteFile(file, fmt.Appendf(nil, "%q", os.Args[1:]), 0o600))
	}
	_, err := os.Stdout.WriteString(os.Getenv(fakeStdout))
	must(err)
	_, err = os.Stderr.WriteString(os.Getenv(fakeStderr))
	must(err)
	exit, err := strconv.Atoi(code)
	must(err)
	return exit
}

// fake is an engine whose docker command prints and exits as told.
func fake(stdout, stderr string, code int, more ...string) engine.Engine {
	return engine.Engine{Program: os.Args[0], Environment: append([]string{
		fakeStdout + "=" + stdout, fakeStderr + "=" + stderr, fakeCode + "=" + strconv.Itoa(code),
	}, more...)}
}
