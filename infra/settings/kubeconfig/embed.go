package kubeconfig

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// reference is a key that names a file, and the key for what is in it.
type reference struct {
	file, content string
	plain         bool // not in base64
	fileCounts    bool // where both are there
}

func inCluster() []reference {
	return []reference{{file: "certificate-authority", content: "certificate-authority-data"}}
}

func inUser() []reference {
	return []reference{
		{file: "client-certificate", content: "client-certificate-data"},
		{file: "client-key", content: "client-key-data"},
		{file: "tokenFile", content: "token", plain: true, fileCounts: true},
	}
}

// embed replaces the names of files by what is in them: another machine has other files.
func (f file) embed(entry map[string]any, references []reference) error {
	for _, r := range references {
		path := text(entry[r.file])
		if path == "" {
			continue
		}
		delete(entry, r.file)
		if text(entry[r.content]) != "" && !r.fileCounts {
			continue
		}
		if f.folder == "" {
			return fmt.Errorf("%s: %s is the path of a file, which not every machine has: use what this prints: "+
				"kubectl config view --minify --flatten", f.name, r.file)
		}
		content, err := os.ReadFile(f.absolute(path))
		if err != nil {
			return fmt.Errorf("reading what %s in the kubeconfig %s names: %w", r.file, f.name, err)
		}
		if r.plain {
			entry[r.content] = strings.TrimSpace(string(content))
			continue
		}
		entry[r.content] = base64.StdEncoding.EncodeToString(content)
	}
	return nil
}

// resolvePlugin makes the path of a credential plugin absolute where it is relative to the kubeconfig. A bare name is looked for on
// PATH, on each machine by itself.
func (f file) resolvePlugin(user map[string]any) error {
	plugin, _ := user["exec"].(map[string]any)
	command := text(plugin["command"])
	if filepath.IsAbs(command) || !strings.ContainsRune(command, filepath.Separator) {
		return nil
	}
	if f.folder == "" {
		return fmt.Errorf("%s: the credential plugin %s is relative to no file: give its name, or its absolute path", f.name, command)
	}
	plugin["command"] = f.absolute(command)
	return nil
}

func (f file) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(f.folder, path)
}
