package pulumi

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// cloud is Pulumi Cloud, where an access token leads by itself.
const cloud = "https://api.pulumi.com"

// ownBackend is the URL of the backend that the user has chosen, by a variable or by pulumi login; empty where there is none.
func ownBackend(lookupEnv func(string) (string, bool)) string {
	if backend, _ := lookupEnv("PULUMI_BACKEND_URL"); backend != "" {
		return backend
	}
	if backend := loggedIn(lookupEnv); backend != "" {
		return backend
	}
	if token, _ := lookupEnv("PULUMI_ACCESS_TOKEN"); token != "" {
		return cloud
	}
	return ""
}

// loggedIn is the URL that pulumi login was used with.
func loggedIn(lookupEnv func(string) (string, bool)) string {
	home, _ := lookupEnv("PULUMI_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		home = filepath.Join(user, ".pulumi")
	}
	content, err := os.ReadFile(filepath.Join(home, "credentials.json"))
	if err != nil {
		return ""
	}
	var credentials struct{ Current string }
	if json.Unmarshal(content, &credentials) != nil {
		return ""
	}
	return credentials.Current
}

// folderOf is the folder of a backend in files, by the rules of Pulumi's file backend; empty where it is another one.
func folderOf(backend string) string {
	path, found := strings.CutPrefix(backend, "file://")
	if !found {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	if path == "~" {
		path = "~/"
	}
	if unescaped, err := url.PathUnescape(path); err == nil {
		path = unescaped
	}
	return homePath(path)
}

// homePath replaces a leading ~/, which no shell has seen in a variable of the environment.
func homePath(path string) string {
	rest, found := strings.CutPrefix(path, "~/")
	home, err := os.UserHomeDir()
	if !found || err != nil {
		return path
	}
	return filepath.Join(home, rest)
}
