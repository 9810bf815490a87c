package debian

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// Packages are what the machine needs for making root file systems.
var Packages = []string{"mmdebstrap"}

// Variant is how much of Debian a root file system holds: mmdebstrap(1).
type Variant string

const (
	// Essential installs the named packages on top of those that every Debian has, but not apt itself.
	Essential Variant = "essential"
	// Extract only unpacks the named packages and what they depend on; none of their scripts is run.
	Extract Variant = "extract"
)

// RootFilesystem is what to make.
type RootFilesystem struct {
	// Codename is that of the Debian release, such as bookworm. The machine's own sources name it.
	Codename string
	// Suite is another one on the same mirror, such as trixie or sid. Default: that of Codename.
	Suite    string
	Variant  Variant
	Packages []string
}

// apt's settings for reaching the mirrors of this machine. Whatever would weaken the verification is left out.
const (
	settingsPrefix = "Acquire::"
	weakening      = "Acquire::AllowInsecureRepositories Acquire::AllowWeakRepositories Acquire::AllowDowngradeToInsecureRepositories"
)

// Make writes the root file system to path: as a tar file, or as a folder where path does not end with .tar. It keeps the
// sources and settings for apt in folder. apt verifies every package against the signature of its mirror, and that against
// the keys that this machine trusts.
func (r RootFilesystem) Make(ctx context.Context, folder, path string) error {
	sources, err := ReadSources("/etc/apt", r.Codename)
	if err != nil {
		return err
	}
	if r.Suite != "" && r.Suite != r.Codename { // those of its own suite have updates too
		sources = sources.of(r.Codename, r.Suite)
	}
	files, err := sources.write(folder)
	if err != nil {
		return err
	}
	settings := filepath.Join(folder, "apt.conf")
	if err := writeSettings(ctx, settings); err != nil {
		return err
	}
	return command.Run(ctx, command.Command{
		Argv: append(r.arguments(settings, path), files...), Line: told(step.From(ctx)),
	})
}

// told hands on what mmdebstrap says it does: lines such as "I: installing remaining packages inside the chroot...".
func told(reported *step.Step) func(line string) bool {
	return func(line string) bool {
		if doing, found := strings.CutPrefix(line, "I: "); found {
			reported.Do(strings.TrimSuffix(doing, "..."))
		}
		return false
	}
}

// arguments is the command line of mmdebstrap, to which the files with the sources are appended.
func (r RootFilesystem) arguments(settings, target string) []string {
	return []string{
		"mmdebstrap", "--mode=root", "--variant=" + string(r.Variant),
		"--include=" + strings.Join(r.Packages, ","),
		"--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr",
		"--aptopt=" + settings,
		`--aptopt=APT::Install-Recommends "false"`,
		// The settings may name a proxy with its password.
		`--customize-hook=rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap`,
		"--dpkgopt=path-exclude=/usr/share/doc/*",
		"--dpkgopt=path-exclude=/usr/share/man/*",
		"--dpkgopt=path-exclude=/usr/share/locale/*",
		cmp.Or(r.Suite, r.Codename), target,
	}
}

// write writes the sources into folder and returns the paths of the files.
func (s Sources) write(folder string) ([]string, error) {
	var paths []string
	for name, entries := range map[string]string{
		"debian.list":    strings.Join(s.Lines, "\n"),
		"debian.sources": strings.Join(s.Stanzas, "\n\n"),
	} {
		if entries == "" {
			continue
		}
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(entries+"\n"), 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// writeSettings keeps apt's settings from others on this machine: a proxy may have a password.
func writeSettings(ctx context.Context, path string) error {
	dump, err := command.Output(ctx, command.Command{Argv: []string{"apt-config", "dump"}})
	if err != nil {
		return fmt.Errorf("reading apt's settings: %w", err)
	}
	return os.WriteFile(path, []byte(transportSettings(dump)), 0o600)
}

// transportSettings picks the lines of `apt-config dump` that say how mirrors are reached and checked.
func transportSettings(dump string) string {
	var kept strings.Builder
	for line := range strings.Lines(dump) {
		name, value, _ := strings.Cut(line, " ")
		if strings.HasPrefix(name, settingsPrefix) && !strings.HasPrefix(name, "Acquire::IndexTargets") &&
			!strings.Contains(weakening, strings.TrimRight(name, ":")) && strings.TrimSpace(value) != `"";` {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
