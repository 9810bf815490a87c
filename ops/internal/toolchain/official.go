package toolchain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// releases is where Pulumi publishes the command line and its checksums.
const releases = "https://github.com/pulumi/pulumi/releases/download/v" + PulumiVersion

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

// checksums are the SHA-256 sums of the releases by name, so that who could replace a release cannot replace its sum as well. For Windows
// there are none: there the sum comes from where the release comes from, and shows damage only. Pulumi itself downloads the plugins, over
// HTTPS and without a sum.
func checksums() map[string]string {
	return map[string]string{
		"pulumi-v3.255.0-linux-x64.tar.gz":    "cf559568e2c32f7fae56ea3de8ae5fa48973ba8c5aa9dd2b3dc0c8898fe50dba",
		"pulumi-v3.255.0-linux-arm64.tar.gz":  "699fbc6ea848d997e9b3645487f108d27b1b55ec807c7576406131e6e080f0e3",
		"pulumi-v3.255.0-darwin-x64.tar.gz":   "19672db74cd9158ebde97877224c6cd18def1c8024340378e3208f6ad6539200",
		"pulumi-v3.255.0-darwin-arm64.tar.gz": "adc6ae338ec877307869a26f74e5d3acc5fb2f590bfb19d00d50c3c8ed2e91b7",
	}
}

// installOfficial downloads the release for this machine, holds it against its checksum and unpacks it. The
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
		if _, found := os.Stat(folder); found == nil { // another command was faster
			return folder, os.RemoveAll(partial)
		}
		return "", errors.Join(fmt.Errorf("installing Pulumi: %w", err), os.RemoveAll(partial))
	}
	return folder, nil
}

// downloadVerified returns a release file whose SHA-256 is the pinned one, or where none is pinned, the published one.
func (t Toolchain) downloadVerified(ctx context.Context, name string) ([]byte, error) {
	want, pinned := t.Checksums[name]
	if !pinned {
		checksums, err := t.download(ctx, releases+"/"+checksumsFile())
		if err != nil {
			return nil, err
		}
		if want, err = checksumOf(checksums, name); err != nil {
			return nil, err
		}
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
