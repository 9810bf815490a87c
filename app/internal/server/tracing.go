package server

import (
	"context"
	"net/http"
)

// tracesVariable is the standard OpenTelemetry setting that switches tracing on: where to send the traces by OTLP over
// HTTP. The exporter reads it and its kin by itself
// (https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/).
const tracesVariable = "OTEL_EXPORTER_OTLP_ENDPOINT"

// tracing is what the rest of the backend needs of it. Only a binary built with the tag otel can do more than nothing:
// the OpenTelemetry modules are nearly as large as the rest.
type tracing struct {
	wrap  func(http.Handler) http.Handler
	flush func(context.Context) error // sends what has been recorded, and ends the recording
}

// noTracing leaves every handler as it is, and so costs nothing.
func noTracing() tracing {
	return tracing{
		wrap:  func(handler http.Handler) http.Handler { return handler },
		flush: func(context.Context) error { return nil },
	}
}
