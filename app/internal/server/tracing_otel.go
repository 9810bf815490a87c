//go:build otel

package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// newTracing records a span for each request, as the child of the one in its traceparent header.
func newTracing(ctx context.Context, getenv func(string) string, build buildInfo, log *slog.Logger) (tracing, error) {
	if getenv(tracesVariable) == "" {
		return noTracing(), nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return tracing{}, fmt.Errorf("preparing to send traces to the endpoint in %s: %w", tracesVariable, err)
	}
	// What the environment says, OTEL_SERVICE_NAME for one, comes last and wins.
	described, err := resource.New(ctx, resource.WithAttributes(
		attribute.String("service.name", "ashapp-backend"), attribute.String("service.version", build.Version),
	), resource.WithFromEnv())
	if err != nil {
		return tracing{}, fmt.Errorf("describing the backend for its traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("tracing", "error", err.Error()) }))
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(described))
	return tracing{wrap: traced(provider), flush: provider.Shutdown}, nil
}

// traced puts the span of a request into its traceparent header: from there the access log has the trace ID, and whatever
// a handler calls can be told.
func traced(provider *trace.TracerProvider) func(http.Handler) http.Handler {
	propagator := propagation.TraceContext{}
	return func(next http.Handler) http.Handler {
		continued := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			propagator.Inject(r.Context(), propagation.HeaderCarrier(r.Header))
			next.ServeHTTP(w, r)
		})
		return otelhttp.NewHandler(continued, "request",
			otelhttp.WithTracerProvider(provider),
			otelhttp.WithMeterProvider(noop.NewMeterProvider()),
			otelhttp.WithPropagators(propagator),
			otelhttp.WithSpanNameFormatter(spanName),
		)
	}
}

// spanName is the method and the route, of which there are few.
func spanName(_ string, r *http.Request) string {
	if route := route(r); strings.Contains(route, " ") {
		return route // begins with the method
	}
	return knownMethod(r.Method) + " " + route(r)
}
