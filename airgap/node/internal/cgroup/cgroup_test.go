package cgroup

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHierarchiesOfVersion1(t *testing.T) {
	t.Parallel()
	hierarchies, err := parseHierarchies("4:memory:/\n3:cpu,cpuacct:/docker/x\n1:name=systemd:/\n0::/\n")
	require.NoError(t, err)
	assert.Equal(t, []hierarchy{
		{folder: "memory", options: "memory"},
		{folder: "cpu,cpuacct", options: "cpu,cpuacct", links: []string{"cpu", "cpuacct"}},
		{folder: "systemd", options: "name=systemd"},
	}, hierarchies)

	_, err = parseHierarchies("garbage\n")
	assert.ErrorContains(t, err, "garbage")
}

func TestVersion2MovesProcessesToTheLeafBeforeItHandsControllersDown(t *testing.T) {
	t.Parallel()
	tree := fakeTree(t, "1\n7\n42\n", "cpuset cpu io memory pids\n")
	require.NoError(t, delegate(tree))
	assert.Equal(t, "1\n7\n42\n", read(t, tree, "init/cgroup.procs"))
	assert.Equal(t, "+cpuset +cpu +io +memory +pids\n", read(t, tree, "cgroup.subtree_control"))
}

func TestVersion2WithoutControllersIsRefused(t *testing.T) {
	t.Parallel()
	tree := fakeTree(t, "1\n", "\n")
	assert.ErrorContains(t, delegate(tree), "private cgroup namespace")
}

func TestVersion2LeavesControllersWhenAProcessCannotBeMoved(t *testing.T) {
	t.Parallel()
	tree := fakeTree(t, "1\n", "cpu\n")
	require.NoError(t, os.Remove(filepath.Join(tree, "init/cgroup.procs")))
	require.ErrorContains(t, delegate(tree), "moving process 1")
	assert.Empty(t, read(t, tree, "cgroup.subtree_control"))
}

// fakeTree is a folder with the files of a root group. The kernel makes those of the leaf when the folder is made.
func fakeTree(t *testing.T, processes, controllers string) string {
	t.Helper()
	tree := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(tree, leaf), 0o755))
	for name, content := range map[string]string{
		"cgroup.procs": processes, "cgroup.controllers": controllers, "cgroup.subtree_control": "", "init/cgroup.procs": "",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(tree, name), []byte(content), 0o600))
	}
	return tree
}

func read(t *testing.T, tree, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(tree, name))
	require.NoError(t, err)
	return string(content)
}
