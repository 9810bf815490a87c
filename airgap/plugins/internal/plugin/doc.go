// Package plugin holds what every Pulumi plugin process does the same way,
// whatever it provides: it listens on the loopback interface, prints its port
// for the engine, stops when the engine is gone, translates property maps to
// and from the wire, and sends progress lines to the engine.
package plugin
