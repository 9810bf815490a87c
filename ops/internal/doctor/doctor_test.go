package doctor_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
)

// finds is a check that finds something.
func finds(name, found string, err error) doctor.Check {
	return doctor.Check{Name: name, Look: func(context.Context) (string, error) { return found, err }}
}

func TestEveryPreconditionIsALine(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	err := doctor.Run(t.Context(), &out, []doctor.Check{
		finds("engine", "Docker 28", nil),
		finds("ports", "", errors.Join(errors.New("port 1 is held by a: stop that"), errors.New("port 2 is held by b: stop that"))),
		finds("version", "not to be seen", doctor.NotLookedAtError("the cluster does not answer")),
		finds("disk", "", errors.New("no space")),
		finds("passphrase", " is there\n", nil),
	})
	require.EqualError(t, err, "2 of 5 preconditions are not met: each line says what to do")
	assert.Equal(t, `ok    engine      Docker 28
FAIL  ports       port 1 is held by a: stop that; port 2 is held by b: stop that
--    version     the cluster does not answer
FAIL  disk        no space
ok    passphrase  is there
`, out.String())
}

func TestWhatIsNotLookedAtIsNoFailure(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	require.NoError(t, doctor.Run(t.Context(), &out, []doctor.Check{finds("ports", "", doctor.NotLookedAtError("no ports are needed"))}))
	assert.Equal(t, "--    ports       no ports are needed\n", out.String())
}

func TestEveryLookHearsThatItsTimeIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		look := func(ctx context.Context) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}
		err := doctor.Run(t.Context(), &bytes.Buffer{}, []doctor.Check{{Name: "engine", Look: look}})
		assert.ErrorContains(t, err, "1 of 1")
	})
}

func TestLookThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		began := time.Now()
		err := doctor.Run(t.Context(), &out, []doctor.Check{
			{Name: "engine", Look: func(context.Context) (string, error) { time.Sleep(time.Hour); return "at last", nil }},
			finds("disk", "room", nil),
		})
		require.ErrorContains(t, err, "1 of 2")
		assert.Equal(t, 15*time.Second, time.Since(began))
		assert.Equal(t, "FAIL  engine      no answer: context deadline exceeded\nok    disk        room\n", out.String())
		time.Sleep(time.Hour) // until what was left behind has ended
	})
}

// broken is an output that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestOutputThatTakesNothing(t *testing.T) {
	t.Parallel()

	err := doctor.Run(t.Context(), broken{}, []doctor.Check{finds("engine", "", nil)})
	assert.EqualError(t, err, "printing what was found: no space left")
}
