// Package e2e holds the end-to-end tests: they provide a whole stack on this machine's Docker engine with the real command
// line and look at what is there. They need the build tag e2e, the programs of the toolchain on PATH and the variable
// ASHAPP_STACK with the name of the local stack to test; `make e2e` sees to that. The stack under test has names, ports
// and a state of its own, so it runs beside any other.
package e2e
