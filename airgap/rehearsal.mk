# What is done on demand only, and by hand.

##@ Closed machines

# The Debian whose Docker is rehearsed with: bookworm, trixie or sid.
SUITE ?= bookworm

# In a virtual machine whose kernel is a program of this one (User-mode Linux), so that it takes neither ports nor containers of it,
# and needs no virtualisation by the CPU. It installs what it is built with where that is missing.
.PHONY: rehearse-cgroup2
rehearse-cgroup2: ## Bring the stack airgap up in a virtual machine with cgroup v2, with cluster.privileged off and on (SUITE=bookworm, trixie or sid)
	@GOWORK=off go run -C airgap/build ./rehearse -repository $(CURDIR) -suite $(SUITE)
