package build

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/debian"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/fingerprint"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/image"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

const (
	registryReference = "ashapp-backend-airgap/registry:2.8.2"
	// registryUser owns the data. A new volume takes over the owner of the folder that it is mounted on.
	registryUser = 65532
)

// shellPrograms are what a health check and a look inside need, all of them busybox as in the image registry:3.
var shellPrograms = []string{"sh", "wget", "ls", "cat", "id", "ps", "du", "find"}

// registryTask makes the image that takes the place of registry:3: the same port, data folder and configuration file.
func registryTask(sources, output, codename string) (*task.Task, error) {
	rootfs, rootfsPath, rootfsIdentity, err := rootFilesystemTask("registry-rootfs", "Debian "+codename+" packages of the registry", output,
		debian.RootFilesystem{Codename: codename, Variant: debian.Extract, Packages: []string{"docker-registry", "busybox"}})
	if err != nil {
		return nil, err
	}
	identity, err := fingerprint.Of(sources, imageSources, []string{rootfsIdentity})
	if err != nil {
		return nil, err
	}
	made := image.Image{
		Reference:   registryReference,
		Fingerprint: identity,
		Changes: []string{
			fmt.Sprintf("USER %d:%d", registryUser, registryUser), "VOLUME /var/lib/registry", "EXPOSE 5000",
			`ENTRYPOINT ["/usr/bin/registry"]`, `CMD ["serve", "/etc/distribution/config.yml"]`,
		},
		Fill: func(archive *image.Archive) error {
			fillRegistry(archive, rootfsPath, filepath.Join(sources, "node", "image", "registry.yml"))
			return nil
		},
	}
	return &task.Task{Name: "registry image", Needs: []*task.Task{rootfs}, Fresh: made.Fresh, Make: made.Make}, nil
}

// fillRegistry adds two programs with their libraries, the configuration and an empty data folder.
func fillRegistry(archive *image.Archive, rootfs, configuration string) {
	archive.Tar(rootfs, inRegistry)
	archive.Link("usr/bin/registry", "docker-registry")
	for _, name := range shellPrograms {
		archive.Link("usr/bin/"+name, "busybox")
	}
	archive.File("etc/distribution/config.yml", 0o644, configuration)
	archive.Content("etc/passwd", 0o644,
		fmt.Appendf(nil, "root:x:0:0:root:/:/bin/sh\nregistry:x:%d:%d::/var/lib/registry:/bin/sh\n", registryUser, registryUser))
	archive.Content("etc/group", 0o644, fmt.Appendf(nil, "root:x:0:\nregistry:x:%d:\n", registryUser))
	archive.Folder("tmp", 0o1777, 0)
	archive.Folder("var/lib/registry", 0o755, registryUser)
}

// inRegistry picks the two programs and the shared libraries out of everything that their packages depend on for the
// sake of installation scripts, which are not run.
func inRegistry(name string) bool {
	switch name {
	case "bin", "sbin", "lib", "lib64", "usr/bin/docker-registry", "usr/bin/busybox":
		return true
	}
	folder, file := path.Split(name)
	return strings.HasPrefix(name, "usr/lib64/") ||
		(strings.HasPrefix(name, "usr/lib/") && strings.HasSuffix(folder, "-linux-gnu/") && strings.Contains(file, ".so"))
}
