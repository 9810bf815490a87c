package node

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/component"
)

const pollInterval = 50 * time.Millisecond

// awaitAPIServer asks the API server until it is ready, as the administrator, since it answers nobody else.
func awaitAPIServer(ctx context.Context, settings component.Settings) error {
	client, err := adminClient(settings)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	url := fmt.Sprintf("https://127.0.0.1:%d/readyz", settings.APIPort)
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	last := errors.New("no answer")
	for {
		seen := ask(ctx, client, url)
		if seen == nil {
			return nil
		}
		if ctx.Err() == nil { // Otherwise it is only the end of the wait that was seen.
			last = seen
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting until kube-apiserver is ready: %w; last seen: %w", context.Cause(ctx), last)
		case <-ticker.C:
		}
	}
}

// ask returns nil when the answer is 200, and otherwise what it was.
func ask(ctx context.Context, client *http.Client, url string) (err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 16<<10))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(body)))
	}
	return nil
}

// adminClient proves itself as the administrator and trusts no server but one of the node's own authority.
func adminClient(settings component.Settings) (*http.Client, error) {
	authority, err := os.ReadFile(settings.Files.TLS("server-ca.crt"))
	if err != nil {
		return nil, fmt.Errorf("reading server authority: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	admin, err := tls.LoadX509KeyPair(settings.Files.TLS("client-admin.crt"), settings.Files.TLS("client-admin.key"))
	if err != nil {
		return nil, fmt.Errorf("reading administrator's certificate: %w", err)
	}
	return &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{
			MinVersion: tls.VersionTLS12, RootCAs: roots, Certificates: []tls.Certificate{admin},
		}},
	}, nil
}
