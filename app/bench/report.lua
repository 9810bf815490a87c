-- Has wrk print what it has measured as JSON.
function done(summary, latency, requests)
	local errors = summary.errors
	io.write(string.format('{"answers": %d, "microseconds": %d, "errors": %d}\n', summary.requests, summary.duration,
		errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
