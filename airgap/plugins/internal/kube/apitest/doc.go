// Package apitest is an API server for tests, as small as the provider allows:
// it serves discovery, stores objects, accepts server-side apply and deletion,
// and lets clients watch. It has no controllers: tests put objects into the
// state that controllers would bring about. What it is asked beyond that it
// answers with 404 or 405, so that misuse shows.
package apitest
