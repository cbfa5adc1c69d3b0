#!/bin/bash
# Installs the Debian packages the tests need and this machine lacks; prints their names first. Needs root only then.
set -euo pipefail

needed=(
  bash coreutils util-linux iproute2 procps               # what a generated script needs anywhere
  btrfs-progs nftables debootstrap curl tar zstd xz-utils # what it needs where the definition does
  cgroup-tools iputils-ping libcap2-bin                   # to look at a container from outside
  uidmap hostname passt slirp4netns                       # what an ordinary user's script needs
  python3-seccomp                                         # what libseccomp makes of a profile
  shellcheck shfmt strace jq tmux python3 hyperfine       # to judge, trace, drive and measure
  zsh fish openssh-client                                 # for what cash completion prints, and cash sign
  mmdebstrap busybox-static cpio qemu-system-x86          # root file systems and the virtual machine
)

installed=" $(dpkg-query --show --showformat '${Package}:${db:Status-Status} ' "${needed[@]}" 2>/dev/null || true) " # names unknown to dpkg are an error, and missing
missing=()
for package in "${needed[@]}"; do
  [[ ${installed} == *" ${package}:installed "* ]] || missing+=("${package}")
done
((${#missing[@]})) || exit 0

printf 'packages.sh: installing %s\n' "${missing[*]}" >&2
if ((EUID)); then
  printf 'packages.sh: only root can install them\n' >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null
