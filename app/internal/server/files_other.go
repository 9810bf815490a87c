//go:build !unix

package server

import "math"

// fileLimit is no limit: other systems have none of this kind.
func fileLimit() uint64 { return math.MaxUint64 }
