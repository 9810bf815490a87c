package verify

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	errNone  = errors.New("no answer")
	errWrong = &wrongError{"wrong"}
)

// answers gives one answer after the other, each after a while, and the last one for ever.
func answers(asked *int, takes time.Duration, sequence ...error) func(context.Context) error {
	return func(ctx context.Context) error {
		*asked++
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(takes):
			return sequence[min(*asked, len(sequence))-1]
		}
	}
}

func TestAnswersAreAwaited(t *testing.T) {
	t.Parallel()

	var wrongForLong []error
	for range 200 {
		wrongForLong = append(wrongForLong, errNone, errWrong)
	}
	for name, test := range map[string]struct {
		takes    time.Duration
		sequence []error
		asked    int
		lasts    time.Duration
		want     error
	}{
		"right":                       {0, []error{nil}, inARow, 0, nil},
		"not there at first":          {0, []error{errNone, errNone, nil}, 2 + inARow, 2 * pause, nil},
		"a pod of the version before": {0, []error{nil, errWrong, nil}, 2 + inARow, pause, nil},
		"the last one is wrong":       {0, []error{nil, nil, nil, nil, nil, nil, nil, nil, nil, errWrong, nil}, 2 * inARow, pause, nil},
		"right and slow":              {4 * time.Second, []error{errNone, nil}, 1 + inARow, 4*time.Second + pause + inARow*4*time.Second, nil},
		"never there":                 {time.Second, []error{errNone}, 28, 28*time.Second + 27*pause, errNone},
		"wrong":                       {0, []error{errWrong}, 151, wrongPatience, errWrong},
		"wrong and not there":         {0, wrongForLong, 152, wrongPatience + pause, errWrong},
		"wrong, right and not there":  {5 * time.Second, []error{errWrong, errWrong, nil, errNone, errNone}, 6, 30*time.Second + 4*pause, errNone},
		"not there and at last wrong": {14 * time.Second, []error{errNone, errNone, errWrong}, 3, 42*time.Second + 2*pause, errWrong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				asked, began := 0, time.Now()
				err := await(t.Context(), 30*time.Second, answers(&asked, test.takes, test.sequence...))
				require.ErrorIs(t, err, test.want)
				assert.Equal(t, test.want == nil, err == nil)
				assert.Equal(t, test.asked, asked)
				assert.Equal(t, test.lasts, time.Since(began))
			})
		})
	}
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		for _, takes := range []time.Duration{0, 3 * time.Second} {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second+pause/2)
			began, asked := time.Now(), 0
			require.ErrorContains(t, await(ctx, time.Minute, answers(&asked, takes, errNone)), "the backend does not answer as it should: ")
			assert.Equal(t, 2*time.Second+pause/2, time.Since(began))
			cancel()
		}
	})
}
