#!/bin/bash
# Runs as root in the virtual machine: brings the stack airgap up and down, without and with cluster.privileged. What the tools
# need of the host is there at the same paths, and what they write stays in the machine.
set -euo pipefail
export HOME=/root PATH="/usr/local/go/bin:$PATH" GOTOOLCHAIN=local GOFLAGS=-buildvcs=false GOPROXY=off
mkdir -p /host
mount -t hostfs -o ro none /host
while read -r path; do
    mkdir -p "/written$path" "/work$path" "$path"
    mount -t overlay -o "lowerdir=/host$path,upperdir=/written$path,workdir=/work$path" overlay "$path"
done </etc/shares
# The root file system of the node counts as current where the release is the one that it was made on.
cp /host/etc/os-release /etc/os-release
# Go asks the compiler of C for its version before it takes anything of its cache. No C is compiled, and this alone could not.
cp /host/usr/bin/gcc /usr/local/bin/gcc
cd "$(head -n 1 /etc/shares)"

rehearse() {
    # One CPU, on which system calls are slow.
    sed -i -e '/readyTimeoutSeconds:/d' -e "s/^    privileged:.*/    privileged: $1\n    readyTimeoutSeconds: 1500/" Pulumi.airgap.yaml
    make up STACK=airgap 2>&1 | cat || return 1 # the console is a terminal, on which progress is drawn
    curl --fail --silent --show-error --max-time 60 http://127.0.0.1:30080/ || return 1
    make up STACK=airgap 2>&1 | tee /tmp/again || return 1
    grep -q unchanged /tmp/again && ! grep -qE '^ +[-+~]+ ?[0-9]+ (created|updated|deleted|replaced)' /tmp/again || return 1
    make down STACK=airgap || return 1
    [ -z "$(docker ps --all --quiet)" ]
}

echo "rehearsal: Linux $(uname -r), $(stat -f -c %T /sys/fs/cgroup), Docker $(docker version --format '{{.Server.Version}}')," \
    "containerd $(containerd --version | cut -d' ' -f3), $(runc --version | head -n 1), cgroup driver $(docker info --format '{{.CgroupDriver}}')"
failed=0
for privileged in false true; do
    echo "rehearsal: privileged: $privileged"
    began=$(date +%s)
    if rehearse "$privileged"; then
        echo "rehearsal: privileged: $privileged passed after $(($(date +%s) - began)) s"
    else
        failed=1
        echo "rehearsal: privileged: $privileged FAILED after $(($(date +%s) - began)) s; the containers said last:"
        for container in $(docker ps --all --quiet); do docker logs --tail 40 "$container" 2>&1; done
        make down STACK=airgap || true
    fi
done
exit $failed
