package pulumi

import (
	"os"
	"path/filepath"
)

// Pulumi's own files. Their places are those of its backend in files, and not promised to anybody. They are read all the same, and here
// alone, for what its commands do not tell, or not in time:
//
//   - The checkpoint of a stack holds what pulumi stack export prints. To export it takes half a second, the tools and the passphrase;
//     what has to be known before there are any of these, or several times in an update that changes nothing, is read from the file.
//     A backend that is not the local state is always asked.
//   - The files of the locks tell who changes a stack before anything was begun. Pulumi tells it in the middle, after it has compiled
//     the program, and in words.
//   - The stack file that pulumi stack init writes holds the salt of the passphrase, which belongs to this machine and not into the
//     checkout.

// checkpoint is the file with a stack's resources.
func (s State) checkpoint(stack string) string {
	return filepath.Join(s.Folder, ".pulumi", "stacks", s.Project, stack+".json")
}

// locks is the folder with the files that keep two updates of a stack apart, in the local state or in a folder that is the user's
// backend (file://); empty for other backends.
func (s State) locks(stack string) string {
	folder := s.Folder
	if s.OwnBackend {
		if folder = folderOf(s.Backend); folder == "" {
			return ""
		}
	}
	return filepath.Join(folder, ".pulumi", "locks", "organization", s.Project, stack)
}

// saltFile is written by Pulumi when it creates the stack in its folder.
func (s State) saltFile(stack string) string { return s.File(stack, "Pulumi."+stack+".yaml") }

// exists tells whether there is a file. One that cannot be looked at counts as missing: whoever opens it gets the cause.
func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
