#!/bin/sh
# Runs as root in the virtual machine: brings the stack airgap up and down, without and with cluster.privileged. What the tools
# need of the host is mounted at the same paths, and what they write there stays in the machine.
set -eu
export HOME=/root PATH="/usr/local/go/bin:$PATH" GOTOOLCHAIN=local GOFLAGS=-buildvcs=false GOPROXY=off
modprobe -a 9pnet_virtio 9p overlay
mkdir -p /report
mount -t 9p -o trans=virtio,version=9p2000.L report /report
number=0
while read -r path; do
    layers=/layers/$number
    mkdir -p "$layers/lower" "$layers/upper" "$layers/work" "$path"
    mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro "share$number" "$layers/lower"
    mount -t overlay -o "lowerdir=$layers/lower,upperdir=$layers/upper,workdir=$layers/work" overlay "$path"
    number=$((number + 1))
done </report/shares
# The root file system of the node counts as current where the release is the one that it was made on.
cp /report/os-release /etc/os-release
cd "$(head -n 1 /report/shares)"

rehearse() {
    # An emulated CPU is twenty times slower.
    sed -i -e '/readyTimeoutSeconds:/d' -e "s/^    privileged:.*/    privileged: $1\n    readyTimeoutSeconds: 1500/" Pulumi.airgap.yaml
    make up STACK=airgap || return 1
    curl --fail --silent --show-error --max-time 60 http://127.0.0.1:30080/ || return 1
    make up STACK=airgap >/tmp/again || { cat /tmp/again; return 1; }
    cat /tmp/again
    grep -q unchanged /tmp/again && ! grep -qE '^ +[-+~]+ ?[0-9]+ (created|updated|deleted|replaced)' /tmp/again || return 1
    make down STACK=airgap || return 1
    [ -z "$(docker ps --all --quiet)" ]
}

echo "rehearsal: Linux $(uname -r), $(stat -f -c %T /sys/fs/cgroup), Docker $(docker version --format '{{.Server.Version}}')," \
    "containerd $(containerd --version | cut -d' ' -f3), $(runc --version | head -n 1)"
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
