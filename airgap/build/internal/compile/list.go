package compile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// listed is what go list tells of a package: go help list.
type listed struct {
	ImportPath, Name, Dir string
	Stale                 bool
	StaleReason           string
	GoFiles, CgoFiles     []string
	Imports               []string

	// bytes is what the compiler reads of it.
	bytes int64
}

// program says whether go build links it.
func (l listed) program() bool { return l.Name == "main" }

// compiled says whether the package is in the cache. A program never counts as up to date, because go list does not know
// where it goes; the reason is what tells.
func (l listed) compiled() bool {
	return !l.Stale || l.StaleReason == "not installed but available in build cache"
}

// list asks go for the packages of a build and what they depend on, and whether they are in the cache. It takes 3 to 6 s
// of CPU for 2,000 packages, and downloads what is missing.
func list(ctx context.Context, build Build) ([]listed, error) {
	arguments := append([]string{"list", "-deps", "-json=ImportPath,Name,Dir,Stale,StaleReason,GoFiles,CgoFiles,Imports"}, build.Flags...)
	asked := build.call(ctx, append(arguments, build.Packages...))
	asked.Line = downloads(step.From(ctx))
	answer, err := command.Output(ctx, asked)
	if err != nil {
		return nil, err
	}
	return decode(strings.NewReader(answer))
}

// decode reads the values that go list writes one after another.
func decode(answer io.Reader) ([]listed, error) {
	var packages []listed
	for decoder := json.NewDecoder(answer); ; {
		var next listed
		err := decoder.Decode(&next)
		if errors.Is(err, io.EOF) {
			return packages, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the answer of go list: %w", err)
		}
		next.bytes = next.size()
		packages = append(packages, next)
	}
}

// size is that of the package's Go files. A file that is not there is one that an overlay adds.
func (l listed) size() int64 {
	var sum int64
	for _, name := range slices.Concat(l.GoFiles, l.CgoFiles) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(l.Dir, name)
		}
		if info, err := os.Stat(name); err == nil {
			sum += info.Size()
		}
	}
	return sum
}
