package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/compile"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/fingerprint"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// other is a Go program that is none of this command's own, and that its caller needs next: compiled here, it takes the CPU
// time that the rest leaves, and its progress is shown. The caller compiles it again, with the same flags, and finds
// everything in Go's build cache.
type other struct {
	// Name says what it is.
	Name string `json:"name"`
	// Folder is an absolute path, in which there is its main package.
	Folder string `json:"folder"`
	// Flags are those of go build but -o.
	Flags []string `json:"flags"`
	// Output is the file of the result, an absolute path; /dev/null when only the cache is to be filled.
	Output string `json:"output"`
	// Environment is added to that of this command, as KEY=value.
	Environment []string `json:"environment"`
	// Seconds is what some of its packages take, by import path, in CPU seconds. It makes the estimate better.
	Seconds map[string]float64 `json:"seconds"`
	// ColdCPUSeconds is what it takes with an empty build cache, as it was measured.
	ColdCPUSeconds float64 `json:"coldCPUSeconds"`
}

// others are the values of the flag -compile, which may be given several times.
type others []other

// String implements flag.Value.
func (o *others) String() string { return "" }

// Set implements flag.Value: text is JSON.
func (o *others) Set(text string) error {
	var one other
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&one); err != nil {
		return err
	}
	if one.Name == "" || !filepath.IsAbs(one.Folder) || !filepath.IsAbs(one.Output) {
		return errors.New("want a name, and absolute paths as folder and output")
	}
	*o = append(*o, one)
	return nil
}

// tasks are the steps that compile them, once for each version of what they require: what changes otherwise is compiled
// in seconds, by the caller.
func (o others) tasks(output string) ([]*task.Task, error) {
	var made []*task.Task
	for i, one := range o {
		texts := slices.Concat([]string{runtime.Version(), one.Output}, one.Flags, one.Environment)
		identity, err := fingerprint.Of(one.Folder, []string{"go.mod", "go.sum"}, texts)
		if err != nil {
			return nil, err
		}
		state := filepath.Join(output, "state", fmt.Sprintf("other-%d", i+1))
		task := keptTask(one.Name, state, identity, nil, func(ctx context.Context) error {
			return compile.Run(ctx, compile.Build{
				Dir: one.Folder, Flags: one.Flags, Output: one.Output, Packages: []string{"."}, Env: one.Environment,
				Seconds: one.Seconds, Scratch: output,
			})
		})
		task.Background, task.ColdCPU = true, time.Duration(one.ColdCPUSeconds*float64(time.Second))
		made = append(made, task)
	}
	return made, nil
}
