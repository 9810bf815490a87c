// Command report draws a page of a stack from what ashapp status, history and drift have printed as JSON. The Makefile calls it.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/ashwanth01/ashapp-backend/tools/internal/page"
)

func main() {
	if err := run(os.Args[1:], time.Now()); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "error:", err) // there is nobody else to tell
		os.Exit(1)
	}
}

// run reads status.json, history.json and drift.json in a folder, as far as they are there, and writes report.html beside them.
func run(arguments []string, now time.Time) error {
	if len(arguments) != 1 {
		return errors.New("usage: report FOLDER   draws the page report.html from status.json, history.json and drift.json in the folder")
	}
	printed := map[string][]byte{}
	for _, name := range []string{"status", "history", "drift"} {
		content, err := os.ReadFile(filepath.Join(arguments[0], name+".json"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("reading what ashapp %s has printed: %w", name, err)
		}
		printed[name] = content
	}
	stack, err := page.Read(printed["status"], printed["history"], printed["drift"], now)
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(arguments[0], "report.html"))
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return errors.Join(stack.Write(file), file.Close())
}
