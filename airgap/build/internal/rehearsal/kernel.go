package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
)

// kernelPackages are what the kernel is built from and with. Debian's own User-mode Linux lacks nftables for IPv4, which Docker
// and kube-proxy rest on.
var kernelPackages = []string{"linux-source", "xz-utils", "gcc", "libc6-dev", "make", "flex", "bison"}

// sources is where the package linux-source leaves its one file.
const sources = "/usr/src/linux-source-*.tar.xz"

// kernelOptions are what is in the kernel beside what these need. It has no modules. Control groups are of version 2 only
// because nothing mounts the others; cpuset is not among them, since this kernel has one CPU.
const kernelOptions = `
64BIT BINFMT_ELF BINFMT_SCRIPT STDERR_CONSOLE NULL_CHAN HW_RANDOM UML_RANDOM RANDOM_TRUST_CPU HIGH_RES_TIMERS NO_HZ_IDLE
BLK_DEV BLK_DEV_UBD EXT4_FS EXT4_FS_POSIX_ACL EXT4_FS_SECURITY HOSTFS OVERLAY_FS TMPFS TMPFS_POSIX_ACL TMPFS_XATTR DEVTMPFS DEVTMPFS_MOUNT
SYSVIPC POSIX_MQUEUE KEYS SECCOMP BPF_SYSCALL DEVMEM CROSS_MEMORY_ATTACH INOTIFY_USER FHANDLE
NAMESPACES UTS_NS IPC_NS USER_NS PID_NS NET_NS
CGROUPS MEMCG BLK_CGROUP CGROUP_SCHED FAIR_GROUP_SCHED CFS_BANDWIDTH CGROUP_PIDS CGROUP_FREEZER CGROUP_DEVICE CGROUP_BPF
NET UNIX PACKET INET IPV6 IP_ADVANCED_ROUTER IP_MULTIPLE_TABLES NETDEVICES NET_CORE BRIDGE BRIDGE_VLAN_FILTERING VLAN_8021Q VETH DUMMY
NETFILTER NETFILTER_ADVANCED BRIDGE_NETFILTER NF_CONNTRACK NF_CT_NETLINK NF_NAT NETFILTER_NETLINK_QUEUE NETFILTER_NETLINK_LOG
NF_TABLES NF_TABLES_INET NF_TABLES_IPV4 NF_TABLES_IPV6 NFT_COMPAT NFT_CT NFT_FIB_INET NFT_FIB_IPV4 NFT_FIB_IPV6 NFT_HASH NFT_LIMIT
NFT_LOG NFT_MASQ NFT_NAT NFT_NUMGEN NFT_QUEUE NFT_REDIR NFT_REJECT
NETFILTER_XTABLES NETFILTER_XT_MARK NETFILTER_XT_SET NETFILTER_XT_MATCH_ADDRTYPE NETFILTER_XT_MATCH_COMMENT
NETFILTER_XT_MATCH_CONNTRACK NETFILTER_XT_MATCH_LIMIT NETFILTER_XT_MATCH_MULTIPORT NETFILTER_XT_MATCH_PHYSDEV
NETFILTER_XT_MATCH_RECENT NETFILTER_XT_MATCH_STATISTIC NETFILTER_XT_TARGET_MASQUERADE NETFILTER_XT_TARGET_NFLOG
NETFILTER_XT_TARGET_NFQUEUE NETFILTER_XT_TARGET_REDIRECT NETFILTER_XT_TARGET_TCPMSS
IP_NF_IPTABLES IP_NF_FILTER IP_NF_NAT IP_NF_MANGLE IP_NF_RAW IP_NF_TARGET_REJECT
IP6_NF_IPTABLES IP6_NF_FILTER IP6_NF_NAT IP6_NF_MANGLE IP6_NF_TARGET_REJECT
IP_SET IP_SET_HASH_IP IP_SET_HASH_IPPORT IP_SET_HASH_IPPORTNET IP_SET_HASH_NET IP_SET_HASH_NETIFACE IP_SET_HASH_NETPORT IP_SET_LIST_SET`

// newKernel builds a kernel that runs as a program of this machine (User-mode Linux), in folder, from Debian's sources, and
// returns the program's path. It needs no virtualisation by the CPU, and what runs on it runs at the CPU's own speed.
func newKernel(ctx context.Context, folder string) (string, error) {
	archives, err := filepath.Glob(sources)
	if err != nil || len(archives) == 0 {
		return "", errors.Join(err, fmt.Errorf("looking for the kernel's sources: no file %s; install the package linux-source", sources))
	}
	tree, wanted := filepath.Join(folder, "linux"), filepath.Join(folder, "options")
	if err := errors.Join(os.Mkdir(tree, 0o750), os.WriteFile(wanted, []byte(switchedOn(kernelOptions)), 0o600)); err != nil {
		return "", err
	}
	build := []string{"make", "-C", tree, "ARCH=um", "SUBARCH=x86_64", "-j" + strconv.Itoa(runtime.GOMAXPROCS(0))}
	unpack := []string{"tar", "-x", "-f", archives[len(archives)-1], "--strip-components=1", "-C", tree}
	// The kubelet does not start where /proc/cpuinfo does not tell a clock speed.
	tell := []string{"sed", "-i", `/"model name/s/UML\\n/&cpu MHz\\t\\t: 1000.000\\n/`, filepath.Join(tree, "arch/um/kernel/um_arch.c")}
	configure := append(slices.Clone(build), "KCONFIG_ALLCONFIG="+wanted, "allnoconfig")
	for _, argv := range [][]string{unpack, tell, configure, append(build, "linux")} {
		if err := command.Run(ctx, command.Command{Argv: argv}); err != nil {
			return "", fmt.Errorf("building the machine's kernel: %w", err)
		}
	}
	configured, err := os.ReadFile(filepath.Join(tree, ".config"))
	if err != nil {
		return "", err
	}
	if missing := lacking(string(configured), kernelOptions); len(missing) > 0 {
		return "", fmt.Errorf("building the machine's kernel: %s does not know, or not without others, the options %s; correct kernelOptions",
			filepath.Base(archives[len(archives)-1]), strings.Join(missing, ", "))
	}
	return filepath.Join(tree, "linux"), nil
}

// switchedOn is a kernel's configuration in which the options are built in.
func switchedOn(options string) string {
	return "CONFIG_" + strings.Join(strings.Fields(options), "=y\nCONFIG_") + "=y\n"
}

// lacking are the options that a kernel's configuration does not have. Kconfig leaves out without a word what it does not know,
// or what needs something that is not switched on.
func lacking(configuration, options string) (missing []string) {
	for option := range strings.FieldsSeq(options) {
		if !strings.Contains("\n"+configuration, "\nCONFIG_"+option+"=y\n") {
			missing = append(missing, option)
		}
	}
	return missing
}
