#!/bin/bash
# A throw-away "air-gapped host" for tests: Debian kernel + Debian userland in QEMU, cgroup v2, no network card.
#   host.sh build [--suite bookworm|trixie|bullseye] [--force]
#   host.sh run [--suite S] [--init tiny|systemd] [--cgroup 2|1] [--mem MB] [--cpus N] [--timeout S]
#               [--copy PATH]... [--out DIR] [--reboot] [--selinux] [--] SCRIPT|COMMAND [ARG...]
# run: SCRIPT (a file here) or COMMAND is executed in the VM by root, in /job, where each --copy PATH lies too;
# stdout, stderr and the exit code are those of the command; /out in the VM is copied to --out DIR.
# Each run starts from the pristine image.  --reboot: it may reboot, and is called again then.  --selinux: its kernel has
# SELinux in place of AppArmor, permissive at first (bookworm).  124: timed out; 125: the VM ended without a result (see console.log).
# Environment: VMHOST_DIR (cache, default /var/tmp/cash-test/vm), VMHOST_MIRROR, VMHOST_ACCEL (default tcg,thread=multi).
set -euo pipefail

dir=${VMHOST_DIR:-/var/tmp/cash-test/vm} mirror=${VMHOST_MIRROR:-}
suite=bookworm init=tiny cgroup=2 mem=1024 cpus=2 limit=300 out='' force='' ending=-no-reboot security='' copy=()
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packages=apparmor,dbus,bash,btrfs-progs,busybox-static,ca-certificates,cgroup-tools,curl,e2fsprogs,iproute2,iputils-ping,jq,kmod
packages+=,libpam-systemd,passwd,libcap2-bin,slirp4netns,uidmap,hostname,mount,nftables,openssl,procps,strace,systemd-sysv,udev,util-linux,xz-utils,zstd

die() {
  printf 'host.sh: %s\n' "$*" >&2
  exit 125
}
usage() {
  sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 125
}

build() {
  local base=$dir/$suite root kernel kver busybox modules module file n=0
  stamp=$(cat "$here/host.sh" "$here/guest.sh" | sha256sum) # a change of either rebuilds
  [[ -z $force && -f $base/stamp && $(<"$base/stamp") == "$stamp" ]] && return 0
  mkdir -p "$dir"
  exec 9>"$dir/$suite.lock" && flock 9
  [[ -z $force && -f $base/stamp && $(<"$base/stamp") == "$stamp" ]] && return 0
  tmp=$(mktemp -d "$dir/build.XXXXXX") && root=$tmp/root
  trap 'rm -rf --one-file-system "$tmp"' EXIT
  [[ $suite != bookworm ]] || packages+=,policycoreutils,selinux-policy-default,selinux-utils
  # The kernel package is unpacked only: its hooks (initramfs-tools, grub) are not wanted.  A mount namespace of its
  # own: nothing mmdebstrap mounts reaches this machine.
  # shellcheck disable=SC2016
  unshare -m -- mmdebstrap --quiet --mode=root --variant=minbase --include="$packages" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' --dpkgopt=path-exclude='/usr/share/doc/*' \
    --dpkgopt=path-exclude='/usr/share/man/*' --dpkgopt=path-exclude='/usr/share/locale/*' \
    --customize-hook='chroot "$1" sh -ec "cd /var/tmp
      apt-get -qq download \$(apt-cache depends linux-image-cloud-amd64 | sed -n \"s/.*Depends: \\(linux-image\\)/\\1/p\")
      for i in linux-image-*.deb; do dpkg-deb --fsys-tarfile \$i | tar -x --keep-directory-symlink -C /; rm \$i; done"' \
    "$suite" "$root" ${mirror:+"$mirror"} >&2
  kernel=$(ls "$root"/boot/vmlinuz-*) kver=${kernel##*/vmlinuz-}
  chroot "$root" depmod "$kver"
  rm -rf "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/*
  install -Dm755 "$here/guest.sh" "$root/vm/guest.sh"
  mkdir -p "$root/job" "$root/out"
  printf '%s\n' vmhost >"$root/etc/hostname"
  printf '127.0.0.1 localhost vmhost\n' >"$root/etc/hosts"
  printf '%s\n' '[Unit]' After=multi-user.target '[Service]' ExecStart='/vm/guest.sh job' >"$root/etc/systemd/system/vm-job.service"
  ln -s /dev/null "$root/etc/systemd/system/serial-getty@ttyS0.service"
  mkdir -p "$root/etc/systemd/system/graphical.target.wants"
  ln -s ../vm-job.service "$root/etc/systemd/system/graphical.target.wants/"
  if [[ $suite == bookworm ]]; then # the attributes are kept in the image; a kernel without SELinux does not look at them
    printf '%s\n' SELINUX=permissive SELINUXTYPE=default >"$root/etc/selinux/config"
    # shellcheck disable=SC2016
    unshare -m -- sh -ec 'mount -t proc proc "$1/proc" && exec chroot "$1" setfiles -F /etc/selinux/default/contexts/files/file_contexts /' sh "$root"
  fi
  # initramfs: busybox, guest.sh's first stage and the drivers of the disk, in loading order
  mkdir -p "$tmp"/initrd/{dev,proc,root,modules}
  busybox=$(find "$root/bin/busybox" "$root/usr/bin/busybox" -type f 2>/dev/null | head -n1)
  cp "$busybox" "$tmp/initrd/busybox"
  modules=$(for module in virtio_pci virtio_blk ext4; do chroot "$root" modprobe -D -S "$kver" "$module"; done |
    awk '$1 == "insmod" && !seen[$2]++ { print $2 }')
  for file in $modules; do
    printf -v module '%s/initrd/modules/%02d-%s' "$tmp" $((n += 1)) "${file##*/}"
    cp "$root/$file" "$module"
    [[ $module != *.xz ]] || xz -d "$module"
  done
  # shellcheck disable=SC2016
  printf '%s\n' '#!/busybox sh' '/busybox mount -t devtmpfs dev /dev' 'for m in /modules/*; do /busybox insmod "$m"; done' \
    '/busybox mount -t ext4 /dev/vda /root' \
    'if [ "$vminit" = systemd ]; then exec /busybox switch_root /root /sbin/init; fi' \
    'exec /busybox switch_root /root /vm/guest.sh init' >"$tmp/initrd/init"
  chmod 755 "$tmp/initrd/init"
  mkdir "$tmp/new"
  (cd "$tmp/initrd" && find . | cpio --quiet -o -H newc -R 0:0) >"$tmp/new/initrd"
  cp "$kernel" "$tmp/new/vmlinuz"
  truncate -s 8G "$tmp/new/root.img" # sparse: free space for the tests
  mke2fs -q -t ext4 -O ^has_journal -E lazy_itable_init=1 -m 0 -d "$root" "$tmp/new/root.img"
  printf '%s\n' "$stamp" >"$tmp/new/stamp"
  rm -rf "$base" && mv "$tmp/new" "$base"
}

