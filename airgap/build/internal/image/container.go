package image

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
)

// SingleProgram returns an image of one static program as an archive in the format of `docker save`, which containerd
// imports too. The program runs as nobody.
func SingleProgram(reference, program string) ([]byte, error) {
	content, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	var layer bytes.Buffer
	files := NewArchive(&layer)
	files.Content("program", 0o755, content)
	if err := files.Close(); err != nil {
		return nil, err
	}
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"Entrypoint": []string{"/program"}, "User": "65535:65535"},
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{digest(layer.Bytes())}},
	})
	if err != nil {
		return nil, err
	}
	configName := digest(config)[len("sha256:"):] + ".json"
	manifest, err := json.Marshal([]map[string]any{{
		"Config": configName, "RepoTags": []string{reference}, "Layers": []string{"layer.tar"},
	}})
	if err != nil {
		return nil, err
	}
	var saved bytes.Buffer
	archive := NewArchive(&saved)
	archive.Content(configName, 0o644, config)
	archive.Content("layer.tar", 0o644, layer.Bytes())
	archive.Content("manifest.json", 0o644, manifest)
	return saved.Bytes(), archive.Close()
}

func digest(content []byte) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256(content))
}
