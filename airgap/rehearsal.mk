# What is done on demand only, and by hand.

##@ Closed machines

# The Debian whose kernel and Docker are rehearsed with: bookworm, trixie or sid.
SUITE ?= bookworm

# In a virtual machine of its own, so that it takes neither ports nor containers of this one. It needs qemu-system-x86, mmdebstrap
# and e2fsprogs, and installs what is missing of them.
.PHONY: rehearse-cgroup2
rehearse-cgroup2: ## Bring the stack airgap up in a virtual machine with cgroup v2, with cluster.privileged off and on (SUITE=bookworm, trixie or sid)
	@$(MAKE) --no-print-directory tools STACK=airgap
	@GOWORK=off go run -C airgap/build ./rehearse -repository $(CURDIR) -suite $(SUITE)
