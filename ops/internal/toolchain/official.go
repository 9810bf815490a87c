package toolchain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
)

// releases is where Pulumi publishes the command line and its checksums.
const releases = "https://github.com/pulumi/pulumi/releases/download/v" + PulumiVersion

// maxDownload bounds what is read from the network; the archives are about 150 MiB.
const maxDownload = 512 << 20

// checksumsFile is the name of the list of checksums of a release, by Pulumi's own naming.
func checksumsFile() string { return "pulumi-" + PulumiVersion + "-checksums.txt" }

// archiveFile is the name of the release for this machine, by Pulumi's own naming.
func archiveFile(system, architecture string) string {
	if architecture == "amd64" {
		architecture = "x64"
	}
	extension := ".tar.gz"
	if system == "windows" {
		extension = ".zip"
	}
	return "pulumi-v" + PulumiVersion + "-" + system + "-" + architecture + extension
}

// installOfficial downloads the release for this machine, holds it against the published checksum and unpacks it. The
// folder appears under its final name only when all of that is done.
func (t Toolchain) installOfficial(ctx context.Context) (string, error) {
	folder := t.officialFolder()
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	name := archiveFile(runtime.GOOS, runtime.GOARCH)
	if _, err := fmt.Fprintf(t.Output, "downloading %s/%s\n", releases, name); err != nil {
		return "", fmt.Errorf("showing progress: %w", err)
	}
	archive, err := t.downloadVerified(ctx, name)
	if err != nil {
		return "", fmt.Errorf("installing Pulumi %s: %w\nthe stack needs the network for the official tools; "+
			"a Debian machine without it can use STACK=%s", PulumiVersion, err, Airgap)
	}
	if err := os.MkdirAll(t.Folder, 0o750); err != nil {
		return "", fmt.Errorf("installing Pulumi: %w", err)
	}
	partial, err := os.MkdirTemp(t.Folder, "partial-*")
	if err != nil {
		return "", fmt.Errorf("installing Pulumi: %w", err)
	}
	if err := unpackPrograms(name, archive, partial); err != nil {
		return "", errors.Join(fmt.Errorf("unpacking %s: %w", name, err), os.RemoveAll(partial))
	}
	if err := os.Rename(partial, folder); err != nil {
		return "", errors.Join(fmt.Errorf("installing Pulumi: %w", err), os.RemoveAll(partial))
	}
	return folder, nil
}

// downloadVerified returns a release file whose SHA-256 is the published one.
func (t Toolchain) downloadVerified(ctx context.Context, name string) ([]byte, error) {
	checksums, err := t.download(ctx, releases+"/"+checksumsFile())
	if err != nil {
		return nil, err
	}
	want, err := checksumOf(checksums, name)
	if err != nil {
		return nil, err
	}
	archive, err := t.download(ctx, releases+"/"+name)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(archive); hex.EncodeToString(sum[:]) != want {
		return nil, fmt.Errorf("the SHA-256 of %s is %x and should be %s: the download is damaged or not the original, try again",
			name, sum, want)
	}
	return archive, nil
}

// checksumOf finds a file's sum in lines of "sum  name".
func checksumOf(checksums []byte, name string) (string, error) {
	for line := range bytes.Lines(checksums) {
		if fields := strings.Fields(string(line)); len(fields) == 2 && fields[1] == name {
			return fields[0], nil
		}
	}
	return "", fmt.Errorf("there is no release of Pulumi %s for this machine: %s is not in %s", PulumiVersion, name, checksumsFile())
}

// download reads a file of the network, of at most maxDownload bytes, into memory: nothing unverified touches the disk.
func (t Toolchain) download(ctx context.Context, url string) (content []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w", url, err)
	}
	response, err := t.Client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("downloading: %w", err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("downloading %s: %s", url, response.Status)
	}
	if content, err = readAtMost(response.Body, maxDownload); err != nil {
		return nil, fmt.Errorf("downloading %s: %w", url, err)
	}
	return content, nil
}

// readAtMost reads everything, and refuses more than so many bytes.
func readAtMost(source io.Reader, most int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(source, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("it is larger than %d bytes", most)
	}
	return content, err
}
