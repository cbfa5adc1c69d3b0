#!/bin/bash
# Root file systems for the tests, made once and kept in /var/tmp/cash-test (CASH_TEST_CACHE).
#   rootfs.sh [tiny|debian|redis]   prints the path of the tar: CACHE/KIND.tar
#   tiny    BusyBox alone, 2 MB, made in a tenth of a second; users root, app (1000, also in group extra 2000), nobody
#   debian  Debian bookworm, minbase with bash, ps, ip, ping, capsh and python3; made in half a minute
#   redis   Debian bookworm, minbase with redis-server
set -euo pipefail
umask 022

cache=${CASH_TEST_CACHE:-/var/tmp/cash-test}
kind=${1:-debian}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

make_tiny() {
  local root=$1/root applet
  mkdir -p "${root}"/{bin,dev,etc,home/app,proc,root,run,sys,tmp,usr,var/tmp}
  chmod 1777 "${root}/tmp" "${root}/var/tmp"
  chmod 700 "${root}/root"
  chown 1000:1000 "${root}/home/app"
  ln -s bin "${root}/sbin"
  ln -s ../bin "${root}/usr/bin"
  ln -s ../bin "${root}/usr/sbin"
  cp /bin/busybox "${root}/bin/busybox"
  for applet in $(/bin/busybox --list); do
    [[ ${applet} == busybox ]] || ln -s busybox "${root}/bin/${applet}"
  done
  cat >"${root}/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/bin/sh
app:x:1000:1000:app:/home/app:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
PASSWD
  cat >"${root}/etc/group" <<'GROUP'
root:x:0:
app:x:1000:
extra:x:2000:app
nogroup:x:65534:
GROUP
  tar --numeric-owner --sort=name --mtime=@0 -C "${root}" -cf "$1/rootfs.tar" .
}

make_debian() { bootstrap "$1" procps,iproute2,iputils-ping,libcap2-bin,python3-minimal; }
make_redis() { bootstrap "$1" redis-server; }

# bootstrap DIRECTORY PACKAGES. A mount namespace of its own: nothing that mmdebstrap mounts reaches this machine.
bootstrap() {
  SOURCE_DATE_EPOCH=0 unshare --mount -- mmdebstrap --quiet --mode=root --variant=minbase \
    --include="$2" \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt=path-exclude='/usr/share/doc/*' \
    --dpkgopt=path-exclude='/usr/share/man/*' --dpkgopt=path-exclude='/usr/share/locale/*' \
    bookworm "$1/rootfs.tar" >&2
}

[[ ${kind} == tiny || ${kind} == debian || ${kind} == redis ]] || {
  printf 'rootfs.sh: tiny, debian or redis, not %s\n' "${kind}" >&2
  exit 2
}
tar=${cache}/${kind}.tar
mkdir -p "${cache}"
exec {lock}>"${cache}/${kind}.lock"
flock "${lock}"
stamp=$(sha256sum <"${here}/rootfs.sh") # a change of this file makes them anew
if [[ ! -f ${tar} || $(<"${tar}.stamp") != "${stamp}" ]]; then
  work=$(mktemp -d "${cache}/build.XXXXXX")
  trap 'rm -rf --one-file-system "${work}"' EXIT
  "make_${kind}" "${work}"
  mv "${work}/rootfs.tar" "${tar}"
  printf '%s\n' "${stamp}" >"${tar}.stamp"
fi
printf '%s\n' "${tar}"
