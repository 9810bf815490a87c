package build

import (
	"io"
	"os"

	"golang.org/x/term"
)

// assumedWidth is that of a terminal that does not tell.
const assumedWidth = 80

// terminalWidth returns a function that returns the width of the terminal that output is now, in characters, and 0 when it
// is none.
func terminalWidth(output io.Writer) func() int {
	file, ok := output.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || os.Getenv("TERM") == "dumb" {
		return func() int { return 0 }
	}
	return func() int {
		width, _, err := term.GetSize(int(file.Fd()))
		if err != nil || width <= 0 {
			return assumedWidth
		}
		return width
	}
}
