// Package toolchain provides the Pulumi command line and plugins that a stack is operated with: the official ones, or
// those that airgap/ builds for a machine that cannot download them.
package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// PulumiVersion is the version of the command line. It is that of the SDK in infra/go.mod.
const PulumiVersion = "3.255.0"

// Airgap is the name of the stack that runs on the air-gapped toolchain. Every other stack takes the official one.
const Airgap = "airgap"

// Toolchain installs tools below a folder of the checkout.
type Toolchain struct {
	// Root is the checkout.
	Root string
	// Folder holds the tools. It can be deleted at any time.
	Folder string
	// Checksums are the SHA-256 sums of the official releases, in hexadecimal, by name. The others are held against the published one.
	Checksums map[string]string
	// Client downloads the official tools.
	Client *http.Client
	// Output shows progress.
	Output io.Writer
	// Environment is added to that of this process for the programs that make the air-gapped tools, as KEY=value.
	Environment []string
}

// New returns the toolchain of a checkout.
func New(root string, output io.Writer) Toolchain {
	return Toolchain{
		Root: root, Folder: filepath.Join(root, ".tools"), Checksums: checksums(), Client: http.DefaultClient, Output: output,
	}
}

// Install makes sure that the tools for a stack are there and returns the folder with the programs. What has been
// installed before is not touched.
func (t Toolchain) Install(ctx context.Context, stack string) (string, error) {
	if stack == Airgap {
		return t.buildAirgap(ctx)
	}
	return t.installOfficial(ctx)
}

// reachTimeout bounds the question whether downloads are possible.
const reachTimeout = 5 * time.Second

// OfficialInReach returns nil when the official command line, plugins and images can be downloaded, and otherwise what
// keeps them away.
func (t Toolchain) OfficialInReach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	answers := make(chan error)
	places := []string{
		releases + "/" + checksumsFile(), // the command line
		"https://get.pulumi.com/",        // the plugins
		"https://registry-1.docker.io/v2/",
	}
	for _, place := range places {
		go func() { answers <- t.ask(ctx, place) }()
	}
	var problems []error
	for range places {
		problems = append(problems, <-answers)
	}
	return errors.Join(problems...)
}

// ask is content with any answer that is not an error of a server or a refusal of a proxy. A registry wants credentials first.
func (t Toolchain) ask(ctx context.Context, place string) (err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, place, nil)
	if err != nil {
		return fmt.Errorf("asking %s: %w", place, err)
	}
	response, err := t.Client.Do(request)
	if wrapped := (&url.Error{}); errors.As(err, &wrapped) {
		err = wrapped.Err // the rest of it is the address once more
	}
	if err != nil {
		return fmt.Errorf("asking %s: %w", request.URL.Host, err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode >= http.StatusBadRequest && response.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("asking %s: %s", request.URL.Host, response.Status)
	}
	return nil
}

// Installed returns the folder with the programs for a stack where they are there. It neither installs them nor sees whether the
// sources of those that are built have changed since.
func (t Toolchain) Installed(stack string) (folder string, found bool) {
	folder = t.officialFolder()
	if stack == Airgap {
		folder = t.airgapPrograms()
	}
	program := filepath.Join(folder, "pulumi")
	for _, file := range []string{program, program + ".exe"} {
		if _, err := os.Stat(file); err == nil {
			return folder, true
		}
	}
	return folder, false
}

// officialFolder is where the official programs are.
func (t Toolchain) officialFolder() string { return filepath.Join(t.Folder, "pulumi-"+PulumiVersion) }

// airgapPrograms is where the programs that airgap/build makes are.
func (t Toolchain) airgapPrograms() string { return filepath.Join(t.Folder, Airgap, "bin") }
