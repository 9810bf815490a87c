package pulumi

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestShortLivedProgramsKeepWhatTheUserHasSet(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		set  map[string]string
		want []string
	}{
		"nothing":            {nil, []string{"GOGC=400", "GOFLAGS=-buildvcs=false"}},
		"another collector":  {map[string]string{"GOGC": "50"}, []string{"GOFLAGS=-buildvcs=false"}},
		"other flags":        {map[string]string{"GOFLAGS": "-mod=mod"}, []string{"GOGC=400", "GOFLAGS=-buildvcs=false -mod=mod"}},
		"a say about Git":    {map[string]string{"GOFLAGS": "-buildvcs=true"}, []string{"GOGC=400"}},
		"everything already": {map[string]string{"GOGC": "off", "GOFLAGS": "-buildvcs=auto"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			assert.Equal(t, test.want, shortLived(func(key string) string { return test.set[key] }))
		})
	}
}
