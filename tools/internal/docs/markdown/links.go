package markdown

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Broken lists the links of all Markdown files below a folder that lead to no file of it or to no heading, as file:line: why. Links to
// other sites are not followed.
func Broken(root fs.FS) ([]string, error) {
	documents, order, err := readAll(root)
	if err != nil {
		return nil, err
	}
	var broken []string
	for _, name := range order {
		for _, link := range documents[name].links {
			if why := documents.follow(root, name, link.target); why != "" {
				broken = append(broken, fmt.Sprintf("%s:%d: %s", name, link.line, why))
			}
		}
	}
	return broken, nil
}

// Files are the Markdown files below a folder, in the order of their names, but for those in hidden folders other than .github.
func Files(root fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && name != ".github" && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && path.Ext(name) == ".md":
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for Markdown files: %w", err)
	}
	return names, nil
}

// library are documents by their names.
type library map[string]document

func readAll(root fs.FS) (library, []string, error) {
	names, err := Files(root)
	if err != nil {
		return nil, nil, err
	}
	documents := library{}
	for _, name := range names {
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, nil, fmt.Errorf("reading a Markdown file: %w", err)
		}
		documents[name] = parse(string(content))
	}
	return documents, names, nil
}

// follow says why a link of a document leads nowhere; empty where it does not.
func (l library) follow(root fs.FS, from, target string) string {
	file, anchor, hasAnchor := strings.Cut(target, "#")
	if strings.Contains(file, ":") {
		return "" // another site
	}
	name := from
	if file != "" {
		name = path.Join(path.Dir(from), file)
	}
	if !fs.ValidPath(name) {
		return target + " leads out of the repository"
	}
	if _, err := fs.Stat(root, name); err != nil {
		return "there is no file " + name
	}
	if to, isMarkdown := l[name]; hasAnchor && (!isMarkdown || !to.anchors[anchor]) {
		return name + " has no heading #" + anchor
	}
	return ""
}
