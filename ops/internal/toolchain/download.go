package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// maxDownload bounds what is read from the network, in bytes; the archives are about 150 MiB.
	maxDownload = 512 << 20
	// silence is how long nothing may come. A connection that was lost without a word would otherwise be waited for for ever.
	silence = 30 * time.Second
	// longest is how long a download may take: 150 MiB at 100 KiB a second.
	longest = 30 * time.Minute
	// reports are this far apart.
	reports = 10 * time.Second
)

// Why a download was given up.
var (
	errSilence = fmt.Errorf("nothing came for %s", silence)
	errLongest = fmt.Errorf("it was not complete after %s", longest)
)

// download reads a file of the network, of at most maxDownload bytes, into memory: nothing unverified touches the disk.
func (t Toolchain) download(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, errLongest)
	defer cancel()
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	watch := time.AfterFunc(silence, func() { giveUp(errSilence) })
	defer watch.Stop()
	content, err := t.get(ctx, url, watch)
	if cause := context.Cause(ctx); err != nil && (errors.Is(cause, errSilence) || errors.Is(cause, errLongest)) {
		err = cause
	}
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w", url, err)
	}
	return content, nil
}

// get reads a file of the network and resets the watch whenever something comes.
func (t Toolchain) get(ctx context.Context, url string, watch *time.Timer) (content []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := t.Client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	body := &incoming{Reader: response.Body, watch: watch, output: t.Output, total: response.ContentLength, reported: time.Now()}
	return readAtMost(body, maxDownload)
}

// incoming is what comes from the network. It tells how far it is.
type incoming struct {
	io.Reader
	watch       *time.Timer
	output      io.Writer
	read, total int64 // in bytes; total is -1 where it is not known
	reported    time.Time
}

// Read implements io.Reader.
func (i *incoming) Read(p []byte) (int, error) {
	n, err := i.Reader.Read(p)
	i.read += int64(n)
	if n > 0 {
		i.watch.Reset(silence)
	}
	if now := time.Now(); err == nil && now.Sub(i.reported) >= reports {
		i.reported = now
		if _, err := fmt.Fprintf(i.output, "  %d of %d MiB\n", i.read>>20, max(i.total, i.read)>>20); err != nil {
			return n, fmt.Errorf("showing progress: %w", err)
		}
	}
	return n, err
}

// readAtMost reads everything, and refuses more than so many bytes.
func readAtMost(source io.Reader, most int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(source, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("it is larger than %d bytes", most)
	}
	return content, err
}
