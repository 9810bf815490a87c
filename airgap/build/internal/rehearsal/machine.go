package rehearsal

import (
	"fmt"
	"strings"
)

// machine is a virtual machine without a network card: like the machines that it stands for, it downloads nothing.
type machine struct {
	// Accelerator is kvm, or tcg where the CPU is emulated.
	Accelerator string
	// Kernel, Initrd and Disk are files of the host.
	Kernel, Initrd, Disk string
	// Report is a folder of the host that the guest may write to.
	Report string
	// Shares are folders of the host that the guest reads at the same paths.
	Shares []string
}

// accelerator returns kvm where the kernel offers it and the CPU has what stock kernels need for it. There are kernels with a
// /dev/kvm on CPUs without: on those only guests made for it get further than the first lines.
func accelerator(kvm bool, cpuinfo string) string {
	for line := range strings.Lines(cpuinfo) {
		name, flags, _ := strings.Cut(line, ":")
		if strings.TrimSpace(name) != "flags" {
			continue
		}
		for flag := range strings.FieldsSeq(flags) {
			if kvm && (flag == "vmx" || flag == "svm") {
				return "kvm"
			}
		}
	}
	return "tcg"
}

// arguments is the command line of QEMU. It writes what the guest says to standard output, and ends with the guest.
func (m machine) arguments() []string {
	processor, accelerator := "host", m.Accelerator
	if accelerator == "tcg" {
		// The cache of translated code holds etcd, the API server and the kubelet at once.
		processor, accelerator = "max", "tcg,thread=multi,tb-size=1024"
	}
	argv := []string{
		"qemu-system-x86_64", "-machine", "q35", "-accel", accelerator, "-cpu", processor, "-smp", "2", "-m", "5G",
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-nic", "none", "-serial", "stdio",
		"-kernel", m.Kernel, "-initrd", m.Initrd,
		"-append", "root=/dev/vda rw console=ttyS0 no_timer_check quiet panic=-1 systemd.mask=serial-getty@ttyS0.service",
		"-drive", "if=virtio,format=raw,cache=unsafe,file=" + m.Disk,
		"-virtfs", "local,mount_tag=report,security_model=none,multidevs=remap,path=" + m.Report,
	}
	for number, path := range m.Shares {
		share := fmt.Sprintf("local,mount_tag=share%d,security_model=none,multidevs=remap,readonly=on,path=%s", number, path)
		argv = append(argv, "-virtfs", share)
	}
	return argv
}