run() {
  local base=$dir/$suite accel=${VMHOST_ACCEL:-tcg,thread=multi} rc=0 i args=() extra=()
  (($#)) || usage
  "${BASH_SOURCE[0]}" build --suite "$suite" || die "cannot build the image of $suite"
  tmp=$(mktemp -d "${TMPDIR:-/tmp}/vmhost.XXXXXX")
  trap 'rm -rf "$tmp"' EXIT
  if [[ -f $1 ]]; then
    i=$(readlink -e "$1") && shift && copy+=("$i")
    if [[ -x $i ]]; then set -- "./${i##*/}" "$@"; else set -- bash "./${i##*/}" "$@"; fi
  elif (($# == 1)); then
    set -- bash -c "$1"
  fi
  printf '%q ' "$@" >"$tmp/.job"
  args=(-C "$tmp" .job)
  for i in ${copy[@]+"${copy[@]}"}; do
    i=$(readlink -e "$i") || die "no such file: $i"
    args+=(-C "${i%/*}/" "${i##*/}")
  done
  tar -cf "$tmp/in.tar" --owner=0 --group=0 "${args[@]}"
  [[ -z $out ]] || { truncate -s 4G "$tmp/out.tar" && extra=(-drive "file=$tmp/out.tar,format=raw,if=virtio"); }
  exec 3>&1 4>&2
  TMPDIR=$tmp setpriv --pdeathsig TERM timeout --foreground -k 5 "$limit" \
    qemu-system-x86_64 -machine q35 -accel "$accel" -cpu max -smp "$cpus" -m "$mem" -nodefaults -no-user-config -display none ${ending:+"$ending"} -nic none -kernel "$base/vmlinuz" -initrd "$base/initrd" \
    -append "console=ttyS0 quiet panic=-1 mitigations=off vmcgroup=$cgroup vminit=$init$security" \
    -serial "file:$tmp/console.log" \
    -drive "file=$base/root.img,format=raw,if=virtio,snapshot=on" \
    -drive "file=$tmp/in.tar,format=raw,if=virtio,readonly=on" \
    ${extra[@]+"${extra[@]}"} -device virtio-serial -add-fd fd=3,set=1 -add-fd fd=4,set=2 \
    -chardev file,id=p1,path=/dev/fdset/1,append=on -device virtserialport,chardev=p1,nr=1 \
    -chardev file,id=p2,path=/dev/fdset/2,append=on -device virtserialport,chardev=p2,nr=2 \
    -chardev "file,id=p3,path=$tmp/rc" -device virtserialport,chardev=p3,nr=3 </dev/null || rc=$?
  cp "$tmp/console.log" "$dir/console.log" || true
  ((rc != 124 && rc != 137)) || {
    printf 'host.sh: not finished in %s s\n' "$limit" >&2
    exit 124
  }
  [[ -s $tmp/rc ]] || die "the VM ended (QEMU: $rc) without a result; its console: $dir/console.log"
  [[ -z $out ]] || { mkdir -p "$out" && tar -xf "$tmp/out.tar" -C "$out"; }
  rc=$(<"$tmp/rc")
  exit "$rc"
}

(($#)) || usage
verb=$1 && shift
while (($#)); do
  case $1 in
    --suite | --init | --cgroup | --mem | --cpus | --timeout | --copy | --out) (($# > 1)) || die "$1 needs a value" ;;&
    --suite) suite=$2 ;;
    --init) init=$2 ;;
    --cgroup) cgroup=$2 ;;
    --mem) mem=$2 ;;
    --cpus) cpus=$2 ;;
    --timeout) limit=$2 ;;
    --copy) copy+=("$2") ;;
    --out) out=$2 ;;
    --force) force=1 && shift && continue ;;
    --reboot) ending='' && shift && continue ;;
    --selinux) security=' security=selinux selinux=1 enforcing=0' && shift && continue ;;
    --) shift && break ;;
    -*) die "unknown option $1" ;;
    *) break ;;
  esac
  shift 2
done
case $verb in
  build | run) "$verb" "$@" ;;
  *) usage ;;
esac
