// Package bench measures the backend as it is deployed, beside a bare handler of net/http: make bench-app. Its benchmarks print one
// line for each count, so benchstat can compare two versions. What one request costs within a process is measured by the
// benchmarks of internal/server.
package bench
