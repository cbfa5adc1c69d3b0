#!/bin/bash
# cash: container. Rendered by cash 0.1.0 from a Compose file.
#   digest   sha256 03520a879eea855af6ee54c97e7670e62c7b192c40cd26d6758200d67ed42465 (of the definition, which stands at the end)
#   needs    root; bash 4.4, util-linux 2.34, coreutils, findutils, tar, perl-base, btrfs-progs, iproute2, nftables, debootstrap
#   touches  <root> (images, containers, volumes) · <root>.btrfs · /run/cash/cash
#   touches  cgroups cash/cash/…
#   touches  bridge cash-cash · nft tables ip and bridge cash-cash · net.ipv4.ip_forward
#   touches  /etc/cash/cash.sh · /etc/systemd/system/cash-cash.service or /etc/init.d/cash-cash (by install)
#   loosens  nothing
#   read     lines 73-444: all that is of this definition; it stands as data at the end, too
#   constant lines 445-7330: of cash 0.1.0, each function the same bytes in every script that has it
#            sha256 5ee0aa3f74d18716fe533bf408a743c0c83f78e39d504244560fdd4216f0e3ca: sed -n 445,7330p cash.sh | sha256sum
#   review   cash.sh plan COMMAND…        undo   cash.sh down --volumes --images
# shellcheck disable=SC2016 # a value of the definition may hold a $, and then means it
# shellcheck disable=SC2250 # "$name" is as safe as "${name}", and reads better
# shellcheck disable=SC2310,SC2311 # where a function stands left of || each command in it says itself what becomes of its failure
# shellcheck disable=SC2312 # nothing that changes the host stands in a substitution
# shellcheck disable=SC2034,SC2154 # sections set variables that the constant parts read, and the other way round
# shellcheck disable=SC2317,SC2329 # functions are called by name: by traps, and as SERVICE_first

# Sourced, this file defines the functions below and does nothing: each runs it as a program of its own.
if [[ ${#BASH_SOURCE[@]} -gt 0 && ${BASH_SOURCE[0]} != "$0" ]]; then
  cash_script=${BASH_SOURCE[0]}
  [[ $cash_script == /* ]] || cash_script=$PWD/$cash_script
  cash_check() { "$BASH" -- "$cash_script" check "$@"; }
  cash_plan() { "$BASH" -- "$cash_script" plan "$@"; }
  cash_apply() { "$BASH" -- "$cash_script" apply "$@"; }
  cash_pull() { "$BASH" -- "$cash_script" pull "$@"; }
  cash_run() { "$BASH" -- "$cash_script" run "$@"; }
  cash_up() { "$BASH" -- "$cash_script" up "$@"; }
  cash_start() { "$BASH" -- "$cash_script" start "$@"; }
  cash_stop() { "$BASH" -- "$cash_script" stop "$@"; }
  cash_restart() { "$BASH" -- "$cash_script" restart "$@"; }
  cash_kill() { "$BASH" -- "$cash_script" kill "$@"; }
  cash_pause() { "$BASH" -- "$cash_script" pause "$@"; }
  cash_unpause() { "$BASH" -- "$cash_script" unpause "$@"; }
  cash_wait() { "$BASH" -- "$cash_script" wait "$@"; }
  cash_attach() { "$BASH" -- "$cash_script" attach "$@"; }
  cash_exec() { "$BASH" -- "$cash_script" exec "$@"; }
  cash_port() { "$BASH" -- "$cash_script" port "$@"; }
  cash_ps() { "$BASH" -- "$cash_script" ps "$@"; }
  cash_top() { "$BASH" -- "$cash_script" top "$@"; }
  cash_stats() { "$BASH" -- "$cash_script" stats "$@"; }
  cash_inspect() { "$BASH" -- "$cash_script" inspect "$@"; }
  cash_update() { "$BASH" -- "$cash_script" update "$@"; }
  cash_logs() { "$BASH" -- "$cash_script" logs "$@"; }
  cash_events() { "$BASH" -- "$cash_script" events "$@"; }
  cash_commit() { "$BASH" -- "$cash_script" commit "$@"; }
  cash_images() { "$BASH" -- "$cash_script" images "$@"; }
  cash_history() { "$BASH" -- "$cash_script" history "$@"; }
  cash_tag() { "$BASH" -- "$cash_script" tag "$@"; }
  cash_rmi() { "$BASH" -- "$cash_script" rmi "$@"; }
  cash_image() { "$BASH" -- "$cash_script" image "$@"; }
  cash_cp() { "$BASH" -- "$cash_script" cp "$@"; }
  cash_diff() { "$BASH" -- "$cash_script" diff "$@"; }
  cash_export() { "$BASH" -- "$cash_script" export "$@"; }
  cash_rm() { "$BASH" -- "$cash_script" rm "$@"; }
  cash_prune() { "$BASH" -- "$cash_script" prune "$@"; }
  cash_down() { "$BASH" -- "$cash_script" down "$@"; }
  cash_install() { "$BASH" -- "$cash_script" install "$@"; }
  cash_uninstall() { "$BASH" -- "$cash_script" uninstall "$@"; }
  cash_completion() { "$BASH" -- "$cash_script" completion "$@"; }
  cash_help() { "$BASH" -- "$cash_script" help "$@"; }
  cash_version() { "$BASH" -- "$cash_script" version "$@"; }
  return 0
fi

set -Eeuo pipefail
shopt -s inherit_errexit
umask 022 # what others may not see lies in directories of mode 700
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
IFS=$' \t\n'

# ── parameters: given with --set NAME=VALUE ──
# root: path: where images and containers live
root=/var/work
# name: name: of the image and of its container
# suite: name: of Debian
suite=stable
# octet: integer 2 254: the last of the address
octet=2
# shares: integer 2 262144: of the processors
shares=1024
# memory: bytes 4194304 9007199254740991: that the container may have
memory=1073741824
parameters_check() {
  parameter root path
  parameter name name
  parameter suite name
  parameter octet integer 2 254
  parameter shares integer 2 262144
  parameter memory bytes 4194304 9007199254740991
}

# ── pool: btrfs at $root ──
ROOT=''
# pool_root: it is named by a parameter.
pool_root() {
  [[ -v root ]] || fail 2 "the pool is named by the parameter root: $0 --set root=VALUE COMMAND…"
  ROOT="$root"
}
POOL_LEAST=1024 # MiB that check wants to be free
UNPRIVILEGED=root_needed READONLY=(-r)
pool_exists() { there "$root"/images && there "$root"/containers && there "$root"/volumes; }
pool_create() {
  pool_exists || pool_begin
  pool_grow "$root.btrfs" "$root.btrfs.part" 4294967296
}
pool_begin() {
  until run 'where everything lives' mkdir -p "$root" && lock "$root" 'it makes the pool'; do :; done
  if ! pool_exists; then
    pool_filesystem "$root"
    [[ $FILESYSTEM == btrfs ]] || pool_mount
    run 'its folders, for root alone' mkdir -p -m 700 "$root"/images "$root"/containers "$root"/volumes "$root"/cache
    made "$root"/images "$root"/containers "$root"/volumes
  fi
  unlock
}
pool_mount() {
  [[ -f "$root.btrfs" ]] || {
    run 'no half made one' rm -f "$root.btrfs.part"
    run 'a sparse file' truncate --size=4294967296 "$root.btrfs.part"
    run 'for root alone' chmod 600 "$root.btrfs.part"
    run 'a file system in it' mkfs.btrfs --quiet "$root.btrfs.part"
    run 'whole: it gets its name' mv -T "$root.btrfs.part" "$root.btrfs"
  }
  run 'the pool' mount -o loop,noatime "$root.btrfs" "$root"
}
pool_begun() { [[ -d "$root"/images || -f "$root.btrfs.part" ]] || pool_mounted "$root" || pool_bare; }
pool_remove() {
  pool_begun && pool_empty || return 0
  pool_clear
  pool_sole || return 0
  if [[ -f "$root.btrfs" || -f "$root.btrfs.part" ]]; then
    ! pool_mounted "$root" || run 'the pool' umount "$root"
    run 'the pool' rm -f "$root.btrfs" "$root.btrfs.part"
  elif pool_mounted "$root"; then
    return 0 # a btrfs of the host's own
  fi
  [[ -L "$root" ]] || run 'where everything lived' rmdir "$root"
}
# pool_resume: it is there, and not mounted: the host has been started anew.
pool_resume() {
  [[ -f "$root.btrfs" ]] && ! pool_exists || return 0
  [[ $MODE == apply ]] || pool_mounted "$root" || fail 1 'the pool is not mounted, and what is in it no plan can know; first: mount -o loop,noatime '"$root.btrfs"' '"$root"
  pool_create
}

# ── image__name__latest: <name>:latest ──
image__name__latest_exists() { there "$root/images/$name/latest"; }
image__name__latest_create() {
  [[ $1 == always ]] || ! image__name__latest_exists || return 0
  [[ $1 != never ]] || fail 125 '<name>:latest'' is not there; pull it first'
  image_begin "$name" latest "$1" || return 0
  run 'packages, kept for the next try' mkdir -p "$root/cache/debootstrap"
  run_progress 'Debian <suite>, by debootstrap' unshare --mount --pid --fork --kill-child --mount-proc \
    debootstrap --force-check-gpg --variant=minbase "--cache-dir=$root/cache/debootstrap" "$suite" "$PART"
  run 'packages that are installed' find "$PART/var/cache/apt/archives" -name '*.deb' -delete
  image_end "$name" latest "source debootstrap:$suite"
}
image__name__latest_remove() { image_drop "$name" latest; }

# ── network default: bridge cash-cash, 10.0.0.0/24 ──
network_default_exists() { there /sys/class/net/cash-cash && there /run/cash/cash/networks/default; }
network_default_rules() {
  BRIDGE=cash-cash
  RULES=(
    'create table ip cash-cash'
    'create table bridge cash-cash'
    'table ip cash-cash {'
    '  chain input {'
    '    type filter hook input priority 0;'
    '    iifname != "cash-cash" accept'
    '    ct state established,related accept'
    '    ip daddr 127.0.0.0/8 drop'
    '    reject with icmp type admin-prohibited'
    '  }'
    '  chain forward {'
    '    type filter hook forward priority 0;'
    '    iifname "cash-cash" ip daddr { 169.254.0.0/16, 100.100.100.200, 168.63.129.16, 192.0.0.192 } meta l4proto { tcp, udp } th dport 53 accept'
    '    iifname "cash-cash" ip daddr { 169.254.0.0/16, 100.100.100.200, 168.63.129.16, 192.0.0.192 } drop'
    '    oifname "cash-cash" iifname != "cash-cash" ct state established,related accept'
    '    oifname "cash-cash" iifname != "cash-cash" ct status dnat accept'
    '    oifname "cash-cash" iifname != "cash-cash" drop'
    '  }'
    '  chain postrouting {'
    '    type nat hook postrouting priority 100;'
    '    ip saddr 10.0.0.0/24 oifname != "cash-cash" masquerade'
    '  }'
    '}'
    'table bridge cash-cash {'
    '  set members { type ifname . ether_addr . ipv4_addr; }'
    '  chain prerouting {'
    '    type filter hook prerouting priority -300;'
    '    iifname != "ve441df3*" accept'
    '    iifname . ether saddr . ip saddr @members accept'
    '    iifname . ether saddr . arp saddr ip @members iifname . arp saddr ether . arp saddr ip @members accept'
    '    drop'
    '  }'
    '}'
  )
}
network_default_create() {
  ! network_default_exists || {
    there /run/cash/cash/networks/default/.10.0.0.1-24 || fail 125 cash-cash' is not as it is defined here: down it, with all that is on it'
    return 0
  }
  network_lock
  network_default_exists || {
    network_begin /run/cash/cash/networks/.cash-cash 10.0.0.0/24
    network_default_rules
    feed 'its bridge' ip -batch - -- 'link add cash-cash type bridge' 'address add 10.0.0.1/24 dev cash-cash' 'link set cash-cash up'
    network_ipv4 cash-cash
    feed 'its rules, of which the host has none by that name, and for which the kernel has to have CONFIG_NF_TABLES_BRIDGE' nft -f - -- "${RULES[@]}"
    forwarding_on
    run 'its leases: it is whole' mkdir -p /run/cash/cash/networks/default/.10.0.0.1-24
    made /sys/class/net/cash-cash /run/cash/cash/networks/default /run/cash/cash/networks/default/.10.0.0.1-24
    HALF=''
  }
  unlock
}
network_default_remove() {
  [[ -d /run/cash/cash/networks/.cash-cash || -d /run/cash/cash/networks/default || -f /run/cash/.ip_forward ]] || return 0
  network_lock
  [[ ! -d /run/cash/cash/networks/default ]] || run 'its leases' rm -r /run/cash/cash/networks/default
  gone /run/cash/cash/networks/default
  ! there /run/cash/cash/networks/.cash-cash || {
    feed 'its rules' nft -f - -- 'table ip cash-cash' 'delete table ip cash-cash' 'table bridge cash-cash' 'delete table bridge cash-cash' 'table ip cash-cash/ports' 'delete table ip cash-cash/ports'
    network_discard /run/cash/cash/networks/.cash-cash
  }
  forwarding_off
  unlock
}

# ── seccomp, by default: the same bytes in every script that has it ──
# What is not listed fails with EPERM; what is newer than removexattrat, and all of 32-bit programs (i386, x32, ARM), with ENOSYS.
#   allowed: accept accept4 access adjtimex alarm arch_prctl bind brk cachestat capget capset chdir chmod chown chroot clock_adjtime
#     clock_getres clock_gettime clock_nanosleep close close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1
#     epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat
#     faccessat2 fadvise64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr
#     flock fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_requeue futex_wait futex_waitv futex_wake futimesat
#     get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups getitimer getpeername getpgid
#     getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday
#     getuid getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents
#     io_pgetevents io_setup io_submit ioprio_get ioprio_set kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown
#     lgetxattr link linkat listen listmount listxattr listxattrat llistxattr lremovexattr lseek lsetxattr lstat madvise map_shadow_stack
#     membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap modify_ldt mprotect mq_getsetattr
#     mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap
#     name_to_handle_at nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free
#     pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64 process_mrelease process_vm_readv process_vm_writev pselect6 ptrace
#     pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg remap_file_pages removexattr
#     removexattrat rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
#     rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity
#     sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
#     sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg sendmsg sendto set_robust_list
#     set_thread_area set_tid_address setfsgid setfsuid setgid setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid
#     setrlimit setsid setsockopt setuid setxattr setxattrat shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4 socketpair
#     splice stat statfs statmount statx symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete
#     timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill truncate umask uname unlink
#     unlinkat uretprobe utime utimensat utimes vfork vmsplice wait4 waitid write writev
#   allowed with argument 0 & 0x7e020000 = 0, else fails with EPERM: clone
#   fails with ENOSYS: clone3
#   fails with ENOTTY with argument 1 & 0xffffffff = 0x50009401 0x5000940e 0x50009417 0x50009418, else allowed: ioctl
#   allowed with argument 0 = 0 8 0x20000 0x20008 0xffffffff, else fails with EPERM: personality
#   allowed with argument 0 = 0-11 13-18 21-22 24 26-33 35-36 39 41-45, else fails with EPERM: socket
seccomp_6cf58166() {
  case $HOSTTYPE in
  x86_64*) # 227 instructions, sha256 3bb9aecc0f0e295767d93379354d9694939f67cb0659f4c8a786405fb2e2f3e9
    SECCOMP=IAAAAAQAAAAVAAEAPgAAwAYAAAAmAAUAIAAAAAAAAAA1AJsAEQEAADUAeQCbAAAANQBRAGgAAAA1AEMAKgAAADUAGwARAAAANQABABAAAAAGAAAAAAD/fyAAAAAYAAAAVAAAAP////8VAAEAAZQAUAUAAAACAAAABQAAAAAAAAAGAAAAGQAFACAAAAAYAAAAVAAAAP////8VAAEADpQAUAUAAAACAAAABQAAAAAAAAAGAAAAGQAFACAAAAAYAAAAVAAAAP////8VAAEAF5QAUAUAAAACAAAABQAAAAAAAAAGAAAAGQAFACAAAAAYAAAAVAAAAP////8VAAEAGJQAUAUAAAACAAAABQAAAAAAAAAGAAAAGQAFAAYAAAAAAP9/NQABACkAAAAGAAAAAAD/fyAAAAAUAAAANQAgAAEAAAAgAAAAEAAAADUADwAaAAAANQAHABUAAAA1AAMADQAAADUAAQAMAAAABQAAABsAAAAFAAAAGwAAADUAAQATAAAABQAAABgAAAAFAAAAGAAAADUAAwAYAAAANQABABcAAAAFAAAAFAAAAAUAAAAUAAAANQABABkAAAAFAAAAEQAAAAUAAAARAAAANQAHACcAAAA1AAMAIwAAADUAAQAiAAAABQAAAAwAAAAFAAAADAAAADUAAQAlAAAABQAAAAkAAAAFAAAACQAAADUAAwApAAAANQABACgAAAAFAAAABQAAAAUAAAAFAAAANQABAC4AAAAFAAAAAgAAAAUAAAACAAAABQAAAAEAAAAGAAAAAAD/fwYAAAABAAUANQAJADkAAAA1AAEAOAAAAAYAAAAAAP9/IAAAABAAAABUAAAAAAACfhUAAQAAAAAABQAAAAIAAAAFAAAAAAAAAAYAAAAAAP9/BgAAAAEABQA1AAEAZwAAAAYAAAAAAP9/BgAAAAEABQA1AB0AiQAAADUAAwCHAAAANQABAIYAAAAGAAAAAAD/fwYAAAABAAUANQAXAIgAAAAgAAAAFAAAADUAEgABAAAAIAAAABAAAAA1AAcAAAACADUAAwAIAAAANQABAAEAAAAFAAAADgAAAAUAAAAOAAAANQABAAkAAAAFAAAACwAAAAUAAAALAAAANQADAAgAAgA1AAEAAQACAAUAAAAHAAAABQAAAAcAAAA1AAEACQACAAUAAAAEAAAANQABAP////8FAAAAAwAAAAUAAAABAAAABQAAAAEAAAAGAAAAAAD/fwYAAAABAAUABgAAAAEABQA1AAMAjAAAADUAAQCLAAAABgAAAAAA/38GAAAAAQAFADUAAQCZAAAABgAAAAAA/381AAEAmgAAAAYAAAABAAUABgAAAAAA/381AA8A7AAAADUABwDUAAAANQADAKMAAAA1AAEAnQAAAAYAAAABAAUABgAAAAAA/381AAEAugAAAAYAAAABAAUABgAAAAAA/381AAMA4wAAADUAAQDVAAAABgAAAAEABQAGAAAAAAD/fzUAAQDkAAAABgAAAAEABQAGAAAAAAD/fzUABwD4AAAANQADAPYAAAA1AAEA8AAAAAYAAAABAAUABgAAAAAA/381AAEA9wAAAAYAAAABAAUABgAAAAAA/381AAMAAAEAADUAAQD7AAAABgAAAAEABQAGAAAAAAD/fzUAAQABAQAABgAAAAEABQA1AAEAEAEAAAYAAAAAAP9/BgAAAAEABQA1ACEAUAEAADUADwAxAQAANQAHACsBAAA1AAMAGAEAADUAAQAXAQAABgAAAAAA/38GAAAAAQAFADUAAQAqAQAABgAAAAAA/38GAAAAAQAFADUAAwAtAQAANQABACwBAAAGAAAAAAD/fwYAAAABAAUANQABADABAAAGAAAAAAD/fwYAAAABAAUANQAHADoBAAA1AAMANQEAADUAAQA0AQAABgAAAAAA/38GAAAAAQAFADUAAQA4AQAABgAAAAAA/38GAAAAAQAFADUAAwBCAQAANQABAEABAAAGAAAAAAD/fwYAAAABAAUANQABAEMBAAAGAAAAAAD/fzUAAQBEAQAABgAAAAEABQAGAAAAAAD/fzUADwC4AQAANQAHALMBAAA1AAMAqQEAADUAAQCoAQAABgAAAAEABQAGAAAAAAD/fzUAAQCyAQAABgAAAAEABQAGAAAAAAD/fzUAAwC2AQAANQABALQBAAAGAAAAJgAFAAYAAAAAAP9/NQABALcBAAAGAAAAAQAFAAYAAAAAAP9/NQAHAMIBAAA1AAMAugEAADUAAQC5AQAABgAAAAEABQAGAAAAAAD/fzUAAQC8AQAABgAAAAEABQAGAAAAAAD/fzUAAwDLAQAANQABAMMBAAAGAAAAAQAFAAYAAAAAAP9/NQABAM4BAAAGAAAAAQAFADUAAQDTAQAABgAAAAAA/38GAAAAJgAFAA==
    ;;
  aarch64*) # 233 instructions, sha256 94f56e80762815bb6d1c7e50c0d832cd20515398db6483176e7557b0980d46e3
    SECCOMP=IAAAAAQAAAAVAAEAtwAAwAYAAAAmAAUAIAAAAAAAAAA1AJ0A4gAAADUATwBoAAAANQAnADsAAAA1AB8AHgAAADUAAwATAAAANQABABIAAAAGAAAAAAD/fwYAAAABAAUANQABAB0AAAAGAAAAAAD/fyAAAAAYAAAAVAAAAP////8VAAEAAZQAUAUAAAACAAAABQAAAAAAAAAGAAAAGQAFACAAAAAYAAAAVAAAAP////8VAAEADpQAUAUAAAACAAAABQAAAAAAAAAGAAAAGQAFACAAAAAYAAAAVAAAAP////8VAAEAF5QAUAUAAAACAAAABQAAAAAAAAAGAAAAGQAFACAAAAAYAAAAVAAAAP////8VAAEAGJQAUAUAAAACAAAABQAAAAAAAAAGAAAAGQAFAAYAAAAAAP9/NQADACsAAAA1AAEAJwAAAAYAAAAAAP9/BgAAAAEABQA1AAEAOgAAAAYAAAAAAP9/BgAAAAEABQA1AAcAWgAAADUAAwA9AAAANQABADwAAAAGAAAAAAD/fwYAAAABAAUANQABAFkAAAAGAAAAAAD/fwYAAAABAAUANQAZAF0AAAA1AAEAXAAAAAYAAAAAAP9/IAAAABQAAAA1ABIAAQAAACAAAAAQAAAANQAHAAAAAgA1AAMACAAAADUAAQABAAAABQAAAA4AAAAFAAAADgAAADUAAQAJAAAABQAAAAsAAAAFAAAACwAAADUAAwAIAAIANQABAAEAAgAFAAAABwAAAAUAAAAHAAAANQABAAkAAgAFAAAABAAAADUAAQD/////BQAAAAMAAAAFAAAAAQAAAAUAAAABAAAABgAAAAAA/38GAAAAAQAFADUAAQBhAAAABgAAAAAA/381AAEAYgAAAAYAAAABAAUABgAAAAAA/381ABEAowAAADUABwB0AAAANQADAHAAAAA1AAEAawAAAAYAAAABAAUABgAAAAAA/381AAEAcQAAAAYAAAABAAUABgAAAAAA/381AAMAjgAAADUAAQB1AAAABgAAAAEABQAGAAAAAAD/fzUAAQCPAAAABgAAAAEABQA1AAEAoQAAAAYAAAAAAP9/BgAAAAEABQA1ACsAxwAAADUAAwCrAAAANQABAKoAAAAGAAAAAAD/fwYAAAABAAUANQABAMYAAAAGAAAAAAD/fyAAAAAUAAAANQAgAAEAAAAgAAAAEAAAADUADwAaAAAANQAHABUAAAA1AAMADQAAADUAAQAMAAAABQAAABsAAAAFAAAAGwAAADUAAQATAAAABQAAABgAAAAFAAAAGAAAADUAAwAYAAAANQABABcAAAAFAAAAFAAAAAUAAAAUAAAANQABABkAAAAFAAAAEQAAAAUAAAARAAAANQAHACcAAAA1AAMAIwAAADUAAQAiAAAABQAAAAwAAAAFAAAADAAAADUAAQAlAAAABQAAAAkAAAAFAAAACQAAADUAAwApAAAANQABACgAAAAFAAAABQAAAAUAAAAFAAAANQABAC4AAAAFAAAAAgAAAAUAAAACAAAABQAAAAEAAAAGAAAAAAD/fwYAAAABAAUANQADANwAAAA1AAEA2QAAAAYAAAAAAP9/BgAAAAEABQA1AAcA3QAAACAAAAAQAAAAVAAAAAAAAn4VAAEAAAAAAAUAAAACAAAABQAAAAAAAAAGAAAAAAD/fwYAAAABAAUANQABAOAAAAAGAAAAAAD/fwYAAAABAAUANQAjABsBAAA1ABEACQEAADUABwDyAAAANQADAPAAAAA1AAEA6wAAAAYAAAAAAP9/BgAAAAEABQA1AAEA8QAAAAYAAAAAAP9/BgAAAAEABQA1AAMABAEAADUAAQD0AAAABgAAAAAA/38GAAAAAQAFADUAAQAGAQAABgAAAAAA/381AAEABwEAAAYAAAABAAUABgAAAAAA/381AAcAEAEAADUAAwAMAQAANQABAAoBAAAGAAAAAQAFAAYAAAAAAP9/NQABAA0BAAAGAAAAAQAFAAYAAAAAAP9/NQADABgBAAA1AAEAEgEAAAYAAAABAAUABgAAAAAA/381AAEAGQEAAAYAAAABAAUANQABABoBAAAGAAAAAAD/fwYAAAABAAUANQARALgBAAA1AAcAsgEAADUAAwCoAQAANQABACYBAAAGAAAAAAD/fwYAAAABAAUANQABAKkBAAAGAAAAAAD/fwYAAAABAAUANQADALQBAAA1AAEAswEAAAYAAAAAAP9/BgAAACYABQA1AAEAtgEAAAYAAAAAAP9/NQABALcBAAAGAAAAAQAFAAYAAAAAAP9/NQAHAMIBAAA1AAMAugEAADUAAQC5AQAABgAAAAEABQAGAAAAAAD/fzUAAQC8AQAABgAAAAEABQAGAAAAAAD/fzUAAwDLAQAANQABAMMBAAAGAAAAAQAFAAYAAAAAAP9/NQABAM4BAAAGAAAAAQAFADUAAQDTAQAABgAAAAAA/38GAAAAJgAFAA==
    ;;
  *) fail 125 "there is no seccomp filter for $HOSTTYPE" ;;
  esac
}

# ── service container: <name>:latest ──
service_container_pull() {
  local POLICY=missing
  image__name__latest_create "${1:-$POLICY}"
}
service_container_settings() {
  CONTAINER="$name"
  IMAGE="$root/images/$name/latest"
  COMMIT_NAME="$name"
  ENTRYPOINT=()
  COMMAND=(bash)
  USER_SPEC=0
  WORKING_DIRECTORY=/
  GIVEN=() # what the image has no say in
  seccomp_6cf58166
  STOP_SIGNAL=TERM STOP_GRACE_PERIOD=10
  RESTART=no RESTART_MAX=0 RESTART_DELAY='' RESTART_WINDOW=10
  LOG_DRIVER=file LOG_SIZE=10485760 LOG_FILES=3
  LABELS=()
  DIGEST=7819a51f38e0318c
  SCALE=1 TERMINAL=false STDIN_OPEN=false
  service_container_controllers
  NAMESPACES=(--net --uts --ipc --cgroup --mount --pid)
  FUNCTIONS=(seccomp_loader container_ipv4 service_container_admit service_container_first service_container_setup service_container_last service_container_environment)
  EXPORTS=(SECCOMP SECCOMP_PROGRAM ADDRESS_0 MAC_0 VETH_0 root name suite octet shares memory)
}
service_container_controllers() { CONTROLLERS=(pids cpu memory); }
service_container_limits() {
  if [[ $CGROUP_VERSION == v1 ]]; then
    limit 'pids_limit, by default' 2048 "${CGROUP[pids]}/"pids.max
    limit cpu_shares "$shares" "${CGROUP[cpu]}/"cpu.shares
    limit mem_limit "$memory" "${CGROUP[memory]}/"memory.limit_in_bytes
    cgroup_sum "$memory" "$memory"
    limit_optional 'memswap_limit, by default' "$CONVERTED" "${CGROUP[memory]}/"memory.memsw.limit_in_bytes
  else
    limit 'pids_limit, by default' 2048 "${CGROUP[pids]}/"pids.max
    cgroup_weight "$shares"
    limit cpu_shares "$CONVERTED" "${CGROUP[cpu]}/"cpu.weight
    limit mem_limit "$memory" "${CGROUP[memory]}/"memory.max
    limit_optional 'memswap_limit, by default' "$memory" "${CGROUP[memory]}/"memory.swap.max
  fi
}
service_container_host() {
  network_default_create
}
service_container_admit() {
  printf -v MEMBERS '%s\n' \
    "add element bridge cash-cash members { $VETH_0 . $MAC_0 . $ADDRESS_0 }"
  nft -f - <<<"$MEMBERS" >&2 &
  ADMITTED=$!
}
service_container_network() {
  lease_given /run/cash/cash/networks/default "10.0.0.$octet"
  attach 0 ve441df3
}
service_container_files() {
  lines 'its name' "$ETC/hostname" "$name"
  KNOWN_AS=()
  names_on default "$ADDRESS_0" container
  names_meet '127.0.0.1 localhost' '::1 localhost ip6-localhost ip6-loopback' "$ADDRESS_0 $name container"
  resolver_of_host
  lines 'its resolver' "$ETC/resolv.conf" "${RESOLVER[@]}"
  lines 'its mounts' "$STATE/fstab" \
    "$ROOTFS $ROOTFS none bind,nodev 0 0" \
    "$ROOTFS/dev $ROOTFS/dev none bind,dev,nosuid,noexec 0 0" \
    "proc $ROOTFS/proc proc nosuid,nodev,noexec 0 0" \
    "sysfs $ROOTFS/sys sysfs ro,nosuid,nodev,noexec 0 0" \
    "devpts $ROOTFS/dev/pts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=620,gid=5 0 0" \
    "tmpfs $ROOTFS/dev/shm tmpfs nosuid,nodev,noexec,mode=1777,size=64m 0 0" \
    "mqueue $ROOTFS/dev/mqueue mqueue nosuid,nodev,noexec 0 0" \
    "$ETC/hosts $ROOTFS/etc/hosts none bind,nosuid,nodev,noexec 0 0" \
    "$ETC/hostname $ROOTFS/etc/hostname none bind,nosuid,nodev,noexec 0 0" \
    "$ETC/resolv.conf $ROOTFS/etc/resolv.conf none bind,nosuid,nodev,noexec 0 0" \
    "${MASKS[@]}"
}
service_container_first() {
  set -Eeuo pipefail
  exec {SETUP}< <(service_container_setup)
  export SETUP
  [[ $USER_ID == 0 ]] || container_stdio "$USER_ID"
  seccomp_loader
  export -fn container_stdio container_root container_pivot container_straight container_console seccomp_loader container_ipv4 service_container_admit service_container_first service_container_setup # SERVICE_setup has them already
  exec setpriv --pdeathsig=KILL --reuid="$USER_ID" --regid="$GROUP_ID" --groups="$GROUP_IDS" --no-new-privs --inh-caps=-all \
    --bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+sys_chroot,+setfcap \
    "${LOADER[@]}" bash -c '"$@"' cash service_container_last "$@"
}
service_container_setup() {
  set -Eeuo pipefail
  NETWORK='' # the process that makes it
  echo "$name" >/proc/sys/kernel/hostname
  read -r BRIDGE_0 </sys/class/net/cash-cash/ifindex
  printf -v BATCH '%s\n' \
    'link set lo up' \
    "link add $VETH_0 netns $HOST_NETNS master if$BRIDGE_0 up type veth peer name eth0 address $MAC_0" \
    "address add $ADDRESS_0/24 dev eth0" \
    'link set eth0 up' \
    'route add default via 10.0.0.1'
  container_ipv4
  ip -batch - <<<"$BATCH" >&2 &
  NETWORK=$!
  LATE=()
  container_root
}
service_container_rights() { CAPABILITIES=00000000800405fb NO_NEW_PRIVS=1 FILTERED=2; }
service_container_environment() { ENVIRONMENT=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "HOSTNAME=$name" "HOME=$HOME_DIRECTORY" "$@"); }
service_container_last() {
  set -Eeuo pipefail
  service_container_environment "${@:2:$1}"
  shift "$(($1 + 1))"
  container_wait "$WORKING_DIRECTORY" "$@"
  container_exec "$@"
}

# ── project cash ──
PROJECT=cash
VERSION=0.1.0
COMMANDS=(check plan apply pull run up start stop restart kill pause unpause wait attach exec port ps top stats inspect update logs events commit images history tag rmi image cp diff export rm prune down install uninstall completion help version)
NEEDS=(unshare:util-linux nsenter:util-linux setpriv:util-linux setsid:util-linux flock:util-linux mount:mount umount:mount mkdir:coreutils rmdir:coreutils rm:coreutils mv:coreutils sleep:coreutils sync:coreutils cat:coreutils tail:coreutils touch:coreutils date:coreutils mkfifo:coreutils timeout:coreutils sha256sum:coreutils stat:coreutils ls:coreutils find:findutils perl:perl-base tar:tar btrfs:btrfs-progs mkfs.btrfs:btrfs-progs truncate:coreutils losetup:mount ip:iproute2 nft:nftables debootstrap:debootstrap)
CHECKS=()
PARAMETERS=(root name suite octet shares memory)
CGROUP_WANTED=''
# Each service behind those it depends on; the same in lines, those of one depend on none in it; those that need no naming.
SERVICES=(container)
WAVES=(container)
ACTIVE=(container)
STOP_TIMEOUT=40
OWN_PROFILES=()
NETWORKS=(network_default)
BRIDGES=(cash-cash)
IMAGES=(image__name__latest)
VOLUMES=()
EXTERNAL_VOLUMES=()
service_id() {
  case $1 in
  container) ID=service_container ;;
  *) fail 2 "no such service: $1; there are: ${SERVICES[*]}" ;;
  esac
}
# depends_on SERVICE: sets DEPENDS, SERVICE:CONDITION[:restart][:optional] of each it depends on.
depends_on() {
  case $1 in
  *) DEPENDS=() ;;
  esac
}
profile() {
  fail 2 'this script has no profiles'
}
signature_pull() {
  (($# >= 2)) || fail 2 'usage: pull NAME SUITE'
  name=$1
  suite=$2
  ARGUMENTS=(container "${@:3}")
}
signature_run() {
  (($# >= 4)) || fail 2 'usage: run NAME OCTET SHARES MEMORY [COMMAND…]'
  name=$1
  octet=$2
  shares=$3
  memory=$4
  ARGUMENTS=(--keep container -- "${@:5}")
}
signature_commit() {
  (($# >= 2)) || fail 2 'usage: commit NAME TAG'
  name=$1
  ARGUMENTS=(container "${@:2}")
}

# ── prelude: the same bytes in every script ─────────────────────────────────────────────────────
MODE=apply   # apply: do it · plan: print it
VERBOSE=     # not empty: say each command before it is executed
PLANNED=     # the plan so far
UNDOING=     # not empty: cleaning up, where a failure is said and the rest goes on
ASIDE=''     # the process of run_aside
LOCK=''      # the descriptor of the lock that is held
CONDITION='' # in a plan: what the next command depends on, where that is not known before
UNDO=()      # functions that take back what this invocation made, newest first

say() { printf 'cash: %s\n' "$*" >&2; }

# fail STATUS MESSAGE…: 125 cash failed · 2 wrong usage
fail() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# words WORD…: sets WORDS, the words as a shell reads them again, quoted only where it needs that.
words() {
  local word
  WORDS=''
  for word; do
    [[ $word =~ ^[A-Za-z0-9_./:,=+@%-]+$ ]] || word=${word@Q}
    WORDS+=" $word"
  done
  WORDS=${WORDS# }
}

# planned LINE…: a part of the plan, which is a Bash script, read whole before any of it runs.
planned() {
  [[ -n $PLANNED ]] || printf -v PLANNED '# shellcheck disable=SC2034,SC2174 # not every plan reads both; only the last directory is for root alone\n{\nset -Eeuo pipefail\numask 022\nexport LC_ALL=C PATH=%s\nASIDE='"''"' STATUS=0\n' "$PATH"
  [[ -z ${PLAN_LINES-} ]] || plan_from
  local part
  for part; do PLANNED+=$part$'\n'; done
}

# ran STATUS WHY COMMAND…: a command has failed: say which, and stop.
ran() {
  words "${@:3}"
  say "this failed with status $1: $WORDS   ($2)"
  [[ -n $UNDOING ]] || exit 125
}

# What a plan has made or removed so far is there, or gone, for what follows in it. anew: made, and of what the host has there now,
# nothing is left.
declare -A THERE=()
made() {
  [[ $MODE == apply ]] || while (($#)); do
    case ${THERE[$1]-} in no | anew) THERE[$1]=anew ;; *) THERE[$1]=yes ;; esac
    shift
  done
}
gone() { [[ $MODE == apply ]] || while (($#)); do THERE[$1]=no && shift; done; }
there() {
  case ${THERE[$1]-} in
  yes | anew) return 0 ;;
  no) return 1 ;;
  *) [[ -e $1 ]] ;;
  esac
}
stays() { [[ ${THERE[$1]-} != @(no|anew) ]]; }
# empty DIRECTORY: nothing is in it, hidden or not.
empty() {
  local inside
  for inside in "$1"/* "$1"/.[!.]*; do
    ! there "$inside" || return 1
  done
}

# told WHY END COMMAND…: prints the command where it is only planned; else false, having said it where that is wanted.
told() {
  [[ $MODE == plan ]] || audit_change "$@"
  [[ $MODE == plan || -n $VERBOSE ]] || return 1
  words "${@:3}"
  if [[ $MODE == plan ]]; then
    planned "$CONDITION$WORDS$2  # $1"
    CONDITION=''
  else
    say "$WORDS$2  # $1"
    return 1
  fi
}

# run WHY COMMAND…: the only way to change the host.
run() {
  local why=$1
  shift
  told "$why" '' "$@" || "$@" >&2 || ran "$?" "$why" "$@"
}

# run_on PATH WHY COMMAND…: run, on what another process may remove meanwhile: then false, and nothing is said. Again, where it is there again.
run_on() {
  local path=$1 why=$2 said='' status=0 tries
  shift 2
  told "$why" '' "$@" || for tries in {1..5}; do
    status=0
    said=$("$@" 2>&1) || status=$?
    ((status != 0)) || break
    [[ -e $path ]] || return 1
  done
  [[ -z $said ]] || printf '%s\n' "$said" >&2
  ((status == 0)) || ran "$status" "$why" "$@"
}

# run_aside WHY COMMAND…: run, beside what follows, until join.
run_aside() {
  local why=$1
  shift
  ASIDE=new ASIDE_BEFORE=${!-}
  told "$why" ' & ASIDE=$!' "$@" || {
    "$@" >&2 &
    ASIDE=$!
  }
}

# join WHY: the end of what run_aside began, if anything. Until then ASIDE names it: for who takes it back by a signal.
join() {
  if [[ -n $ASIDE && $MODE == plan ]]; then
    planned "wait \"\$ASIDE\"; ASIDE=''  # $1"
  elif [[ -n $ASIDE ]]; then
    wait "$ASIDE" || ran "$?" "$1" wait
  fi
  ASIDE=''
}

# run_long WHY COMMAND…: run, but a signal ends it at once.
run_long() {
  local why=$1
  shift
  if [[ $MODE == plan ]]; then
    run "$why" "$@"
  else
    say "$why"
    UNDO=(end_aside "${UNDO[@]}") # before there is one: a signal may come between the two
    run_aside "$why" "$@"
    wait "$ASIDE" || ran "$?" "$why" "$@"
    ASIDE=''
    UNDO=("${UNDO[@]:1}")
  fi
}
# aside_pid: where a signal came between its start and its name.
aside_pid() {
  [[ $ASIDE == new ]] || return 0
  ASIDE=${!-}
  [[ $ASIDE != "$ASIDE_BEFORE" ]] || ASIDE='' # it was not started
}
end_aside() {
  local tries signal=TERM
  aside_pid
  [[ -n $ASIDE ]] || return 0
  for ((tries = 0; tries < 100; tries++)); do
    [[ /proc/$ASIDE/exe -ef /proc/$$/exe ]] || break # it has executed its command; before that, Bash would lose a signal
    sleep 0.01
  done
  ((tries < 100)) || signal=KILL
  kill -s "$signal" "$ASIDE" 2>/dev/null || : # it may have ended by itself
  await "$ASIDE"
}

# await PID…: until they have ended, with whatever status. Where a signal ends a wait just as the process ends, Bash loses its status, and
# would wait for ever: so only for what is there.
await() {
  local PID
  for PID; do [[ ! -d /proc/$PID ]] || wait "$PID" || :; done # its status says nothing new
  jobs >/dev/null                                             # Bash has said which of them a signal ended: not once more, on stderr
}
# lost PID: of this process that has happened.
lost() { [[ ! -d /proc/$1 && $'\n'$(jobs -rp)$'\n' == *$'\n'"$1"$'\n'* ]]; }

# put WHY VALUE FILE: write one value into a file of the kernel.
put() {
  told "$1" " >$3" echo "$2" || { printf '%s\n' "$2" >"$3"; } 2>/dev/null || # a child that ends meanwhile interrupts it: once more
    printf '%s\n' "$2" >"$3" || ran "$?" "$1" echo "$2" ">$3"
}

# lines WHY FILE LINE…: write a file of the script's own.
lines() {
  told "$1" " >$2" printf '%s\n' "${@:3}" || printf '%s\n' "${@:3}" >"$2" || {
    rm -f "$2" # half of it is worse than none
    ran 1 "$1" printf '%s\n' "${@:3}" ">$2"
  }
}

# lock DIRECTORY WHAT [--shared]: wait for its lock, and hold it until unlock, or this process ends. A directory needs no lock file.
# False where it is not there, or was removed meanwhile.
lock() {
  local fd
  [[ $MODE == apply ]] || return 0
  while :; do
    { exec {fd}<"$1"; } 2>/dev/null || return 1
    flock --nonblock "${@:3}" "$fd" || {
      say "waiting for another process: $2"
      flock "${@:3}" "$fd" || ran "$?" "$2" flock "${@:3}" "$1"
    }
    [[ ! /proc/self/fd/$fd -ef $1 ]] || break # else it was removed, and made again, while we waited
    exec {fd}<&-
  done
  LOCK=$fd
}
unlock() {
  [[ -z $LOCK ]] || exec {LOCK}<&-
  LOCK=''
}

# An unexpected failure. Subshells stay silent: their parent speaks.
erred() {
  [[ $BASHPID != "$$" ]] || say "line $2: status $1: $3"
}

unwind() {
  local status=$? undo
  trap - ERR EXIT
  trap '' HUP INT TERM
  set +o noclobber # of lease_take, where a signal ended that
  UNDOING=yes
  for undo in "${UNDO[@]}"; do
    "$undo" || say "$undo failed; the next command tries again"
  done
  [[ $MODE != plan ]] || plan_end
  audit_write "${AUDIT_DIRECTORY-}"
  exit "$status"
}

# feed WHY COMMAND… -- LINE…: run, with the lines on standard input.
feed() {
  local why=$1 command=() text
  shift
  while [[ $1 != -- ]]; do
    command+=("$1")
    shift
  done
  shift
  printf -v text '%s\n' "$@"
  told "$why" " <<<${text@Q}" "${command[@]}" || "${command[@]}" <<<"$text" >&2 || ran "$?" "$why" "${command[@]}"
}
# ── the audit log: the same bytes in every script ───────────────────────────────────────────────
# /run/cash/PROJECT/audit, and audit.1, the one before: lines of SECONDS PROCESS KIND TEXT, for root alone, by builtins. It is there while something of the project is on the host, until down or a reboot. `events` shows it. What is written
# into files, variables, and words of a container's command are not in it: some are secret.
AUDIT_DIRECTORY=/run/cash/$PROJECT # whichever project PROJECT names where a signal comes
AUDIT=''                           # lines that are not written yet
AUDIT_COMMAND=''                   # what this invocation was told: the first change says it
AUDIT_SCRIPT=''                    # this script, where only root can change it and no note says so yet: see script_owned
AUDIT_MOST=262144                  # bytes; 0: no more lines

# audit KIND TEXT
audit() {
  local now=${EPOCHSECONDS-} line=$'\n'
  ((AUDIT_MOST > 0)) || return 0
  [[ -n $now ]] || printf -v now '%(%s)T' -1 # Bash 4.4; it takes longer
  AUDIT+="$now $$ $1 ${2//$line/ }$line"
}

# audit_change WHY END COMMAND…: of `told`, whose END is where its output goes, or what it is fed.
audit_change() {
  local text
  [[ -z $AUDIT_COMMAND ]] || {
    audit command "$AUDIT_COMMAND"
    AUDIT_COMMAND=''
    audit_write "/run/cash/$PROJECT" # what it does to others, these write, too
  }
  case $2 in
  ' >'*) text="write ${2# >}" ;;
  *) text=${*:3} ;;
  esac
  audit change "$text # $1"
}

# happened WHAT…: to the container in STATE.
happened() {
  audit event "${STATE##*/} $*"
  audit_write "${STATE%/containers/*}"
}

# audit_write DIRECTORY: what is not written yet. One that is full becomes audit.1.
audit_write() {
  local file position key
  [[ -n $AUDIT && -d $1 ]] || return 0
  { exec {file}>>"$1/audit"; } 2>/dev/null || return 0 # it was removed just now
  { printf '%s' "$AUDIT" >&"$file"; } 2>/dev/null || : # a full /run is no reason to stop
  AUDIT=''
  [[ -z ${AUDIT_SCRIPT-} ]] || { printf '%s\n' "$AUDIT_SCRIPT" >"$1/script"; } 2>/dev/null || : # as above
  AUDIT_SCRIPT=''
  read -r key position <"/proc/self/fdinfo/$file" # pos: where what was appended ends
  exec {file}>&-
  ((position < AUDIT_MOST)) || mv -f "$1/audit" "$1/audit.1" 2>/dev/null || : # another process was faster
}

# audit_told COMMAND WORD…: sets AUDIT_COMMAND, less what may be secret: of run, all but its options and its service.
audit_told() {
  local word
  AUDIT_COMMAND=$1
  for word in "${@:2}"; do
    if [[ $1 != run || $word == -* ]]; then
      AUDIT_COMMAND+=" ${word%%[=[:space:]]*}"
    elif [[ " ${SERVICES[*]} " == *" $word "* ]]; then
      AUDIT_COMMAND+=" $word"
      break
    fi
  done
}
# ── parameters: the same bytes in every script that has some ────────────────────────────────────
# parameter_set NAME=VALUE
parameter_set() {
  [[ $1 =~ ^([a-z][a-z0-9_]*)=(.*)$ && " ${PARAMETERS[*]} " == *" ${BASH_REMATCH[1]} "* ]] || fail 2 "--set $1: NAME=VALUE, where NAME is one of: ${PARAMETERS[*]}"
  printf -v "${BASH_REMATCH[1]}" %s "${BASH_REMATCH[2]}"
}

# parameter NAME TYPE [MIN MAX | PATTERN]: checks its value, where it has one. Bytes become a number.
parameter() {
  local UNIT
  PARAMETER_VALUE=${!1-}
  [[ -v $1 ]] || return 0
  case $2 in
  name) [[ $PARAMETER_VALUE =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$ ]] || parameter_wrong "$1" 'a name: letters, digits, _ . -, at most 64' ;;
  ipv4) parameter_is_ipv4 || parameter_wrong "$1" 'an IPv4 address, such as 10.0.0.2' ;;
  path) [[ $PARAMETER_VALUE =~ ^(/[A-Za-z0-9_.:,@%+=-]+)+$ && $PARAMETER_VALUE/ != */../* && $PARAMETER_VALUE/ != */./* ]] || parameter_wrong "$1" 'an absolute path, of letters, digits and _ . : , @ % + = -' ;;
  string) [[ $PARAMETER_VALUE =~ $3 && $PARAMETER_VALUE != *[[:cntrl:]]* ]] || parameter_wrong "$1" "text that matches $3" ;;
  integer)
    [[ $PARAMETER_VALUE =~ ^(0|-?[1-9][0-9]{0,17})$ ]] || parameter_wrong "$1" "an integer from $3 to $4"
    ((PARAMETER_VALUE >= $3 && PARAMETER_VALUE <= $4)) || parameter_wrong "$1" "an integer from $3 to $4"
    ;;
  bytes)
    [[ $PARAMETER_VALUE =~ ^([1-9][0-9]{0,11})([bkmg]?)b?$ ]] || parameter_wrong "$1" 'a number of bytes, such as 100000000, 512k, 100m or 1g'
    UNIT=${BASH_REMATCH[2]}
    case $UNIT in g) UNIT=30 ;; m) UNIT=20 ;; k) UNIT=10 ;; *) UNIT=0 ;; esac
    printf -v "$1" %s "$((BASH_REMATCH[1] << UNIT))"
    ((${!1} >= $3 && ${!1} <= $4)) || parameter_wrong "$1" "from $3 to $4 bytes"
    ;;
  *) fail 125 "$2 is no type of a parameter" ;;
  esac
}
parameter_is_ipv4() {
  local OCTETS OCTET
  [[ $PARAMETER_VALUE =~ ^[0-9]{1,3}(\.[0-9]{1,3}){3}$ ]] || return 1
  IFS=. read -ra OCTETS <<<"$PARAMETER_VALUE"
  for OCTET in "${OCTETS[@]}"; do
    [[ $OCTET =~ ^(0|[1-9][0-9]*)$ ]] && ((OCTET <= 255)) || return 1
  done
}
parameter_wrong() { fail 2 "parameter $1: expected $2; got ${PARAMETER_VALUE@Q}"; }

# parameters_need: all of them have a value.
parameters_need() {
  local PARAMETER
  for PARAMETER in "${PARAMETERS[@]}"; do
    [[ -v $PARAMETER ]] || fail 2 "parameter $PARAMETER is missing: $0 --set $PARAMETER=VALUE COMMAND…"
  done
}

parameters_known() {
  local PARAMETER
  for PARAMETER in "${PARAMETERS[@]}"; do
    [[ -v $PARAMETER ]] || return 1
  done
}
# ── pool: the same bytes in every script ────────────────────────────────────────────────────────
# pool_filesystem DIRECTORY: sets FILESYSTEM, the type of what it lies on. Symbolic links on the way to it are followed, as the kernel does.
pool_filesystem() {
  local path directory type longest=''
  path=$(cd -P -- "$1" 2>/dev/null && pwd) || path=$1 # it is still to be made
  while read -r _ directory type _; do
    [[ $path/ != "${directory%/}"/* || ${#directory} -lt ${#longest} ]] || longest=$directory FILESYSTEM=$type
  done </proc/self/mounts
}
pool_mounted() {
  local path directory
  path=$(cd -P -- "$1" 2>/dev/null && pwd) || return 1
  while read -r _ directory _; do
    [[ $directory != "$path" ]] || return 0
  done </proc/self/mounts
  return 1
}
POOL_LARGER='' # what it has, where that is more than the definition says
# pool_grow FILE PART SIZE: FILE, and the file system in it, are at least of SIZE, also where it was smaller when they were made. PART is
# there while they grow, for who finds that killed: what a file system takes of its device no file of the kernel says.
pool_grow() {
  local DEVICE LOCK=''
  pool_small "$@" && lock "$ROOT" 'it makes the pool larger' || return 0
  if pool_small "$@"; then
    run 'the pool is to grow' touch "$2"
    run 'a sparse file' truncate "--size=>$3" "$1"
    run 'as large as its file' losetup --set-capacity "$DEVICE"
    run 'as large as its device' btrfs -q filesystem resize max "$ROOT"
    run 'it has grown' rm -f "$2"
  fi
  unlock
}
# pool_small FILE PART SIZE: sets DEVICE, that of FILE; it has less than SIZE. A device has whole sectors of its file.
pool_small() {
  local path backing sectors
  [[ -f $1 ]] || return 1 # a btrfs of the host's own, or only planned
  for path in /sys/block/loop*/loop/backing_file; do
    DEVICE=${path#/sys/block/} DEVICE=/dev/${DEVICE%%/*}
    { IFS= read -r backing <"$path" && read -r sectors <"/sys/block/${DEVICE#/dev/}/size"; } 2>/dev/null || continue # it is free
    [[ $backing -ef $1 ]] || continue
    ((sectors <= $3 / 512)) || POOL_LARGER="$((sectors / 2048)) MiB, more than the $(($3 / 1048576)) MiB of x-cash.storage: it is never made smaller"
    [[ ! -f $2 ]] && ((sectors >= $3 / 512)) || return 0
  done
  return 1
}
# ── the store: btrfs: the same bytes in every script with one ───────────────────────────────────────
STORE=btrfs
STORE_CREATE=(btrfs -q subvolume create)
STORE_COPY=(btrfs -q subvolume snapshot)
STORE_DELETE=(btrfs -q subvolume delete)
STORE_SIZE=(btrfs filesystem du --raw --summarize)
# subvolume_delete WHY PATH: with the subvolumes that a container may have made inside.
subvolume_delete() {
  run "$1" find "$2" -inum 256 -exec btrfs property set '{}' ro false ';'
  run "$1" find "$2" -depth -inum 256 -exec "${STORE_DELETE[@]}" '{}' ';'
}
# ── images: the same bytes in every script that pulls one ───────────────────────────────────────
# Beside each image stands what is known of it, images/NAME/.TAG.meta: lines of KEY VALUE, \n and \\ in a value as in printf %b.
# Behind an empty line follows that of the image it was made of, and so on.

# image_begin NAME TAG [POLICY]: sets PART, an empty subvolume that does not count as an image yet. False where the image is
# there by now.
image_begin() {
  PART=$ROOT/images/$1/.$2.part
  until run 'a folder for its tags' mkdir -p "$ROOT/images/$1" && lock "$ROOT/images/$1" "it pulls $1"; do :; done
  [[ ${3-} == always ]] || ! there "$ROOT/images/$1/$2" || {
    unlock
    return 1
  }
  image_discard
  UNDO=(image_undo "${UNDO[@]}")
  run 'an empty subvolume' "${STORE_CREATE[@]}" "$PART"
}
image_discard() {
  local tag=${PART##*/.}
  [[ ! -d $PART ]] || run 'an unfinished pull' "${STORE_DELETE[@]}" "$PART"
  image_unknown "${PART%/*}" "${tag%.part}"
}
image_undo() {
  image_discard
  [[ ! -d ${PART%/*} ]] || ! empty "${PART%/*}" || run 'no tag is left' rmdir "${PART%/*}"
}
# image_unknown DIRECTORY TAG: what is known of an image that is not there.
image_unknown() {
  there "$1/$2" || ! there "$1/.$2.meta" || run 'of no image' rm "$1/.$2.meta"
  there "$1/$2" || gone "$1/.$2.meta"
}

# image_end NAME TAG KNOWN…: what every container needs to find in its image; then the image gets its name, at once and whole.
image_end() {
  local path known=("${@:3}")
  for path in etc dev proc sys; do
    [[ ! -L $PART/$path ]] || fail 125 "/$path of the image is a symbolic link: it cannot be mounted on"
  done
  run 'only the standard device nodes' find "$PART" -xdev '(' -type b -o -type c ')' -delete
  run 'a /dev of our own' rm -rf "$PART/dev"
  run 'what is mounted on' mkdir -p "$PART"/{dev,dev/pts,dev/shm,dev/mqueue,proc,sys,etc}
  if [[ $UNPRIVILEGED == rootless ]]; then
    run 'where the standard device nodes are mounted' touch "$PART"/dev/{null,zero,full,random,urandom,tty}
  else
    run 'the standard device nodes' cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty "$PART/dev/"
  fi
  run 'the standard links' ln -s pts/ptmx "$PART/dev/ptmx"
  run 'the standard links' ln -s /proc/self/fd "$PART/dev/fd"
  run 'the standard links' ln -s fd/0 "$PART/dev/stdin"
  run 'the standard links' ln -s fd/1 "$PART/dev/stdout"
  run 'the standard links' ln -s fd/2 "$PART/dev/stderr"
  run 'no link leads out' rm -rf "$PART"/etc/{hosts,hostname,resolv.conf}
  run 'what is mounted on' touch "$PART"/etc/{hosts,hostname,resolv.conf} "$PART/dev/console"
  run 'for all to read and pass' chmod 755 "$PART" "$PART/etc" "$PART/dev" "$PART/dev/pts" "$PART/dev/mqueue"
  run 'for all to read' chmod 644 "$PART"/etc/{hosts,hostname,resolv.conf}
  run 'for all to write' chmod 1777 "$PART/dev/shm"
  [[ -L $PART/tmp ]] || run 'for all to write' install -d -m 1777 "$PART/tmp"
  run 'to the disk' sync --file-system "$PART"
  [[ $UNPRIVILEGED == rootless ]] || run 'read-only from now on' btrfs property set "$PART" ro true
  lines 'what is known of it' "$ROOT/images/$1/.$2.meta" "${known[@]//$'\n'/ }"
  made "$ROOT/images/$1/.$2.meta"
  [[ ! -d $ROOT/images/$1/$2 ]] || run 'the one before' "${STORE_DELETE[@]}" "$ROOT/images/$1/$2"
  run 'whole: it gets its name' mv -T "$PART" "$ROOT/images/$1/$2"
  run 'its name, to the disk' sync --file-system "$ROOT/images/$1/$2"
  made "$ROOT/images/$1/$2"
  UNDO=("${UNDO[@]:1}")
  unlock
}

# image_configuration: what the image says of command, variables, user and directory (commit -c), where the definition is silent.
image_configuration() {
  local LINE VALUE MARK="${GIVEN[*]} " VARIABLES=() ITS_ENTRYPOINT=() ITS_COMMAND=()
  [[ -f ${IMAGE%/*}/.${IMAGE##*/}.meta ]] || return 0
  while IFS= read -r LINE && [[ -n $LINE ]]; do
    printf -v VALUE %b "${LINE#* }"
    case ${LINE%% *} in
    entrypoint) ITS_ENTRYPOINT+=("$VALUE") ;;
    command) ITS_COMMAND+=("$VALUE") ;;
    environment) [[ $VALUE != ?*=* || " $MARK" == *" ${VALUE%%=*}= "* ]] || VARIABLES+=("$VALUE") ;;
    user) [[ " $MARK" == *' user '* ]] || USER_SPEC=$VALUE ;;
    directory) [[ " $MARK" == *' directory '* ]] || WORKING_DIRECTORY=$VALUE ;;
    *) ;;
    esac
  done <"${IMAGE%/*}/.${IMAGE##*/}.meta"
  RUN_ENVIRONMENT=("${VARIABLES[@]}" "${RUN_ENVIRONMENT[@]}")
  ((${#ITS_ENTRYPOINT[@]} + ${#ITS_COMMAND[@]})) || return 0
  [[ " $MARK" == *' command '* ]] || COMMAND=("${ITS_COMMAND[@]}")
  [[ " $MARK" == *' entrypoint '* ]] || ENTRYPOINT=("${ITS_ENTRYPOINT[@]}")
}

# run_progress WHY COMMAND…: run_long; where somebody looks on, its lines are counted, elsewhere only its errors are said.
run_progress() {
  if [[ $MODE == plan ]]; then
    run "$@"
  else
    run_long "$@" > >(progress) 2>&1
  fi
}
progress() {
  local line count=0
  while IFS= read -r line; do
    ((count += 1))
    line=${line//[^[:print:]]/ }
    case $line in
    cash:* | E:* | W:* | tar:* | curl:*) printf '%s\n' "$line" >&3 ;;
    *) [[ ! -t 3 ]] || printf '\r\e[K%5d  %.60s' "$count" "$line" >&3 ;;
    esac
  done
  [[ ! -t 3 ]] || printf '\r\e[K' >&3
} 3>&2
# ── cgroups: the same bytes in every script ─────────────────────────────────────────────────────
declare -A CGROUP=()        # controller: the container's directory; v2: the one directory
declare -A CGROUP_MOUNTS=() # controller: where its v1 hierarchy is mounted
CGROUPS=()                  # the container's directories, each once
CGROUP_VERSION=

# cgroup_find [VERSION]: how this host has its controllers.
cgroup_find() {
  local mounts mount path options
  [[ -z $CGROUP_VERSION ]] || return 0
  mapfile -t mounts </proc/self/mounts # at once: line by line, the kernel would write it as often
  for mount in "${mounts[@]}"; do
    case $mount in # DEVICE PATH KIND OPTION,… 0 0
    *' cgroup '*)
      path=${mount#* } options=${mount#* cgroup }
      path=${path%% *} options=${options%% *},
      while [[ -n $options ]]; do CGROUP_MOUNTS[${options%%,*}]=$path options=${options#*,}; done
      ;;
    *' /sys/fs/cgroup cgroup2 '*) CGROUP_VERSION=v2 ;;
    *) ;;
    esac
  done
  [[ -n $CGROUP_VERSION || -z ${CGROUP_MOUNTS[pids]-} ]] || CGROUP_VERSION=v1
  [[ -n $CGROUP_VERSION ]] || fail 125 'no cgroups are mounted here: mount -t cgroup2 cgroup2 /sys/fs/cgroup'
  [[ -z ${1-} || $1 == "$CGROUP_VERSION" ]] || fail 125 "x-cash.cgroup wants $1, and this host has $CGROUP_VERSION"
}

# cgroup_paths NAME CONTROLLER…: sets CGROUP and CGROUPS.
cgroup_paths() {
  local name=$1 controller
  shift
  CGROUP_NAME=$name CGROUPS=()
  unset -v CGROUP
  declare -gA CGROUP=()
  for controller; do
    CGROUP[$controller]=/sys/fs/cgroup/$name
    if [[ $CGROUP_VERSION == v1 ]]; then
      [[ -n ${CGROUP_MOUNTS[$controller]-} ]] || fail 125 "the cgroup controller $controller is not mounted here"
      CGROUP[$controller]=${CGROUP_MOUNTS[$controller]}/$name
    fi
    [[ " ${CGROUPS[*]-} " == *" ${CGROUP[$controller]} "* ]] || CGROUPS+=("${CGROUP[$controller]}")
  done
}

# cgroup_enable NAME CONTROLLER…: hands the controllers down to the container's cgroup, from the root on.
cgroup_enable() {
  local name=$1 directory controller value
  shift
  if [[ $CGROUP_VERSION == v1 ]]; then
    [[ -n ${CGROUP[cpuset]-} ]] || return 0
    cgroup_cpuset "${CGROUP_MOUNTS[cpuset]}" "$name"
    return 0
  fi
  for directory in /sys/fs/cgroup /sys/fs/cgroup/"${name%%/*}" /sys/fs/cgroup/"${name%/*}"; do
    value=''
    [[ ! -f $directory/cgroup.subtree_control ]] || read -r value <"$directory/cgroup.subtree_control" || : # empty: none is on
    for controller; do
      [[ " $value " != *" $controller "* ]] || continue
      ! there "$directory/cgroup.subtree_control+$controller" || continue # planned before
      put 'a controller, for the cgroups below' "+$controller" "$directory/cgroup.subtree_control"
      made "$directory/cgroup.subtree_control+$controller"
    done
  done
}

# cgroup_cpuset MOUNT NAME: in v1 a cpuset has no processors and no memory nodes until it is given some.
cgroup_cpuset() {
  local directory=$1 file value part rest=$2/
  while [[ -n $rest ]]; do
    part=${rest%%/*} rest=${rest#*/}
    for file in cpuset.cpus cpuset.mems; do
      value=''
      [[ ! -f $directory/$part/$file ]] || read -r value <"$directory/$part/$file" || : # empty: not set yet
      [[ -n $value ]] || { read -r value <"$1/$file" && put 'of its parent' "$value" "$directory/$part/$file"; }
    done
    directory+=/$part
  done
}

# limit WHY VALUE FILE: put, and read back. The kernel rounds bytes down to pages; nothing else may differ.
limit() {
  local got
  cgroup_write "$@"
  [[ $MODE == apply ]] || return 0
  IFS= read -r got <"$3"
  [[ $got == "$2" ]] && return 0
  [[ $2 == -1 && ${#got} -ge 19 ]] && return 0 # without a limit
  [[ $2 =~ ^[0-9]+$ && $got =~ ^[0-9]+$ && $3 == */memory.* ]] && ((got <= $2 && got > $2 - 65536)) && return 0
  fail 125 "$1 did not take: $3 says $got, not $2"
}

# limit_optional WHY VALUE FILE: limit, where this kernel has that file.
limit_optional() {
  if [[ $MODE == plan && ! -d ${3%/*} ]]; then
    words "$3"
    CONDITION="[[ ! -e $WORDS ]] || "
    limit "$@"
  elif [[ -e $3 ]]; then
    limit "$@"
  fi
}

# cgroup_kill: ends what runs in the container's cgroups.
cgroup_kill() {
  local directory
  container_alive || return 0
  if [[ $MODE == plan ]]; then
    planned "$(declare -p CGROUPS)" "$(declare -f cgroup_end)" 'cgroup_end  # its processes'
    for directory in "${CGROUPS[@]}"; do gone "$directory/cgroup.procs"; done
  else
    cgroup_end
  fi
}
cgroup_end() {
  local directory pids tries
  for directory in "${CGROUPS[@]}"; do
    for ((tries = 0; tries < 200; tries++)); do
      { mapfile -t pids <"$directory/cgroup.procs"; } 2>/dev/null || break # it has been removed
      ((${#pids[@]})) || break
      if [[ -f $directory/cgroup.kill ]]; then
        echo 1 >"$directory/cgroup.kill"
      else
        kill -s KILL "${pids[@]}" 2>/dev/null || : # some may have ended since
      fi
      sleep 0.05
    done
  done
}

# cgroup_killed: how many processes of the container the kernel has killed for want of memory.
cgroup_killed() {
  local key value file
  KILLED=0
  for file in "${CGROUP[memory]-}"/memory.{events,oom_control}; do
    [[ -f $file ]] || continue
    while read -r key value; do [[ $key != oom_kill ]] || KILLED=$value; done <"$file"
  done
}

# What a limit is in the other version of cgroups, where a parameter is in it: each sets CONVERTED.
cgroup_weight() { # a weight of 100 is 1024 shares
  CONVERTED=$((($1 * 100 + 512) / 1024))
  ((CONVERTED >= 1)) || CONVERTED=1
  ((CONVERTED <= 10000)) || CONVERTED=10000
}
cgroup_sum() { CONVERTED=$(($1 + $2)); }
# ── cgroups, by their files: the same bytes in every script but those of x-cash.cgroup: libcgroup ─
# cgroup_create DIRECTORY…: these, and the container's cgroups. Another project's down may just remove a folder that both have: once more, then.
cgroup_create() {
  told 'its directories, its cgroups' '' mkdir -p "$@" "${CGROUPS[@]}" || mkdir -p "$@" "${CGROUPS[@]}" 2>/dev/null ||
    mkdir -p "$@" "${CGROUPS[@]}" >&2 || ran "$?" 'its directories, its cgroups' mkdir -p "$@" "${CGROUPS[@]}"
}
cgroup_write() { put "$@"; }

# cgroup_enter: the calling process goes in. Sets ENTER, what else its command needs before it.
cgroup_enter() {
  local DIRECTORY
  ENTER=()
  for DIRECTORY in "${CGROUPS[@]}"; do
    # In v1 a process of one thread enters by tasks too, and spares the kernel its lock on all processes: a few milliseconds.
    if [[ -f $DIRECTORY/tasks ]]; then DIRECTORY+=/tasks; else DIRECTORY+=/cgroup.procs; fi
    echo 0 >"$DIRECTORY" || return 1
  done
}

# cgroup_delete DIRECTORY…: cgroups, empty.
cgroup_delete() { run 'its cgroups' rmdir "$@"; }
CGROUP_FUNCTIONS=(cgroup_enter) # for a plan
# ── networks: the same bytes in every script that has one ───────────────────────────────────────
# address NUMBER: sets ADDRESS, its dotted form. number ADDRESS: sets NUMBER.
address() { ADDRESS=$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255)); }
number() {
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  NUMBER=$((a << 24 | b << 16 | c << 8 | d))
}

# lease_take DIRECTORY ADDRESS: true where it is ours now. A lease is a file that names its container's runtime directory.
lease_take() {
  local owner=''
  if there "$1/$2"; then
    ! stays "$1/$2" || { read -r owner <"$1/$2"; } 2>/dev/null || : # empty: being written, or planned
    [[ $owner != "$STATE" ]] || {
      LEASES+=("$1/$2")
      return 0
    }
    [[ -n $owner ]] && ! there "$owner" || return 1
    lease_free "$1/$2" "$owner"
  fi
  ! told 'its address' " >$1/$2" echo "$STATE" || {
    LEASES+=("$1/$2")
    made "$1/$2"
    return 0
  }
  set -o noclobber
  { echo "$STATE" >"$1/$2"; } 2>/dev/null || owner=taken
  set +o noclobber
  [[ $owner != taken ]] || return 1
  LEASES+=("$1/$2")
}

# lease_free LEASE OWNER: where it is that one's still. Its container may have taken it along just now, and another one have it: so all that
# take some away do it one after the other.
lease_free() {
  local LOCK='' owner=''
  lock "${1%/*}" 'it looks for an address' || return 0 # the network was just removed
  { read -r owner <"$1"; } 2>/dev/null || owner=gone
  [[ $owner != "$2" ]] || run_on "$1" 'a lease whose container is gone' rm "$1" || : # it took it along
  unlock
}

# lease_given DIRECTORY ADDRESS: sets ADDRESS to it.
lease_given() {
  ADDRESS=$2
  lease_take "$@" || fail 125 "the address $2 is in use by another container"
}

# attach NUMBER PORTS: sets ADDRESS_n, MAC_n and VETH_n, for ip in the container's namespace. A port of the bridge is named by what all
# its ports are, by the address, and by a digit: the kernel frees the name of the last run only some time after its end.
attach() {
  local octets code name
  IFS=. read -ra octets <<<"$ADDRESS"
  printf -v "ADDRESS_$1" %s "$ADDRESS"
  printf -v "MAC_$1" '02:42:%02x:%02x:%02x:%02x' "${octets[@]}"
  for code in {0..9}; do
    printf -v name '%s%02x%02x%02x%d' "$2" "${octets[@]:1}" "$code"
    [[ -e /sys/class/net/$name ]] || break
  done
  [[ ! -e /sys/class/net/$name ]] || fail 125 "ten interfaces ${name%?}… exist; end what holds them (ip link show)"
  printf -v "VETH_$1" %s "$name"
}

HALF='' # the MARK of a bridge that is not whole yet
# MARK, a directory called .BRIDGE, is there from before its bridge and its tables are made until they are gone: without it they are another
# project's, or the host's.
# network_begin MARK SUBNET: where something of it cannot be made, it goes again.
network_begin() {
  local bridge=${1##*/.}
  if there "$1"; then
    [[ ! -d /sys/class/net/$bridge ]] || run 'the bridge, half made' ip link delete "$bridge"
    feed 'its rules, half made' nft -f - -- "table ip $bridge" "delete table ip $bridge" "table bridge $bridge" "delete table bridge $bridge"
  else
    ! there "/sys/class/net/$bridge" || fail 125 "there is an interface $bridge, which is not of this network: give the network another \`name\`"
    network_apart "$2"
  fi
  HALF=$1
  UNDO=(network_undo "${UNDO[@]}")
  there "$1" || run 'the names of its bridge and its tables are ours' mkdir -p "$1"
  made "$1"
}
# network_undo: its tables are made at once, or not at all: another's of that name has no set of members.
network_undo() {
  local bridge=${HALF##*/.}
  [[ -n $HALF && $MODE == apply ]] || return 0
  [[ $(nft list table bridge "$bridge" 2>/dev/null) != *'set members '* ]] || run 'its rules' nft "delete table ip $bridge; delete table bridge $bridge"
  network_discard "$HALF"
}
# network_apart SUBNET: no interface of the host is on a part of it, or its neighbours there would be out of reach.
network_apart() {
  local name address gateway mask own subnet _ NUMBER ADDRESS
  number "${1%/*}"
  subnet=$NUMBER own=$((0xffffffff << (32 - ${1#*/}) & 0xffffffff))
  while read -r name address gateway _ _ _ _ mask _; do # in hexadecimal, the last byte first
    [[ $gateway == 00000000 && $mask != 00000000 ]] || continue
    printf -v mask %d "0x${mask:6:2}${mask:4:2}${mask:2:2}${mask:0:2}"
    printf -v address %d "0x${address:6:2}${address:4:2}${address:2:2}${address:0:2}"
    address "$address"
    (((address & mask & own) != (subnet & mask & own))) ||
      fail 125 "$1 meets the network $ADDRESS of the host's interface $name: give the network another \`subnet\`"
  done </proc/net/route
}
# network_ipv4 BRIDGE: it takes no IPv6 address, and no router advertisement.
network_ipv4() { [[ ! -d /proc/sys/net/ipv6 ]] || put 'IPv4 only' 1 "/proc/sys/net/ipv6/conf/$1/disable_ipv6"; }

# container_ipv4: by SERVICE_setup, before the container has interfaces: none of them gets an IPv6 address, none a router.
container_ipv4() {
  [[ ! -d /proc/sys/net/ipv6 ]] || {
    echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
    echo 0 >/proc/sys/net/ipv6/conf/default/accept_ra
  }
}

# forwarding_on: the host forwards between interfaces while a bridge of cash exists.
forwarding_on() {
  local value file=/run/cash/.ip_forward
  read -r value </proc/sys/net/ipv4/ip_forward
  [[ $value == 0 && -z ${THERE[$file]-} ]] || return 0
  lines 'how it was' "$file" 0
  made "$file"
  put 'between the bridge and the world' 1 /proc/sys/net/ipv4/ip_forward
}
# ── the end of a network: the same bytes in every script ────────────────────────────────────────
network_lock() {
  until network_locked; do :; done
}
network_locked() {
  there /run/cash || run 'runtime files, for root alone' mkdir -p -m 700 /run/cash
  made /run/cash
  lock /run/cash 'it changes the networks'
}

# network_discard MARK: its bridge, whose tables are gone.
network_discard() {
  [[ ! -d /sys/class/net/${1##*/.} ]] || run 'the bridge' ip link delete "${1##*/.}"
  ! there "$1" || run 'its name is free' rmdir "$1"
  gone "$1"
}
# ── resolver: the same bytes in every script ────────────────────────────────────────────────────
# resolver_of_host: sets RESOLVER, the host's resolv.conf, less servers on its loopback.
resolver_of_host() {
  local line file=/etc/resolv.conf
  RESOLVER=()
  [[ ! -f /run/systemd/resolve/resolv.conf ]] || file=/run/systemd/resolve/resolv.conf
  if [[ -f $file ]]; then
    while read -r line || [[ -n $line ]]; do
      [[ $line =~ ^nameserver[[:blank:]]+(127\.|::1) || ! $line =~ ^(nameserver|search|options)[[:blank:]] ]] || RESOLVER+=("$line")
    done <"$file"
  fi
}
# ── names of other containers: the same bytes in every script ────────────────────────────────────
# /etc/hosts of a container has a line for each other one on its networks, from its start to its end: "ADDRESS NAME…  # cash". STATE/names
# has its own lines, each behind its network, and is written after its hosts: of two that start at once, one sees the other, and tells both.
KNOWN_AS=()                            # our own lines
declare -A KNOWN_THEN=() HOSTS_THEN=() # in a plan: what those files will hold, by STATE

# names_on NETWORK ADDRESS NAME…: our line of that network.
names_on() {
  local NAME ALL=" $CONTAINER"
  for NAME in "${@:3}"; do [[ "$ALL " == *" $NAME "* ]] || ALL+=" $NAME"; done
  KNOWN_AS+=("$1 $2$ALL  # cash")
}

# names_meet LINE…: our /etc/hosts has these lines; the others on our networks and we get to know each other.
names_meet() {
  local OTHER PEERS THEIRS LINE OURS NAME CALLED LIST=()
  for LINE; do
    for OURS in "${KNOWN_AS[@]#* }"; do # what the others call us, we are for ourselves, too
      [[ ${OURS%% *} == "${LINE%% *}" ]] || continue
      read -ra CALLED <<<"${OURS%  # cash}"
      for NAME in "${CALLED[@]:1}"; do [[ "$LINE " == *" $NAME "* ]] || LINE+=" $NAME"; done
    done
    LIST+=("$LINE")
  done
  set -- "${LIST[@]}"
  lines 'its names' "$ETC/hosts" "$@"
  lines 'its names, for the others' "$STATE/names" "${KNOWN_AS[@]}"
  [[ $MODE == apply ]] || printf -v "KNOWN_THEN[$STATE]" '%s\n' "${KNOWN_AS[@]}"
  [[ $MODE == apply ]] || printf -v "HOSTS_THEN[$STATE]" '%s\n' '' "$@"
  names_others
  for OTHER in "${PEERS[@]}"; do
    names_read "$OTHER" || continue
    for LINE in "${THEIRS[@]}"; do
      for OURS in "${KNOWN_AS[@]}"; do
        [[ ${OURS%% *} == "${LINE%% *}" ]] || continue
        names_tell "$STATE" "${LINE#* }"
        names_tell "$OTHER" "${OURS#* }"
      done
    done
  done
}

# names_part: the others know it no more. FORESEEN: somebody else will do that; in a plan.
names_part() {
  local OTHER PEERS THEIRS LINE
  declare -gA KNOWN_THEN HOSTS_THEN # a supervisor has none yet
  names_read "$STATE" || return 0
  names_others
  for OTHER in "${PEERS[@]}"; do
    for LINE in "${THEIRS[@]#* }"; do names_turn "$OTHER" "$LINE" "#${LINE:1}"; done
  done
  [[ $MODE == apply ]] || unset -v "KNOWN_THEN[$STATE]"
}

# names_others: sets PEERS, their runtime directories.
names_others() {
  local OTHER
  PEERS=()
  for OTHER in "${STATE%/*}"/*; do
    [[ $OTHER == "$STATE" ]] || ! stays "$OTHER" || PEERS+=("$OTHER")
  done
  for OTHER in "${!KNOWN_THEN[@]}"; do
    [[ $OTHER == "$STATE" || " ${PEERS[*]} " == *" $OTHER "* ]] || PEERS+=("$OTHER")
  done
}

# names_read STATE: sets THEIRS, that one's lines; false where it has none. names_hosts STATE: sets HOSTS, the file that is its /etc/hosts, and
# TEXT, a newline and what is in it. It is the container's to write to: of what is longer than 64 KiB nothing is read.
names_read() {
  THEIRS=()
  if [[ -n ${KNOWN_THEN[$1]-} ]]; then
    mapfile -t THEIRS <<<"${KNOWN_THEN[$1]%$'\n'}"
  else
    [[ -f $1/names ]] && stays "$1" && { mapfile -t THEIRS <"$1/names"; } 2>/dev/null
  fi
}
names_hosts() {
  HOSTS=${ROOTFS%/*/*}/${1##*/}/etc/hosts
  TEXT=${HOSTS_THEN[$1]-}
  [[ -z $TEXT ]] || return 0
  { [[ -f $HOSTS ]] && ! IFS= read -r -d '' -N 65536 TEXT <"$HOSTS"; } 2>/dev/null || return 1
  TEXT=$'\n'$TEXT
}

# names_tell STATE LINE: adds it to that one's /etc/hosts. Of one that had the address before, and was killed, no line is left there.
names_tell() {
  local TEXT HOSTS OLD
  names_hosts "$1" || return 0
  [[ $TEXT != *$'\n'"$2"$'\n'* ]] || return 0
  if [[ $TEXT =~ $'\n'("${2%% *} "[^$'\n']*'  # cash')$'\n' ]]; then
    OLD=${BASH_REMATCH[1]}
    names_turn "$1" "$OLD" "#${OLD:1}"
    names_hosts "$1"
  fi
  if [[ $TEXT == *$'\n'"#${2:1}"$'\n'* ]]; then
    names_turn "$1" "#${2:1}" "$2"
  else
    names_where
    told 'who is on its network, too' " >>$HOSTS" echo "$2" || echo "$2" 2>/dev/null >>"$HOSTS" ||
      [[ ! -e $HOSTS ]] || say "$HOSTS cannot be written to: that one does not know the names: $2" # else it has just ended
    [[ $MODE == apply ]] || HOSTS_THEN[$1]=$TEXT$2$'\n'
  fi
}

# names_turn STATE FROM TO: a line FROM of that one's /etc/hosts becomes TO, by its first byte: who reads it meanwhile sees one or the other.
names_turn() {
  local TEXT HOSTS BEFORE WHY='who is on its network, again'
  [[ $3 != '#'* ]] || WHY='who is on its network no more'
  names_hosts "$1" && [[ $TEXT == *$'\n'"$2"$'\n'* ]] || return 0
  BEFORE=${TEXT%%$'\n'"$2"$'\n'*}
  if [[ $MODE == plan ]]; then
    HOSTS_THEN[$1]=$BEFORE$'\n'$3${TEXT#"$BEFORE"$'\n'"$2"}
    [[ -z ${FORESEEN-} ]] || return 0
    planned "$(declare -f names_byte)"
  fi
  names_where
  told "$WHY" '' names_byte "$HOSTS" "${#BEFORE}" "${3::1}" || names_byte "$HOSTS" "${#BEFORE}" "${3::1}" 2>/dev/null || : # it has just ended
}
# names_where: in a plan, the next command is for that one where it is there still.
names_where() {
  [[ $MODE == apply ]] || words "$HOSTS"
  [[ $MODE == apply ]] || CONDITION="[[ ! -e $WORDS ]] || "
}
# names_byte FILE OFFSET BYTE
names_byte() {
  local fd
  exec {fd}<>"$1" || return 1
  IFS= read -r -d '' -N "$2" _ <&"$fd"
  printf %s "$3" >&"$fd"
  exec {fd}>&-
}
# ── containers, until they start: the same bytes in every script ─────────────────────────────────
# container_names: where the container in CONTAINER is on this host.
container_names() {
  ROOTFS=$ROOT/containers/$PROJECT/$CONTAINER/rootfs
  ETC=${ROOTFS%/*}/etc # what is mounted over its /etc/hosts, hostname and resolv.conf: it may write there, so it is no part of /run
  STATE=/run/cash/$PROJECT/containers/$CONTAINER
  SECRETS=/run/cash/$PROJECT/secrets/$CONTAINER
  LEASES=()
  cgroup_find "$CGROUP_WANTED"
  cgroup_paths "cash/$PROJECT/$CONTAINER" "${CONTROLLERS[@]}"
}

HELD=''                # not empty: the container's name is ours
KEPT=''                # not empty: this invocation has made what is kept of it
LEASES=()              # files of the container's leases
FIRST='' STARTING=''   # the process that becomes the parent of process 1; the process before it, where it is about to be known
ADMITTED=''            # the process that says to the walls of its networks who it is
FAILED=''              # not empty: it did not start
STARTED=()             # a function to call when it has started, and its arguments
RELAYS=() RELAY_END='' # the processes that stand between its descriptors and ours; what ends them
OUTPUT=''              # where its output goes; empty: where ours goes
STOPPING=()            # a function to call before it is told to end
LOGGER=''              # the process that writes its log, where a supervisor has one
STOPPED=''             # not empty: it was told to end
READS=()               # a command that reads the functions of process 1, which a supervisor does not keep
FREE=()                # a function that is false where its name is taken, though no process holds its lock
PARTING=()             # a function to call when it is over, where other containers may share what it has

# container_lock: the container's name is ours until this process ends.
container_lock() {
  [[ $MODE == apply ]] || { stays "$STATE" && [[ -d $STATE ]]; } || return 0
  { exec {LOCK}<"$STATE"; } 2>/dev/null || fail 125 "$CONTAINER was just removed; try again"
  flock --nonblock "$LOCK" || container_lock_await || fail 125 "$CONTAINER is running already; a second one of another name: run --name NAME …"
  "${FREE[@]}" || fail 125 "$CONTAINER is running already; a second one of another name: run --name NAME …"
  [[ /proc/self/fd/$LOCK -ef $STATE ]] || fail 125 "$CONTAINER was just removed; try again"
  HELD=yes
}

# container_lock_await: a process that a killed command has started may hold it for a moment still; who has just taken it says so when its
# container lives.
container_lock_await() {
  local second
  for ((second = 0; second < 30; second++)); do
    ! container_lives owner || return 1
    ! flock --timeout 1 "$LOCK" || return 0
  done
  return 1
}

# container_create: all that its processes need before they start. What a dead run has left of it goes first.
container_create() {
  HELD='' KEPT='' # of one that was run before it
  UNDO=(container_undo "${UNDO[@]}")
  container_directories
  container_lock
  if { [[ -d $ROOTFS ]] && stays "$ROOTFS" && ! there "${ROOTFS%/*}/keep"; } || { stays "$STATE" && ! empty "$STATE"; } || there "$ETC/hostname" || container_alive; then
    [[ ! -e $STATE/supervisor ]] || ! container_lives pid || fail 125 "$CONTAINER is running already, though its supervisor was killed; $0 start $CONTAINER gives it another"
    container_remove
    container_directories
    HELD=''
    unlock
    container_lock
  fi
  container_has_directories || container_directories # one of its name was just being removed
  lines 'what it is made of, for rmi and diff' "$STATE/image" "$IMAGE" "$SERVICE"
  [[ -z $KEEP ]] || there "${ROOTFS%/*}/keep" || {
    KEPT=yes
    lines 'it is kept' "${ROOTFS%/*}/keep" "$IMAGE" "$SERVICE"
    made "${ROOTFS%/*}/keep"
  }
  cgroup_enable "cash/$PROJECT/$CONTAINER" "${CONTROLLERS[@]}"
  "${ID}_limits"
  ! declare -F "${ID}_guard" >/dev/null || "${ID}_guard"
  container_terminal
  ! declare -F "${ID}_secrets" >/dev/null || "${ID}_secrets"
  "${ID}_network"
}
container_directories() {
  there /run/cash || run 'runtime files, for root alone' mkdir -p -m 700 /run/cash
  cgroup_create "$ETC" "$STATE"
  made "${ROOTFS%/*}" "$ETC" "$STATE" "${CGROUPS[@]}"
}

container_has_directories() {
  local path
  for path in "$ETC" "${CGROUPS[@]}"; do there "$path" || return 1; done
}

# container_alive: processes of a run that was killed are left.
container_alive() {
  local directory pids=()
  for directory in "${CGROUPS[@]}"; do
    ! stays "$directory" || ! there "$directory/cgroup.procs" || { mapfile -t pids <"$directory/cgroup.procs"; } 2>/dev/null || : # it has been removed
    ((${#pids[@]} == 0)) || return 0
  done
  return 1
}

# container_birth PID: sets BIRTH, when that process began (clock ticks since the boot): a number with which no other one has its PID.
# False where it has ended, though nobody may have asked how yet.
container_birth() {
  local STAT TEXT=''
  { IFS= read -r -d '' TEXT <"/proc/$1/stat" || [[ -n $TEXT ]]; } 2>/dev/null || return 1 # its name may have line breaks
  read -ra STAT <<<"${TEXT##*) }"
  BIRTH=${STAT[19]}
  [[ ${STAT[0]} != [XZ] ]]
}
# container_lives FILE: the process lives that STATE/pid or STATE/owner names; sets LIVING, its pid.
container_lives() {
  local born
  { read -r LIVING born <"$STATE/$1"; } 2>/dev/null && container_birth "$LIVING" && [[ $BIRTH == "$born" ]]
}

# container_workdir: a working directory that the image does not have is made, as with Docker.
container_workdir() {
  local path=$IMAGE rest=${WORKING_DIRECTORY#/}
  [[ -n $rest ]] || return 0
  rest+=/
  [[ $WORKING_DIRECTORY == /* && $WORKING_DIRECTORY/ != */../* ]] || fail 125 "the working directory $WORKING_DIRECTORY: an absolute path without .. is wanted"
  while [[ -n $rest && ! -L $path ]]; do path+=/${rest%%/*} rest=${rest#*/}; done
  [[ ! -L $path && ! -e $path ]] || return 0
  join 'its own copy of the image'
  container_mountpoint "$WORKING_DIRECTORY"
}

# container_user SPEC: sets USER_ID GROUP_ID GROUPS_IDS HOME_DIRECTORY by the image's own files, never the host's.
container_user() {
  local user=${1%%:*} group='' text line lines name id gid home members _
  [[ $1 != *:* ]] || group=${1#*:}
  USER_ID='' GROUP_ID='' GROUP_IDS='' HOME_DIRECTORY=/
  [[ -d $IMAGE || $1 =~ ^[0-9:]+$ ]] || fail 125 "user $1: the image is gone, and with it its /etc/passwd; give a number, or pull it again"
  if [[ -f $IMAGE/etc/passwd && ! -L $IMAGE/etc && ! -L $IMAGE/etc/passwd ]]; then
    ! IFS= read -r -d '' -n 1048576 text <"$IMAGE/etc/passwd" || fail 125 '/etc/passwd of the image is no text, or longer than 1 MiB'
    while IFS=: read -r name _ id gid _ home _ || [[ -n $name ]]; do
      [[ $name == "$user" || $id == "$user" ]] || continue
      [[ $id =~ ^[0-9]{1,10}$ && $gid =~ ^[0-9]{1,10}$ ]] || continue
      user=$name USER_ID=$id GROUP_ID=$gid HOME_DIRECTORY=${home:-/}
      break
    done <"$IMAGE/etc/passwd" # not of the text: Bash reads a pipe byte by byte
  fi
  if [[ -z $USER_ID ]]; then
    [[ $user =~ ^[0-9]{1,10}$ ]] || fail 125 "user $user is not in /etc/passwd of the image; name a user of the image, or give a number"
    USER_ID=$user GROUP_ID=0
    [[ $user != 0 ]] || HOME_DIRECTORY=/root
  fi
  if [[ -f $IMAGE/etc/group && ! -L $IMAGE/etc && ! -L $IMAGE/etc/group ]]; then
    ! IFS= read -r -d '' -n 1048576 text <"$IMAGE/etc/group" || fail 125 '/etc/group of the image is no text, or longer than 1 MiB'
    mapfile -t lines <"$IMAGE/etc/group"
    for line in "${lines[@]}"; do
      [[ $line == *"${group:-$user}"* ]] || continue # most
      IFS=: read -r name _ id members <<<"$line"
      [[ ,$name,$members, == *",${group:-$user},"* && $id =~ ^[0-9]{1,10}$ ]] || continue
      [[ -z $group || $name != "$group" ]] || group=$id
      [[ ,$members, != *",$user,"* || -n $group ]] || GROUP_IDS+=,$id
    done
  fi
  [[ -z $group ]] || GROUP_ID=$group
  [[ $GROUP_ID =~ ^[0-9]{1,10}$ ]] || fail 125 "group $group is not in /etc/group of the image; name a group of the image, or give a number"
  GROUP_IDS=$GROUP_ID$GROUP_IDS
}

# container_masks: sets MASKS, lines of an fstab that hide what Docker and Podman hide, of what this kernel has.
container_masks() {
  local path mounts text
  MASKS=()
  for path in proc/{acpi,asound,interrupts,kcore,keys,latency_stats,sched_debug,scsi,timer_list,timer_stats} \
    sys/{firmware,fs/selinux,dev/block,devices/virtual/powercap} sys/devices/system/cpu/cpu*/thermal_throttle; do
    if [[ -d /$path ]]; then
      MASKS+=("tmpfs $ROOTFS/$path tmpfs ro,nosuid,nodev,noexec,size=4k,mode=0 0 0")
    elif [[ -e /$path ]]; then
      MASKS+=("/dev/null $ROOTFS/$path none bind,nosuid,noexec 0 0")
    fi
  done
  for path in proc/{bus,fs,irq,sys,sysrq-trigger}; do
    [[ ! -e /$path ]] || MASKS+=("$ROOTFS/$path $ROOTFS/$path none bind,ro,nosuid,nodev,noexec 0 0")
  done
  # Process 1 is a Bash of the host. Its command may be /proc/self/exe, and so that Bash, which could be written to then: so it lies where
  # nothing can, in this mount namespace.
  mapfile -t mounts </proc/self/mounts
  text=${mounts[*]}
  for path in / /usr /bin /usr/bin; do
    [[ $text != *" $path "* ]] || MASKS+=("none ${path%/}/. none remount,bind,ro 0 0") # mount(8) ignores / alone
  done
}

# container_terminal: a terminal here is one of its own there, /dev/console, see terminal.bash: ours is out of its reach.
container_terminal() {
  TTY=''
  if [[ -n $DETACH ]]; then
    [[ $TERMINAL == true ]] || return 0
  elif [[ $RUN_TERMINAL == false || ! (-t 0 && -t 1) ]]; then
    [[ $RUN_TERMINAL != true ]] || fail 2 '-t: standard input and output are no terminal'
    return 0
  fi
  TTY=yes
  RUN_ENVIRONMENT=("TERM=${TERM:-dumb}" "${RUN_ENVIRONMENT[@]}")
}

# container_mountpoint PATH [SOURCE]: what to mount on, made where there is none: a file where SOURCE is one. A link must not lead out of it.
container_mountpoint() {
  local path=$ROOTFS target=$ROOTFS$1 rest=${1#/}/
  [[ $MODE == apply ]] || { stays "$ROOTFS" && [[ -e ${ROOTFS%/*}/keep ]]; } || path=$IMAGE
  while [[ -n $rest ]]; do
    path+=/${rest%%/*} rest=${rest#*/}
    [[ ! -L $path ]] || fail 125 "$1 passes through a symbolic link in the image: name the path it stands for"
  done
  if [[ ! -d $IMAGE && $MODE == plan ]]; then
    words "$target"
    CONDITION="[[ -e $WORDS ]] || "
  fi
  [[ -n $CONDITION || ! -e $path ]] || return 0
  if [[ -e ${2-} && ! -d $2 ]]; then
    run 'the image has no such file' install -D -m 644 /dev/null "$target"
  else
    run 'the image has no such directory' install -d -m 755 "$target"
  fi
}
# ── seccomp filters, keyrings: the same bytes in every script ────────────────────────────────────
# SECCOMP is a filter of system calls (struct sock_filter, in base64), or empty: none. What has no_new_privs loads it last; else it needs
# CAP_SYS_ADMIN, before the rights are dropped.
# PRCTL is the number of prctl on this machine.
SECCOMP_PROGRAM='
sub keyring {    # KEYCTL_JOIN_SESSION_KEYRING; where keyctl is refused (EPERM, ENOSYS), it is to its command, too
  my ($prctl) = @_;
  syscall($prctl == 157 ? 250 : 219, 1, 0) >= 0 or $! == 1 or $! == 38 or die "cash: no session keyring of its own: $!\n";
}
sub seccomp {
  my ($prctl, $filter) = @_;
  $filter =~ tr#A-Za-z0-9+/=# -_#d;
  my $code = unpack("u", join "", map { chr(32 + length() * 3 / 4) . $_ . "\n" } $filter =~ /.{1,60}/g);
  syscall($prctl, 22, 2, pack("S x6 P", length($code) / 8, $code)) == 0 or die "cash: the seccomp filter cannot be loaded: $!\n";    # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
}
'

# seccomp_loader: sets LOADER, a command that loads it, and executes what follows it: in a session of its own, with its terminal, and with a
# session keyring of its own: that of our caller came along, with its keys.
seccomp_loader() {
  local PRCTL=167
  [[ $HOSTTYPE != x86_64* ]] || PRCTL=157
  LOADER=(perl -e "$SECCOMP_PROGRAM"'
    my ($prctl, $filter) = splice @ARGV, 0, 2;
    syscall($prctl == 157 ? 112 : 157) >= 0 or die "cash: no session of its own: $!\n";    # setsid
    ioctl(STDIN, 0x540E, 0) or die "cash: its terminal: $!\n" if $ENV{TTY};    # TIOCSCTTY
    keyring($prctl);
    seccomp($prctl, $filter) if $filter ne "";
    exec { $ARGV[0] } @ARGV;
    die "cash: $ARGV[0]: $!\n"' -- "$PRCTL" "$SECCOMP")
}
# ── what stands between a command and ours: the same bytes in every script ──────────────────────
# It copies from 0 to 1, until 4 is closed. in: 1 is a pipe that the command reads, 3 its other end; what the command has not read of a file
# is there for who reads that next. out: 0 is a pipe; what is in it is copied still. stay: the same, and for what the command has left in the
# background, a copy of us stays.
RELAY_PROGRAM='
sub inside { my $count = pack "i", 0; ioctl($_[0], 0x541B, $count); unpack "i", $count } # FIONREAD
sub ready {
  my ($reads, $writes) = ("\x10", "");
  vec($reads, 0, 1) = 1 if $_[0];
  vec($writes, 1, 1) = 1 if $_[1];
  select($reads, $writes, undef, undef) > 0 ? (vec($reads, 4, 1), vec($reads, 0, 1), vec($writes, 1, 1)) : ();
}
sub copy {
  my $got = sysread STDIN, my $text, $_[0] or exit;
  until ($text eq "") {
    my $put = syswrite STDOUT, $text;
    if ($put) { substr($text, 0, $put) = "" }
    elsif ($! == 32) { exit } # EPIPE
    elsif ($! == 11) { select undef, undef, undef, 0.01 } # EAGAIN
    elsif ($! != 4) { die "cash: its output: $!\n" } # EINTR
  }
  $got;
}
if ($ARGV[0] ne "in") {
  while () {
    my ($end, $more) = ready(1);
    last if $end;
    copy(65536) if $more;
  }
  for (my $left = inside(\*STDIN); $left > 0; $left -= copy($left)) { }
  copy(65536) if select(my $reads = "\1", undef, undef, 0); # at its end this exits
  exit if $ARGV[0] eq "out" || (fork // 1);
  $SIG{TERM} = "DEFAULT";
  copy(65536) while 1;
}
my ($text, $more, $sent) = ("", 1, 0);
open(my $pipe, "<&=", 3);
fcntl(STDOUT, 4, 04000); # F_SETFL, O_NONBLOCK
while () {
  my ($end, $reads, $writes) = ready($more && $text eq "", $text ne "");
  last if $end;
  if ($writes) { my $put = syswrite STDOUT, $text; if ($put) { substr($text, 0, $put) = ""; $sent += $put } }
  elsif ($reads && !sysread STDIN, $text, 65536) { $more = ""; close STDOUT }
}
my $left = inside($pipe); # the command can write to it, too
sysseek STDIN, -(length($text) + ($left < $sent ? $left : $sent)), 1;
'

# container_relays out|stay: STDIO, the descriptors that become 0 to 2 of its command, are ours where they are pipes (its output: without a name), sockets or
# /dev/null.
# Anything else it could open again, to read and to write (/proc/self/fd/1): so a pipe stands between, and a process, in RELAYS.
# A terminal is its input only where that is asked for: who else reads from it would lose what is typed.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
container_relays() {
  local PIPE FROM TO FD END
  container_pipe
  exec {END}</proc/self/fd/"$PIPE" {RELAY_END}>/proc/self/fd/"$PIPE" {PIPE}>&-
  if [[ -t 0 && $STDIN_OPEN != true ]]; then
    exec {FROM}</dev/null
    STDIO[0]=$FROM
  elif relayed 0; then
    container_pipe
    exec {FROM}</proc/self/fd/"$PIPE" {TO}>/proc/self/fd/"$PIPE" {PIPE}>&-
    relay in 0 "$TO" "$FROM" "$END"
    exec {TO}>&-
    STDIO[0]=$FROM
  fi
  for FD in 1 2; do
    if [[ $FD == 2 && ${STDIO[1]} != 1 && /proc/self/fd/2 -ef /proc/self/fd/1 ]]; then
      STDIO[2]=${STDIO[1]} # in the order in which it is written
    elif relayed "$FD" || relayed_fifo "$FD" "$END"; then
      container_pipe
      exec {FROM}</proc/self/fd/"$PIPE" {TO}>/proc/self/fd/"$PIPE" {PIPE}>&-
      relay "$1" "$FROM" "$FD" '' "$END"
      exec {FROM}<&-
      STDIO[FD]=$TO
    fi
  done
  exec {END}<&-
}
relayed() { [[ -e /proc/self/fd/$1 && ! -p /proc/self/fd/$1 && ! -S /proc/self/fd/$1 && ! /proc/self/fd/$1 -ef /dev/null ]]; }

# relayed_fifo DESCRIPTOR PIPE: it is a pipe that has a name on the host (mkfifo), whose mode its command could change, too: it is on another mount
# than a pipe without one.
relayed_fifo() {
  local DESCRIPTOR KEY VALUE MOUNTS=()
  [[ -p /proc/self/fd/$1 ]] || return 1
  for DESCRIPTOR; do
    while read -r KEY VALUE; do [[ $KEY != mnt_id: ]] || MOUNTS+=("$VALUE"); done <"/proc/self/fdinfo/$DESCRIPTOR"
  done
  [[ ${MOUNTS[0]-} != "${MOUNTS[1]-}" ]]
}

# relay in|out|stay FROM TO PIPE END: RELAY_PROGRAM. No signal ends it, which our terminal sends to us, too.
relay() {
  (
    trap - ERR EXIT
    trap '' HUP INT PIPE QUIT TERM TTIN
    exec <&"$2" >&"$3" 4<&"$5"
    [[ $1 != in ]] || exec 3<&"$4"
    for FD in /proc/self/fd/*; do
      FD=${FD##*/}
      ((FD < 3 || FD == 4)) || [[ $1$FD == in3 ]] || exec {FD}<&-
    done
    exec perl -e "$RELAY_PROGRAM" "$1"
  ) <&0 &
  RELAYS+=("$!")
}

# container_relayed: when the command has ended: all that it has written is where it was to go. A second signal does not wait for
# a terminal that takes nothing.
container_relayed() {
  [[ -z $RELAY_END ]] || exec {RELAY_END}>&-
  trap relays_kill HUP INT TERM
  await "${RELAYS[@]}" 2>/dev/null # Bash names what a signal ended; what they could not write, they have said
  trap '' HUP INT TERM
  RELAYS=() RELAY_END=''
}
relays_kill() { kill -s KILL "${RELAYS[@]}" 2>/dev/null || :; } # some may have ended
# ── containers, from their start to their end: the same bytes in every script ────────────────────
# How a container starts, by whom:
#   the script      cgroups, addresses, then: unshare … flock … bash -c SERVICE_first
#   flock           stays, the parent of process 1: its exit status is that of process 1, and while it lives STATE/alive is locked
#   SERVICE_first   process 1: starts SERVICE_setup; drops all rights but the container's, becomes SERVICE_last, says so, waits
#   the script      a snapshot of the image, beside what follows: files; waits for it; says to the walls of its networks who it is
#   SERVICE_setup   hostname and network; when the snapshot is there, mounts what the container sees; when process 1 is loaded,
#                   pivot_root moves all processes of these namespaces into the new root, and so process 1; detaches the old one; ends
#   the script      lets process 1 go on
#   SERVICE_last    environment, working directory, exec of the command
# Before its last step no program of the image is executed, after pivot_root none of the host.

# container_root: by SERVICE_setup. When the script says that the snapshot is there: its mounts, those that LATE makes, too;
# when it says that process 1 is loaded: its root; which is the root of process 1, and ours, from then on: only what is loaded follows.
container_root() {
  local TRIES=0 PIVOT
  exec {PIVOT}> >(container_pivot)
  read -r _ <&"$MOUNT_GATE"
  container_straight
  until mount --internal-only --no-canonicalize --all --fstab "$STATE/fstab" >&2 2>/dev/null; do
    # a program of the host that had just been executed in here was given its time of access: what is written to becomes read-only then
    ((TRIES++ < 10)) || {
      mount --internal-only --no-canonicalize --all --fstab "$STATE/fstab" >&2
      break
    }
    sleep 0.1
  done
  "${LATE[@]}"
  container_console
  [[ -z $NETWORK ]] || wait "$NETWORK"
  read -r _ <&"$MOUNT_GATE"
  echo pivot >&"$PIVOT"
}

# container_pivot: a Perl that is loaded before: when the new root is the root, no program of the host can be found any more to detach the
# old one, which lies over it.
container_pivot() {
  local CALLS=(41 39) # their numbers on this machine
  [[ $HOSTTYPE != x86_64* ]] || CALLS=(155 166)
  exec perl -e '
    my ($pivot_root, $umount2, $here) = (@ARGV, ".");
    readline(STDIN) // exit;
    chdir $ENV{ROOTFS} or die "cash: $ENV{ROOTFS}: $!\n";
    syscall($pivot_root, $here, $here) == 0 or die "cash: pivot_root: $!\n";
    syscall($umount2, $here, 2) == 0 or die "cash: umount --lazy of the old root: $!\n"; # MNT_DETACH
    open my $messages, ">&=", $ENV{MESSAGES};
    print $messages "pivoted\n"; print "pivoted\n"' "${CALLS[@]}"
}

# container_straight: no place where something is mounted is elsewhere, by a symbolic link: mount(8) would follow it, out of the container.
# An earlier run of it may have put one there, or the container that its image was committed of; none runs now.
container_straight() {
  local TARGET REST PLACE
  while read -r _ TARGET _; do
    [[ $TARGET == "$ROOTFS"/* && $TARGET != "$ROOTFS"/proc/* && $TARGET != "$ROOTFS"/sys/* ]] || continue # those are in what is mounted there
    printf -v REST '%b/' "${TARGET#"$ROOTFS"/}"
    PLACE=$ROOTFS
    while [[ -n $REST ]]; do
      PLACE+=/${REST%%/*} REST=${REST#*/}
      [[ ! -L $PLACE ]] || {
        echo "cash: ${PLACE#"$ROOTFS"} in the container is a symbolic link now, and something is to be mounted there: it is not started" >&2
        exit 125
      }
    done
  done <"$STATE/fstab"
}

# container_console: the terminal that its keeper has made for it, by a name it can find.
container_console() {
  [[ -z $TTY ]] || { [[ ! -L $ROOTFS/dev/console ]] && mount -o bind,nosuid,noexec "$(tty)" "$ROOTFS/dev/console"; }
}

# container_wait DIRECTORY COMMAND…: by process 1, without its rights already: forgets all that was ours, looks whether its command is there, and waits
# until it is let go.
container_wait() {
  local pid name entry inherited messages=$MESSAGES setup=$SETUP gate=$START_GATE stop=$STOP_SIGNAL status
  read -r pid _ </proc/self/stat # the host's /proc still: our pid there
  mapfile -d '' -t inherited </proc/self/environ
  exec {MOUNT_GATE}<&-
  echo "$pid" >&"$messages"
  for name in "${inherited[@]%%=*}" PWD OLDPWD SHLVL; do
    case $name in
    BASH_FUNC_*) export -fn "${name:10:-2}" ;;
    *) unset -v "$name" ;;
    esac
  done
  declare -gA SHLVL   # or exec would export it
  trap 'exit 130' INT # as process 1 would ignore them
  trap 'exit 131' QUIT
  trap 'exit 143' TERM
  case $stop in
  INT | QUIT | TERM) ;;
  *)
    status=$((128 + $(kill -l "$stop")))
    trap 'exit "$status"' "$stop"
    ;;
  esac
  read -r _ <&"$setup" || exit 125 # it has ended before its time
  read -r _ <&"$setup" || :        # its end: it has all rights
  exec {setup}<&-
  for entry in "${ENVIRONMENT[@]}"; do
    [[ $entry != PATH=* ]] || PATH=${entry#*=}
  done
  cd -- "$1" || exit 126
  type -P -- "$2" >/dev/null || {
    echo "cash: ${2@Q}: there is no such command that can be executed" >&2
    [[ $2 != */* || ! -e $2 ]] || exit 126
    exit 127
  }
  echo ready >&"$messages"
  exec {messages}>&-
  read -r _ <&"$gate"
  exec {gate}<&-
}

# container_exec COMMAND…: becomes it, with the variables in ENVIRONMENT. Names that Bash keeps for itself go by env.
container_exec() {
  local entry
  for entry in "${ENVIRONMENT[@]}"; do
    case ${entry%%=*} in
    '' | [0-9]* | *[!A-Za-z0-9_]* | _ | BASH* | COMP_* | DIRSTACK | ENVIRONMENT | EPOCH* | EUID | EXECIGNORE | FUNCNAME | GROUPS | HISTCMD | LINENO | PIPESTATUS | PPID | RANDOM | SECONDS | SHELLOPTS | SHLVL | SRANDOM | UID)
      exec -c env -- "${ENVIRONMENT[@]}" "$@"
      ;;
    *) ;;
    esac
  done
  export "${ENVIRONMENT[@]}" 2>/dev/null # Bash says that it has no such locale; the command may
  exec -- "$@"
}

# container_stdio USER: its command, which is this user of the host, may open its output again by name (/dev/stdout).
container_stdio() {
  local FD SELF MINE=()
  read -r SELF _ </proc/self/stat # the host's /proc still
  for FD in 0 1 2; do
    [[ -z $TTY && ! -p /proc/self/fd/$FD ]] || [[ ! -O /proc/self/fd/$FD ]] || MINE+=("/proc/$SELF/fd/$FD")
  done
  ((${#MINE[@]})) || return 0
  # not one that has a name on the host
  find "${MINE[@]}" -maxdepth 0 '(' -lname 'pipe:*' -o -lname '/dev/pts/*' ')' -exec chown "$1" '{}' + 2>/dev/null || : # its group may not be in this user namespace
}

# container_whose: its user is of the image; where that was removed while it ran (rmi -f), the user it was.
container_whose() {
  local SETTINGS NAME
  if [[ -d $IMAGE || ! -f $STATE/settings ]]; then
    container_user "$USER_SPEC"
  else
    mapfile -d '' -t SETTINGS <"$STATE/settings"
    USER_ID=${SETTINGS[2]} GROUP_IDS=${SETTINGS[3]} GROUP_ID=${SETTINGS[3]%%,*} HOME_DIRECTORY=/
    for NAME in "${SETTINGS[@]:6}"; do [[ $NAME != HOME=* ]] || HOME_DIRECTORY=${NAME#HOME=}; done
  fi
}

# container_start SERVICE COUNT VARIABLE… COMMAND…: its processes, which wait for container_enter.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
container_start() {
  local FD PIPE INHERITED SHARING=() STDIO
  ID=$1
  type -P perl >/dev/null || fail 125 'needs Perl: apt-get install perl-base'
  container_whose
  HOST_NETNS=/proc/$$/ns/net
  "${OPENED[@]}" || return 125
  container_pipe
  exec {UP}</proc/self/fd/"$PIPE" {MESSAGES}>/proc/self/fd/"$PIPE" {PIPE}>&-
  container_pipe
  exec {MOUNT_GATE}</proc/self/fd/"$PIPE" {MOUNT}>/proc/self/fd/"$PIPE" {PIPE}>&-
  container_pipe
  exec {START_GATE}</proc/self/fd/"$PIPE" {START}>/proc/self/fd/"$PIPE" {PIPE}>&-
  STDIO=(0 1 2) RELAYS=() RELAY_END=''
  [[ -n $TTY || -n $OUTPUT ]] || container_relays out
  container_room
  [[ -n $TTY ]] || set -m # a process group of its own: what the terminal sends to ours does not reach it
  STARTING=" ${!-}"       # whatever was started last
  (
    trap - ERR EXIT HUP INT QUIT TERM
    cgroup_enter || exit 125
    exec <&"${STDIO[0]}" >&"${STDIO[1]}" 2>&"${STDIO[2]}"
    [[ -z $OUTPUT ]] || exec >&"$OUTPUT" 2>&1
    for FD in /proc/self/fd/*; do
      FD=${FD##*/}
      ((FD < 3 || FD == MESSAGES || FD == MOUNT_GATE || FD == START_GATE)) || exec {FD}<&-
    done
    "${READS[@]}"
    set -- "${ENTER[@]}" "${SHARING[@]}" unshare "${NAMESPACES[@]}" flock --close "$STATE/alive" bash -c '"$@"' cash "$1_first" "${@:2}"
    mapfile -d '' -t INHERITED </proc/self/environ # of our caller: where process 1 stays a Bash, /proc/1/environ would show it
    # of names that are none it says so, and goes on
    export -n SHLVL "${INHERITED[@]%%=*}" 2>/dev/null || for FD in "${INHERITED[@]%%=*}"; do
      case $FD in
      BASH_FUNC_*) export -fn "${FD:10:-2}" 2>/dev/null || : ;; # Bash may not have taken it
      [0-9]* | *[!A-Za-z0-9_]*) set -- env -u "$FD" -- "$@" ;;  # no name for Bash, which hands it on
      *) ;;
      esac
    done
    export -f container_stdio container_root container_pivot container_straight container_console container_wait container_exec "${FUNCTIONS[@]}"
    export PATH LC_ALL MESSAGES MOUNT_GATE START_GATE STOP_SIGNAL STATE ROOTFS HOST_NETNS USER_ID GROUP_ID GROUP_IDS HOME_DIRECTORY WORKING_DIRECTORY TTY ${USERNS_HOLDER+USERNS_HOLDER} "${EXPORTS[@]}"
    trap : QUIT                              # Bash ignores it for itself; what is still ignored then, our caller ignores
    read -r -d '' FD </proc/self/status || : # all of it, to its end
    [[ $FD =~ SigIgn:[[:space:]]0+[[:space:]] ]] || set -- env --default-signal "$@"
    [[ -z $TTY ]] || container_on_terminal "$@"
    exec "$@"
  ) <&0 &
  FIRST=$! STARTING=''
  set +m
  exec {MESSAGES}>&- {MOUNT_GATE}<&- {START_GATE}<&-
  for FD in "${STDIO[@]}"; do ((FD < 3)) || exec {FD}>&-; done
  "${1}_environment" "${@:3:$2}"
  printf '%s\0' "$1" "$IMAGE" "$USER_ID" "$GROUP_IDS" "$WORKING_DIRECTORY" "${#LABELS[@]}" "${LABELS[@]}" "${ENVIRONMENT[@]}" >"$STATE/settings" # for exec
  echo "$SECCOMP" >"$STATE/seccomp"
}

# container_room: sets ROOM, a limit of processes that is lower than what those need that start the container, and its file: until they are
# done, it is 16. container_narrow: it is what it was.
container_room() {
  local DIRECTORY MOST
  ROOM=()
  for DIRECTORY in "${CGROUPS[@]}"; do
    [[ -f $DIRECTORY/pids.max ]] || continue
    read -r MOST <"$DIRECTORY/pids.max"
    [[ $MOST == max ]] || ((MOST >= 16)) || {
      echo 16 >"$DIRECTORY/pids.max"
      ROOM=("$MOST" "$DIRECTORY/pids.max")
    }
  done
}
container_narrow() { ((${#ROOM[@]} == 0)) || echo "${ROOM[0]}" >"${ROOM[1]}"; }

# container_pipe: sets PIPE, an empty one. Since Bash 5.1 a here-string is a pipe, and needs no process.
container_pipe() {
  exec {PIPE}<<<''
  if [[ -p /proc/self/fd/$PIPE ]]; then
    read -r _ <&"$PIPE"
  else
    exec {PIPE}<&-
    exec {PIPE}<> <(:)
  fi
}

# container_on_terminal COMMAND…: executes it on a terminal of its own. Becomes who looks at that; of a supervisor, who keeps it.
container_on_terminal() {
  local ROLE=run
  [[ -z $OUTPUT ]] || ROLE=serve
  exec perl -e "$TERMINAL_PROGRAM" "$ROLE" "$STATE" "$DETACH_KEYS" "$@"
}

# container_enter: when its files are there, process 1 gets its root, and is let go.
container_enter() {
  local SAID
  trap : PIPE # they may have failed, and said so: then we do too, and are not killed by our echo
  { { [[ -z $ASIDE ]] || wait "$ASIDE"; } &&
    echo mount >&"$MOUNT" &&
    { ! declare -F "${ID}_admit" >/dev/null || "${ID}_admit"; } && # not sooner: there is more to do until then
    read -r PID <&"$UP" &&                                         # or it has ended before its time
    echo pivot >&"$MOUNT" &&
    { [[ -z $ADMITTED ]] || wait "$ADMITTED"; } &&
    container_births &&
    read -r SAID <&"$UP" && [[ $SAID == pivoted ]] &&
    read -r SAID <&"$UP" && [[ $SAID == ready ]] &&
    container_signals && container_known && container_narrow &&
    echo start >&"$START"; } || FAILED=yes
  [[ -z $FAILED ]] || container_narrow 2>/dev/null || : # its cgroup may be gone
  ASIDE=''
  exec {UP}<&- {MOUNT}>&- {START}>&- # where it failed, they wake, and end
  "${CLOSED[@]}"
  trap - PIPE
  [[ -z $FAILED ]]
}

# container_births: sets BIRTHS, "PID BIRTH" of process 1, and of the process that waits for it. container_known: STATE/pid names the one,
# STATE/owner the other.
container_births() { container_birth "$PID" && BIRTHS=("$PID $BIRTH") && container_birth "$$" && BIRTHS+=("$$ $BIRTH"); }
container_known() { echo "${BIRTHS[0]}" >"$STATE/pid" && echo "${BIRTHS[1]}" >"$STATE/owner"; }

# container_signals: from now on they are for its command.
container_signals() {
  local signal
  for signal in QUIT USR1 USR2; do
    trap 'container_signal '"$signal" "$signal"
  done
  for signal in HUP INT TERM; do
    trap 'container_stop '"$signal" "$signal"
  done
}

container_signal() { ! container_target "$1" || kill -s "$1" -- "$TARGET" 2>/dev/null || :; } # it may have just ended

# container_target SIGNAL: sets TARGET, who gets it: process 1, and where that is our init on a terminal its group, as of what the terminal sends: it does
# not pass those on to a command in its group.
container_target() {
  local TEXT='' CALL
  TARGET=$PID
  [[ $1 == @(INT|QUIT|TSTP) ]] || return 0
  { mapfile -d '' -t CALL <"/proc/$PID/cmdline"; } 2>/dev/null || return 1
  [[ ${CALL[0]-} == bash && ${CALL[3]-} == cash && ${CALL[4]-} == *_last ]] || return 0
  { IFS= read -r -d '' TEXT <"/proc/$PID/stat" || [[ -n $TEXT ]]; } 2>/dev/null || return 1
  read -r _ _ _ _ TEXT _ <<<"${TEXT##*) }" # the number of its terminal
  [[ $TEXT == 0 ]] || TARGET=-$PID
}

# container_end: waits for the end of the container. Returns its exit status; 255 where nobody knows.
container_end() {
  local status=0 interrupted=''
  {
    while [[ -d /proc/$FIRST ]]; do
      wait -n || (($? < 128)) || interrupted=yes
      [[ -z $LOGGER || -d /proc/$LOGGER ]] || log_open # it was killed
      [[ -z $KILLER || -d /proc/$KILLER ]] || {
        container_signal KILL
        KILLER=''
      }
    done
    trap '' HUP INT QUIT TERM USR1 USR2
    [[ ! -d /proc/${KILLER:-none} ]] || {
      kill -s KILL "$KILLER" # a forked Bash loses TERM, as long as it is not sleep yet
      await "$KILLER"
    }
    if [[ -n $interrupted ]] && lost "$FIRST"; then status=255; else wait "$FIRST" || status=$?; fi
  } 2>/dev/null # Bash names those that a signal ended
  FIRST=''
  [[ -e $STATE/detached ]] || happened die "status $status"
  return "$status"
}

# container_stop SIGNAL: the command gets it (stop_signal in place of TERM), and stop_grace_period to end. In the foreground a second one kills; a
# supervisor gets it of a further `stop`, whose period counts from then on.
container_stop() {
  STOPPED=yes
  if [[ -n $KILLER && -z $OUTPUT ]]; then
    container_signal KILL
  else
    [[ ! -f $STATE/grace ]] || read -r STOP_GRACE_PERIOD <"$STATE/grace" # of stop --time
    if [[ -n $KILLER ]]; then
      kill -s KILL "$KILLER" 2>/dev/null || : # it may have just ended: then so will the container
    else
      local EXEC_BEFORE=(timeout --signal=KILL "$STOP_GRACE_PERIOD") # for hooks
      "${STOPPING[@]}"
      container_signal "${1/TERM/$STOP_SIGNAL}"
    fi
    (
      [[ -z $LOCK ]] || exec {LOCK}<&-
      [[ -z $RELAY_END ]] || exec {RELAY_END}>&-
      [[ -z ${LOG_END-} ]] || exec {LOG_END}>&- # or its log would not end with us, where we are killed
      exec sleep "$STOP_GRACE_PERIOD"
    ) &
    KILLER=$!
  fi
}

# container_live: its root, its command, its end. Returns its exit status.
container_live() {
  local status=0 KILLER='' # for a signal, which may come before container_end
  if container_enter; then
    happened start "pid $PID"
    "${STARTED[@]}"
    container_end
  else
    wait "$FIRST" || status=$?
    FIRST=''
    [[ -n ${STOPPED-} ]] || ((status == 126 || status == 127)) || return 125 # a signal may end it just before its command
    return "$status"
  fi
}

# container_run COUNT VARIABLE… COMMAND…: sets STATUS, its exit status.
container_run() {
  local STANDING=(RELAY_PROGRAM) # what stands between
  [[ -z $TTY ]] || STANDING=(TERMINAL_PROGRAM DETACH_KEYS)
  STATUS=0
  if [[ $MODE == plan ]]; then
    planned "$(declare -p IMAGE STATE ROOTFS CGROUPS CGROUP_NAME CONTROLLERS NAMESPACES FUNCTIONS OPENED CLOSED ADMITTED EXPORTS "${EXPORTS[@]}" USER_SPEC WORKING_DIRECTORY STOP_SIGNAL STOP_GRACE_PERIOD STDIN_OPEN TTY "${STANDING[@]}" LABELS FAILED STARTED STOPPING LOGGER OUTPUT LOCK READS AUDIT AUDIT_MOST)" \
      "$(declare -f say fail "${CGROUP_FUNCTIONS[@]}" "${CONTAINER_FUNCTIONS[@]}" "${FUNCTIONS[@]}")"
    words container_start "$ID" "$@"
    planned "$WORDS  # its namespaces; its process 1 waits"
    container_furnish
    planned 'container_live || STATUS=$?  # its root, its command, its end'
    [[ -n $TTY ]] || RELAYS=(planned)
  else
    container_start "$ID" "$@"
    container_furnish
    container_live || STATUS=$?
    [[ -z $FAILED ]] || say "$CONTAINER did not start"
  fi
}
CONTAINER_FUNCTIONS=(await lost container_user container_whose container_relays relayed relayed_fifo relay container_relayed relays_kill container_stdio container_start container_room container_narrow container_pipe container_on_terminal container_enter container_birth container_births container_known
  container_signals container_signal container_target container_end container_stop container_live container_root container_pivot container_straight container_console container_wait container_exec
  audit audit_write happened) # for a plan

# container_furnish: its root, and what it finds when it is let in.
container_furnish() {
  there "$ROOTFS" || run_aside 'its own copy of the image' "${STORE_COPY[@]}" "$IMAGE" "$ROOTFS"
  made "$ROOTFS"
  container_masks
  "${ID}_files"
  container_workdir
}
# ── containers, when they are over: the same bytes in every script ───────────────────────────────
# container_abandon: what was to become the container.
container_abandon() {
  [[ -z $TTY ]] || kill -s TERM "$FIRST" 2>/dev/null || :               # that our terminal is as before, where it is who looks at its terminal
  [[ -n $TTY && -z $OUTPUT ]] || kill -s KILL "$FIRST" 2>/dev/null || : # it may have ended by itself
  await "$FIRST" 2>/dev/null                                            # Bash need not say so
  FIRST='' STARTING=''
}

# container_undo: what this invocation has made of it. While its name is not ours, only where no other process has it.
container_undo() {
  if [[ -z $HELD && $MODE == apply ]]; then
    unlock
    container_claim
    container_idle || return 0
  fi
  [[ -z $DETACH || -z $KEPT ]] || container_unkeep # it never ran
  container_remove
}

# container_claim: of one that does not run nothing is there to be locked, and another process may just make one of its name.
container_claim() {
  ! there "$STATE" || return 0
  there /run/cash || run 'runtime files, for root alone' mkdir -p -m 700 /run/cash
  run 'its name is ours' mkdir -p "$STATE"
  made /run/cash "$STATE"
}

# container_remove: what a container leaves, whole or half made; what is kept, stays. Not there is not an error. STATE goes last: while
# it is there, and locked, nobody else makes one of that name.
container_remove() {
  local path owner left=("${LEASES[@]}") groups=()
  if [[ $MODE == apply ]]; then
    [[ -z $ASIDE ]] || aside_pid
    [[ -z $ASIDE ]] || await "$ASIDE"
    [[ -z $STARTING || " ${!-}" == "$STARTING" ]] || FIRST=${!-}
    [[ ! -d /proc/${FIRST:-none} ]] || container_abandon # or it joins the cgroups after they are empty
  fi
  ASIDE=''
  cgroup_kill
  if ((${#RELAYS[@]})); then
    [[ $MODE == apply ]] || planned 'container_relayed  # what it has written is where it was to go'
    [[ $MODE == plan ]] || container_relayed
  fi
  "${PARTING[@]}"
  [[ ! -f $STATE/ports ]] || ! stays "$STATE" || ports_close || {
    [[ -n $UNDOING ]] || exit 125
    return 0 # it has been said; the next command tries again
  }
  if there "$ROOTFS" && ! there "${ROOTFS%/*}/keep"; then
    run_aside 'its files' "${STORE_DELETE[@]}" "$ROOTFS"
    gone "$ROOTFS"
  fi
  names_part
  for path in "${CGROUPS[@]}"; do
    ! there "$path" || groups+=("$path")
  done
  ((${#groups[@]} == 0)) || cgroup_delete "${groups[@]}"
  ! stays "$STATE" || for path in "/run/cash/$PROJECT"/{networks/*,ports}/* /run/cash/_/networks/*/*; do
    { [[ -f $path && " ${LEASES[*]} " != *" $path "* ]] && there "$path"; } || continue
    { read -r owner <"$path"; } 2>/dev/null || continue # its container took it along
    [[ $owner != "$STATE" ]] || left+=("$path")
  done
  ! there "$SECRETS" || there "${ROOTFS%/*}/keep" || secrets_remove
  if [[ $MODE == apply && -n $ASIDE ]]; then
    wait "$ASIDE" || [[ ! -d $ROOTFS ]] || subvolume_delete 'its files, with subvolumes of its own' "$ROOTFS"
    ASIDE=''
  fi
  join 'its files'
  if there "${ROOTFS%/*}/keep"; then
    ! there "$ETC" || left+=("$ETC")
  elif there "${ROOTFS%/*}"; then
    left+=("${ROOTFS%/*}") # with its log, and how it ended
    gone "${ROOTFS%/*}"/* "${ROOTFS%/*}/ended"
  fi
  gone "$ETC"/*
  ! there "$STATE" || left+=("$STATE")
  ((${#left[@]} == 0)) || container_clear "${left[@]}"
  gone "${groups[@]}" "${left[@]}"
  LEASES=()
}

# container_clear PATH…: what is left of it once more, where another process has just put into STATE that it is to stop. A lease may be another's by then.
container_clear() {
  local why='its leases, its folder, its runtime files' path owner again=()
  ! told "$why" '' rm -rf --one-file-system "$@" || return 0
  ! rm -rf --one-file-system "$@" 2>/dev/null || return 0
  for path; do
    owner=$STATE
    [[ ! -f $path ]] || { read -r owner <"$path"; } 2>/dev/null || continue
    [[ $owner != "$STATE" ]] || again+=("$path")
  done
  run "$why" rm -rf --one-file-system "${again[@]}"
}

# secrets_remove: the tmpfs in which the container's secrets are.
secrets_remove() {
  ! pool_mounted "$SECRETS" || run 'its secrets' umount "$SECRETS"
  run 'its secrets' rmdir "$SECRETS"
  gone "$SECRETS"
}

FORWARD_PROGRAM='' # without root: see forward.bash
# ports_close: what is published of the container leads to it no more. Where somebody has flushed the rules, that is said, and the rest goes on.
ports_close() {
  local UNDOING=yes inside outside bridge forwarder element elements=() deletion
  while read -r inside outside bridge forwarder; do
    [[ -z $forwarder ]] || run 'a port of the host' perl -e "$FORWARD_PROGRAM" "$forwarder" remove "${inside#*/}" "${outside%:*}" "${outside#*:}"
    [[ -d /sys/class/net/$bridge ]] || continue
    if [[ $outside == 0.0.0.0:* || -n $forwarder ]]; then outside="on_any { ${inside#*/} . ${outside#*:}"; else outside="on_one { ${outside%:*} . ${inside#*/} . ${outside#*:}"; fi
    elements+=("element ip $bridge/ports $outside }")
  done <"$STATE/ports"
  ((${#elements[@]})) || return 0
  printf -v deletion 'delete %s; ' "${elements[@]}"
  told 'its published ports' '' nft "${deletion%; }" || nft "${deletion%; }" || {
    ran "$?" 'its published ports' nft "${deletion%; }"
    nft list tables >/dev/null || return 1
    for element in "${elements[@]}"; do ! nft "get $element" >/dev/null 2>&1 || return 1; done
  }
}

container_idle() { "${FREE[@]}" && idle "$STATE"; }
# idle DIRECTORY: its lock is free, and ours now. One that was removed since, and made again, is another one's.
idle() {
  { exec {LOCK}<"$1"; } 2>/dev/null || return 1 # it was just removed
  { flock --nonblock "$LOCK" && [[ /proc/self/fd/$LOCK -ef $1 ]]; } || {
    unlock
    return 1
  }
}
# ── run: the same bytes in every script ──────────────────────────────────────────────────────────
command_run() {
  run_options "$@"
  [[ -n $SIGNED ]] || parameters_need
  service_id "$SERVICE"
  "${ID}_settings"
  pool_create
  "${ID}_pull" "$RUN_PULL"
  image_configuration
  run_overrides
  ((${#ENTRYPOINT[@]} + ${#COMMAND[@]})) || fail 2 "$SERVICE has no command; give one: $0 run $SERVICE -- COMMAND…"
  "${ID}_host"
  container_names
  [[ -z $REPLACE ]] || container_replace
  container_create
  [[ -z $DETACH ]] || {
    container_detach "${#RUN_ENVIRONMENT[@]}" "${RUN_ENVIRONMENT[@]}" "${ENTRYPOINT[@]}" "${COMMAND[@]}"
    return 0
  }
  container_run "${#RUN_ENVIRONMENT[@]}" "${RUN_ENVIRONMENT[@]}" "${ENTRYPOINT[@]}" "${COMMAND[@]}"
  [[ -z $TTY || ! -e $STATE/detached ]] || {
    container_leave "${#RUN_ENVIRONMENT[@]}" "${RUN_ENVIRONMENT[@]}" "${ENTRYPOINT[@]}" "${COMMAND[@]}"
    return 0
  }
  run_ended
}

# run_options WORD…: sets SERVICE, RUN_COMMAND, what the options say, and RUN_WORDS, by which it can be run again: a count, so many
# NAME=VALUE of parameters, the words.
run_options() {
  OPENED=() CLOSED=() # what a service needs beside its container, see its settings
  DETACH='' REPLACE='' REMOVE='' PUBLISH='' KEEP=''
  RUN_ENVIRONMENT=() RUN_DIRECTORY='' RUN_USER='' RUN_NAME='' RUN_PULL='' RUN_LABELS=() RUN_ENTRYPOINT=() RUN_TERMINAL='' RUN_STDIN=''
  run_parameters
  [[ ${1-} != -* ]] || {
    run_reads "$@"
    set -- "${RUN_REST[@]}"
  }
  [[ -z $DETACH || -n $REMOVE ]] || KEEP=yes
  (($#)) || fail 2 "run which service? There are: ${SERVICES[*]}"
  RUN_WORDS+=("$@")
  SERVICE=$1
  shift
  [[ ${1-} != -- ]] || shift
  RUN_COMMAND=("$@") RUN_COMMANDED=$#
  ((RUN_COMMANDED > 0)) && [[ -z $DETACH ]] || PUBLISH=yes # a command beside the service does not want its ports
}
run_parameters() {
  local PARAMETER
  RUN_WORDS=(0)
  for PARAMETER in "${PARAMETERS[@]}"; do
    [[ ! -v $PARAMETER ]] || RUN_WORDS+=("$PARAMETER=${!PARAMETER}")
  done
  RUN_WORDS[0]=$((${#RUN_WORDS[@]} - 1))
}

run_overrides() {
  ((${#RUN_ENTRYPOINT[@]} == 0)) || {
    ENTRYPOINT=("${RUN_ENTRYPOINT[@]}") COMMAND=()
    [[ -n ${ENTRYPOINT[0]} ]] || ENTRYPOINT=() # none at all
  }
  ((RUN_COMMANDED == 0)) || COMMAND=("${RUN_COMMAND[@]}")
  CONTAINER=${RUN_NAME:-$CONTAINER}
  USER_SPEC=${RUN_USER:-$USER_SPEC}
  WORKING_DIRECTORY=${RUN_DIRECTORY:-$WORKING_DIRECTORY}
  LABELS+=("${RUN_LABELS[@]}")
  STDIN_OPEN=${RUN_STDIN:-$STDIN_OPEN} TERMINAL=${RUN_TERMINAL:-$TERMINAL}
}

# run_ended: says what killed it; the exit status is the container's.
run_ended() {
  [[ $MODE == apply ]] || return 0
  cgroup_killed
  ((KILLED == 0)) || happened oom "$KILLED processes"
  ((KILLED == 0)) || say "$CONTAINER went over its memory limit: the kernel killed $KILLED of its processes (mem_limit)"
  exit "$STATUS"
}
# ── commands: the same bytes in every script ─────────────────────────────────────────────────────
# known_command VERB: the script has it.
known_command() { [[ $1 =~ ^[a-z]+$ && " ${COMMANDS[*]} " == *" $1 "* ]] || fail 2 "no such command: $1; see: $0 help"; }

dispatch() {
  local VERB=$1
  shift
  case $VERB in
  --help | -h) VERB=help ;;
  --version) VERB=version ;;
  *) ;;
  esac
  known_command "$VERB"
  case $VERB in
  help | version | check | completion) ;;
  *)
    script_owned
    ((EUID == 0)) || "$UNPRIVILEGED" enter "$VERB" "$@"
    SIGNED=''
    if declare -F "signature_$VERB" >/dev/null; then
      SIGNED=yes
      "signature_$VERB" "$@"
      set -- "${ARGUMENTS[@]}"
    fi
    parameters_check
    pool_root
    [[ $VERB == @(plan|apply|install|uninstall) ]] || pool_resume
    ;;
  esac
  audit_told "$VERB" "$@"
  "command_$VERB" "$@"
}

# root_needed enter VERB… | check | end: where the definition says nothing of users without root, see rootless.
root_needed() {
  case $1 in
  enter) fail 125 "root is needed: sudo $0 $2 …" ;;
  check) checked "$((EUID == 0))" 'root' 'run it by sudo' ;;
  *) ;;
  esac
}

# script_others FILE: sets OTHERS, who else could change what root executes; empty: nobody.
script_others() {
  local access owner group _
  access=$(ls -ldLn -- "$1")
  read -r access _ owner group _ <<<"$access"
  OTHERS=''
  if [[ $owner != 0 && $owner != "$EUID" ]]; then
    OTHERS='it belongs to another user than root'
  elif [[ $access == ????????w* ]]; then
    OTHERS='everybody can write to it'
  elif [[ $access == ?????w* && ($group != 0 || $access == *+) ]]; then
    OTHERS='a group can write to it, or a user of its access control list'
  fi
}

# script_owned: this file is root's, and nobody else can write to it; else CASH_TRUST says why it is executed. The audit log has, in `script`,
# which file was looked at: while that is older than this note, no process has to look again.
script_owned() {
  local path=$0 looked='' OTHERS
  [[ ${BASH_SOURCE[0]-} == "$0" && -f $0 ]] || return 0               # it comes from a pipe
  [[ $UNPRIVILEGED != rootless || -z ${CASH_ROOTLESS-} ]] || return 0 # looked at before, by its user: in there all others are nobody
  [[ $path == /* ]] || path=$PWD/$path
  [[ ! /run/cash/$PROJECT/script -nt $path ]] || { IFS= read -r looked <"/run/cash/$PROJECT/script"; } 2>/dev/null || : # it was just removed
  [[ ! -O $path || $looked != "$path" ]] || return 0
  script_others "$path"
  if [[ -z $OTHERS ]]; then
    AUDIT_SCRIPT=$path
  elif [[ -n ${CASH_TRUST-} ]]; then
    say "$0: $OTHERS; executed all the same, as CASH_TRUST says: $CASH_TRUST"
  else
    fail 125 "$0: $OTHERS, and root would execute what they write; first: chown root $0; chmod go-w $0. Or say why not: CASH_TRUST=WHY $0 …"
  fi
}

main() {
  INVOKED=("$@")
  # one that is closed would be the next file that anything opens
  [[ -e /proc/self/fd/0 ]] || exec </dev/null
  [[ -e /proc/self/fd/1 ]] || exec >/dev/null
  [[ -e /proc/self/fd/2 ]] || exec 2>/dev/null
  [[ -z ${SECRET_VARIABLES-} ]] || export -n "${SECRET_VARIABLES[@]}" # no child of ours needs to know them
  trap unwind EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'erred "$?" "$LINENO" "$BASH_COMMAND"' ERR
  while (($#)); do
    case $1 in
    -v | --verbose) VERBOSE=yes ;;
    --set)
      parameter_set "${2-}"
      shift
      ;;
    --profile)
      profile "${2-}"
      shift
      ;;
    *) break ;;
    esac
    shift
  done
  dispatch "${@:-help}"
}
# ── options of run: the same bytes in every script ───────────────────────────────────────────────
# run_reads OPTION… WORD…: sets what the options say, and RUN_REST, what follows them.
run_reads() {
  while [[ ${1-} == -* ]]; do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
    --rm) KEEP='' REMOVE=yes ;;
    --keep) KEEP=yes ;;
    --detach) DETACH=yes ;;
    --replace) REPLACE=yes ;;
    --service-ports) PUBLISH=yes ;;
    --interactive) RUN_STDIN=true ;;
    --tty) RUN_TERMINAL=true ;;
    -T | --no-TTY) RUN_TERMINAL=false ;;
    -e | -l | -u | -w | --detach-keys | --env | --env-file | --entrypoint | --label | --name | --pull | --user | --workdir)
      (($# > 1)) || fail 2 "$1 needs a value"
      run_value "$1" "$2"
      [[ $1 == @(--detach-keys|--env-file|--pull) ]] || RUN_WORDS+=("$1" "$2")
      shift 2
      continue
      ;;
    *)
      [[ $1 =~ ^-[dit]+$ ]] || fail 2 "run has no option $1; see: $0 help"
      [[ $1 != *d* ]] || DETACH=yes
      [[ $1 != *i* ]] || RUN_STDIN=true
      [[ $1 != *t* ]] || RUN_TERMINAL=true
      ;;
    esac
    [[ $1 == --replace ]] || RUN_WORDS+=("$1")
    shift
  done
  RUN_REST=("$@")
}

# run_value OPTION VALUE
run_value() {
  case $1 in
  -e | --env)
    [[ $2 =~ ^[^=]+= ]] || fail 2 "$1 $2: NAME=VALUE is wanted"
    RUN_ENVIRONMENT+=("$2")
    ;;
  --detach-keys) detach_keys "$2" ;;
  --env-file) run_file "$2" ;;
  --entrypoint) RUN_ENTRYPOINT=("$2") ;;
  -l | --label)
    [[ $2 =~ ^[^=]+(=|$) ]] || fail 2 "$1 $2: NAME=VALUE is wanted"
    RUN_LABELS+=("$2")
    ;;
  -w | --workdir) RUN_DIRECTORY=$2 ;;
  -u | --user) RUN_USER=$2 ;;
  --pull)
    [[ $2 =~ ^(always|missing|never)$ ]] || fail 2 "--pull $2: always, missing or never is wanted"
    RUN_PULL=$2
    ;;
  *)
    [[ $2 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$ ]] || fail 2 "$1 $2: letters, digits, _ . -, at most 64"
    [[ $2 != @(tasks|notify_on_release|release_agent|@(cgroup|cpu|cpuacct|cpuset|memory|pids|blkio|devices|freezer|hugetlb|io|misc|rdma).*) ]] || fail 2 "$1 $2: the kernel has a file of that name in each cgroup"
    RUN_NAME=$2
    ;;
  esac
}

# run_file FILE: lines of NAME=VALUE, the value as it stands; NAME alone: the value it has here.
run_file() {
  local LINE COUNT=0
  [[ -f $1 && -r $1 ]] || fail 2 "--env-file $1: there is no such file"
  while IFS= read -r LINE || [[ -n $LINE ]]; do
    COUNT=$((COUNT + 1))
    [[ $LINE =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $LINE =~ ^[A-Za-z_][A-Za-z0-9_.-]*(=|$) ]] || fail 2 "$1, line $COUNT: NAME=VALUE is wanted"
    if [[ $LINE != *=* ]]; then
      [[ $LINE =~ ^[A-Za-z0-9_]+$ && -v $LINE ]] || continue
      LINE="$LINE=${!LINE}"
    fi
    RUN_ENVIRONMENT+=("$LINE")
    RUN_WORDS+=(-e "$LINE")
  done <"$1"
}
# ── plans: the same bytes in every script ────────────────────────────────────────────────────────
# plan [-o FILE | --json] [--explain] [COMMAND…]: as a script, on standard output; -o FILE: for apply; --json: what it does, and why; --explain:
# the fields of the definition that each command comes from, too.
PLAN_FORM=plan_print PLAN_FILE='' PLAN_COMMAND=()
command_plan() {
  MODE=plan
  while [[ ${1-} == -* ]]; do
    case $1 in
    --json) PLAN_FORM=plan_json ;;
    --explain) plan_map ;;
    -o | --output)
      [[ -n ${2-} ]] || fail 2 "$1 needs a value: a file"
      PLAN_FORM=plan_save PLAN_FILE=$2
      [[ -f $0 && ! -d $PLAN_FILE ]] || fail 2 "plan -o $PLAN_FILE: a script that is a file, and a file for the plan are wanted"
      shift
      ;;
    *) fail 2 "usage: $0 plan [-o FILE | --json] [--explain] [COMMAND…]" ;;
    esac
    shift
  done
  [[ -z $PLAN_FILE || ${#PLAN_LINES[@]} -eq 0 ]] || fail 2 'plan -o is for apply: without --explain'
  (($#)) || set -- pull
  PLAN_COMMAND=("$@")
  dispatch "$@"
}

# plan_end: by unwind: sets status: 0 nothing to do, 2 something, 1 it cannot be planned.
plan_end() {
  if ((status > 0)); then
    ((status > 128)) || status=1
    return 0
  fi
  # shellcheck disable=SC2016 # the plan expands it
  [[ -z $PLANNED ]] || { planned 'exit "$STATUS"' '}' && status=2; }
  ("$PLAN_FORM") || status=1
}
plan_print() { printf '%s' "$PLANNED"; }

# plan_json: a list of what it does and why; the text of functions it executes apart.
plan_json() {
  local LINE FROM='' STEPS=()
  while IFS= read -r LINE; do
    [[ $LINE != '# from '* ]] || FROM=${LINE#\# from }
    [[ $LINE =~ ^([^ #].*)'  # '(.*)$ && $LINE != 'declare -'* ]] || continue
    json_object command "${BASH_REMATCH[1]}" why "${BASH_REMATCH[2]}" from "$FROM"
    STEPS+=("$JSON") FROM=''
  done <<<"$PLANNED"
  printf -v LINE ',\n  %s' "${STEPS[@]}"
  ((${#STEPS[@]})) || LINE=','
  printf '[%s\n]\n' "${LINE:1}"
}

# plan_map: reads the map of this script, which `cash generate --map` writes beside it: sets PLAN_FIELDS, by line of the script the fields that it comes
# from, "FIELD FILE:LINE, …"; PLAN_LINES, the script.
declare -A PLAN_FIELDS=()
PLAN_LINES=()
plan_map() {
  local MAP=${0%.sh}.map.json LINE REST FILE DIGEST NUMBER LAST FIELDS
  [[ -f $0 && -f $MAP ]] || fail 2 "plan --explain reads $MAP, which is not there: cash generate --map, and copy it beside $0"
  DIGEST=$(sha256sum "$0")
  exec {REST}<"$MAP"
  IFS= read -r LINE <&"$REST"
  [[ $LINE == *"\"sha256\":\"${DIGEST%% *}\""* && $LINE =~ \"definition\":\"([^\"]*)\" ]] || fail 2 "$MAP is the map of another script, or of another version of this one: cash generate --map, and copy both"
  FILE=${BASH_REMATCH[1]}
  while IFS= read -r LINE <&"$REST"; do
    [[ $LINE =~ ^\{\"first\":([0-9]+),\"last\":([0-9]+),\"fields\":(.*) ]] || continue
    FIELDS='' NUMBER=${BASH_REMATCH[1]} LINE=${BASH_REMATCH[3]} LAST=${BASH_REMATCH[2]}
    while [[ $LINE =~ \"field\":\"(([^\"\\]|\\.)*)\",\"line\":([0-9]+)(.*) ]]; do
      FIELDS+=", ${BASH_REMATCH[1]} $FILE:${BASH_REMATCH[3]}" LINE=${BASH_REMATCH[4]}
    done
    for (( ; NUMBER <= LAST; NUMBER++)); do PLAN_FIELDS[$NUMBER]=${FIELDS#, }; done
  done
  exec {REST}<&-
  mapfile -t PLAN_LINES <"$0"
}

# plan_from: by planned: what comes next in the plan, from which fields it is: those of the innermost line of a section that has led to it, to the
# end of that command; else those of the section of the service.
plan_from() {
  local NUMBER FOUND='' NAME FIELD
  [[ " ${FUNCNAME[*]} " != *' plan_end '* ]] || return 0
  for NUMBER in "${BASH_LINENO[@]}"; do
    [[ -z ${PLAN_FIELDS[$NUMBER]-} ]] || break
  done
  if [[ -z ${PLAN_FIELDS[$NUMBER]-} && -n ${ID-} ]]; then
    NAME=$(shopt -s extdebug && declare -F "${ID}_settings") # with its line
    read -r _ NUMBER _ <<<"$NAME"
  fi
  FOUND=${PLAN_FIELDS[$NUMBER]-}
  while [[ ${PLAN_LINES[NUMBER - 1]-} == *\\ ]]; do
    NUMBER=$((NUMBER + 1))
    while IFS= read -r -d, FIELD; do
      [[ ", $FOUND, " == *", ${FIELD# }, "* ]] || FOUND+=", ${FIELD# }"
    done <<<"${PLAN_FIELDS[$NUMBER]-},"
  done
  [[ -z $FOUND ]] || PLANNED+="# from ${FOUND#, }"$'\n'
}

# plan_facts: sets FACTS, "PATH VALUE": what there is of the project, and of the images of the pool: when it was made, or what runs in it.
plan_facts() {
  local path value paths=()
  read -r value </proc/sys/kernel/random/boot_id
  FACTS=("/proc/sys/kernel/random/boot_id $value")
  for path in "$ROOT"/images/*/* "$ROOT/containers/$PROJECT"/* "$ROOT"/volumes/{,.snapshots/*/}"${PROJECT}_"* "$ROOT/volumes/.snapshots/${PROJECT}_"*/*; do
    [[ ! -d $path || $path == *[[:space:]]* ]] || paths+=("$path")
  done
  ((${#paths[@]} == 0)) || mapfile -t -O 1 FACTS < <(stat --format='%n made %W' -- "${paths[@]}")
  for path in "/run/cash/$PROJECT/containers"/*/{pid,paused} "/run/cash/$PROJECT"/{networks/*,ports}/* /sys/class/net/"${PROJECT}"*/ifindex /sys/class/net/cash-"${PROJECT}"*/ifindex; do
    value=there
    [[ ! -f $path ]] || read -r value <"$path" || : # empty
    [[ ! -e $path ]] || FACTS+=("$path $value")
  done
}

# plan_text: sets TEXT: what the plan is for, and the plan. No word is to be read by a shell: \\ and \n stand for what they do in printf %b.
plan_text() {
  local DIGEST NAME LINES=() FACTS WORD
  DIGEST=$(sha256sum "$0")
  LINES=('cash plan 1' "script ${DIGEST%% *}")
  for NAME in "${PARAMETERS[@]}"; do [[ ! -v $NAME ]] || LINES+=("set $NAME=${!NAME}"); done
  for WORD in "${PLAN_COMMAND[@]}"; do
    WORD=${WORD//\\/\\\\}
    LINES+=("word ${WORD//$'\n'/\\n}")
  done
  plan_facts
  printf -v TEXT '# %s\n' "${LINES[@]}" "${FACTS[@]/#/fact }"
  TEXT+=$PLANNED
}
plan_save() {
  local TEXT
  plan_text
  MODE=apply UNDOING=''
  umask 077
  run 'what is left of it' rm -f "$PLAN_FILE.part"
  set -o noclobber # a link that somebody has laid there is not followed
  lines 'for apply' "$PLAN_FILE.part" "${TEXT%$'\n'}"
  run 'whole: it gets its name' mv -T "$PLAN_FILE.part" "$PLAN_FILE"
}

# apply FILE: nothing of the file is executed. The same command is planned again; where that plan is the same, byte for byte, and so are
# the facts that are named in it, it is done.
command_apply() {
  local SAVED SAVED_FACTS=() WORDS_OF=() NOW FACTS LINE BODY=''
  (($# == 1)) || fail 2 "usage: $0 apply FILE"
  apply_read "$1"
  [[ ${SAVED[0]-} == '# cash plan 1' ]] || fail 2 "$1 is no plan of cash: $0 plan -o FILE COMMAND…"
  LINE=$(sha256sum "$0")
  [[ ${SAVED[1]} == "# script ${LINE%% *}" ]] || fail 125 "$1 is the plan of another script, or of another version of this one: plan again"
  for LINE in "${SAVED[@]:2}"; do
    case $BODY$LINE in
    '# set '*) parameter_set "${LINE#\# set }" ;;
    '# word '*)
      printf -v LINE %b "${LINE#\# word }"
      WORDS_OF+=("$LINE")
      ;;
    '# fact '*) SAVED_FACTS+=("${LINE#\# fact }") ;;
    *) BODY+=$LINE$'\n' ;;
    esac
  done
  [[ ${WORDS_OF[0]-} == [a-z]* && ${WORDS_OF[0]} != @(plan|apply) ]] || fail 2 "$1 names no command"
  parameters_check
  plan_facts
  apply_same "$1"
  dispatch "${WORDS_OF[@]}"
}

# apply_read FILE: sets SAVED, its lines. Whoever could write to it could choose what is done.
apply_read() {
  local INPUT OWNER MODES
  { [[ -f $1 ]] && exec {INPUT}<"$1"; } 2>/dev/null || fail 2 "$1: there is no such file"
  OWNER=$(stat --dereference --format='%u %a %F' "/proc/self/fd/$INPUT")
  read -r OWNER MODES LINE <<<"$OWNER"
  [[ $OWNER == 0 && $LINE == 'regular file' && $MODES =~ ^[0-7]*[0145][0145]$ ]] ||
    fail 125 "$1: a file is wanted that is root's, and that nobody else can write to; here: a $LINE of user $OWNER with mode $MODES"
  mapfile -t SAVED <&"$INPUT"
  exec {INPUT}<&-
}

# apply_same FILE: what COMMAND would do now is what the plan says; else says what has changed.
apply_same() {
  local INPUT LINE CHANGED=() OTHER=''
  exec {INPUT}< <(apply_again)
  IFS= read -r -d '' NOW <&"$INPUT" || : # all of it, to its end
  exec {INPUT}<&-
  wait "$!" || OTHER=yes # it has said why
  [[ $NOW == "$BODY" ]] || OTHER=yes
  apply_differs fact "$(printf '%s\n' "${SAVED_FACTS[@]}")" "$(printf '%s\n' "${FACTS[@]}")"
  [[ -z $OTHER ]] || apply_differs command "$BODY" "$NOW"
  [[ -n $OTHER || ${#CHANGED[@]} -gt 0 ]] || return 0
  say "$1 is of another state of this host; nothing is done. What has changed since:"
  for LINE in "${CHANGED[@]}"; do say "  $LINE"; done
  fail 125 "plan again: $0 plan -o FILE ${WORDS_OF[*]@Q}"
}
# apply_differs fact|command THEN NOW: adds to CHANGED lines of one of both: at most ten of each. While the plan is the same, a fact
# counts that it names.
apply_differs() {
  local WHEN LINE COUNT TEXTS=("$2" "$3")
  for WHEN in 0 1; do
    COUNT=0
    while IFS= read -r LINE && ((COUNT < 10)); do
      case $1 in
      fact) [[ -n $OTHER || $LINE == /proc/* || $BODY == *"${LINE%% *}"* ]] || continue ;;
      *) [[ $LINE == *'  # '* ]] || continue ;;
      esac
      [[ $'\n'${TEXTS[1 - WHEN]}$'\n' != *$'\n'"$LINE"$'\n'* ]] || continue
      if ((WHEN == 0)); then CHANGED+=("then: $LINE"); else CHANGED+=("now:  $LINE"); fi
      COUNT=$((COUNT + 1))
    done <<<"${TEXTS[WHEN]}"
  done
}
apply_again() {
  local WORD
  MODE=plan
  dispatch "${WORDS_OF[@]}" >/dev/null
  UNDOING=yes
  for WORD in "${UNDO[@]}"; do "$WORD"; done
  # shellcheck disable=SC2016 # the plan expands it
  [[ -z $PLANNED ]] || planned 'exit "$STATUS"' '}'
  printf '%s' "$PLANNED"
}
# ── terminals: the same bytes in every script ───────────────────────────────────────────────────
# A command on a terminal of its own has a keeper: a process that holds the other side of that terminal, and outlives whoever looks
# at it. Our terminal is out of the command's reach. Those who look at it (attach, run, exec) hand on keys and sizes; KEYS leave it.
#   terminal.pl serve DIRECTORY '' COMMAND…      becomes the keeper; what the command writes goes to our output, too
#   terminal.pl run DIRECTORY KEYS COMMAND…      a keeper, and our terminal is at it; who leaves makes DIRECTORY/detached
#   terminal.pl exec '' KEYS COMMAND…            the same, of a command that ends with us, unless we leave
#   terminal.pl join DIRECTORY KEYS              our terminal is at it
#   terminal.pl log DIRECTORY                    to its end, in place of who did it before; what the command writes goes to our output
# The exit status is that of the command. A keeper listens on DIRECTORY/attach. Both sides say frames: a letter, a length, so many
# bytes. To the keeper: i input, w size, d we leave, l we are its log; from it: o output, e the exit status.
DETACH_KEYS=ctrl-p,ctrl-q
TERMINAL_PROGRAM='
use strict;
my ($role, $directory, $leave, @command) = @ARGV;
$leave = join "", map { /^ctrl-(.)$/ ? chr(31 & ord uc $1) : $_ } split /,/, $leave // "";
my ($modes, $size) = ("\0" x 64, pack("S4", 24, 80, 0, 0));
my $terminal = -t STDIN && ioctl(STDIN, 0x5401, $modes) && ioctl(STDIN, 0x5413, $size);    # TCGETS, TIOCGWINSZ
my ($unix, $place) = (1, pack "S a108", 1, "attach");    # AF_UNIX, and SOCK_STREAM; unix(7)
my $most = 65536;    # bytes that wait for somebody who does not take them

sub failed { print STDERR "cash: terminal: $_[0]: $!\r\n"; exit 125 }
sub later { !defined $_[0] && ($! == 4 || $! == 11) }    # EINTR, EAGAIN
sub status { $? & 127 ? 128 + ($? & 127) : $? >> 8 }
sub frame { pack "a n/a*", @_ }
sub frames {
  my ($text, @found) = @_;
  while (length $$text > 2 && length $$text >= 3 + unpack "x n", $$text) {
    push @found, [unpack "a n/a*", $$text];
    substr($$text, 0, 3 + length $found[-1][1]) = "";
  }
  @found;
}

# write_some HANDLE TEXT: as much as it takes now. False where it is closed.
sub write_some {
  my ($handle, $text) = @_;
  my $put = syswrite $handle, $$text;
  substr($$text, 0, $put) = "" if $put;
  defined $put || later($put);
}

# Closes what is not ours: the gates of the container, of which an open end keeps somebody waiting.
sub forget {
  my %ours = map { fileno $_ => 1 } grep defined, @_;
  for my $fd (map { m{(\d+)$} } glob "/proc/self/fd/*") {
    next if $fd < 3 || $ours{$fd};
    if (open(my $file, "<&=", $fd)) { close $file }
  }
}

# The command, on a new terminal: its process, and the other side.
sub start {
  # O_RDWR O_NOCTTY, and O_NONBLOCK
  sysopen(my $master, "/dev/ptmx", 04402) or failed("/dev/ptmx");
  my ($locked, $number) = (pack("i", 0), pack("I", 0));
  ioctl($master, 0x40045431, $locked) && ioctl($master, 0x80045430, $number) or failed("TIOCSPTLCK, TIOCGPTN");
  sysopen(my $slave, "/dev/pts/" . unpack("I", $number), 0402) or failed("/dev/pts");
  ioctl($slave, 0x5402, $modes) if $terminal;    # TCSETS
  ioctl($slave, 0x5414, $size);                  # TIOCSWINSZ
  my $child = fork // failed("fork");
  return ($child, $master) if $child;
  open(STDIN, "<&", $slave) && open(STDOUT, ">&", $slave) && open(STDERR, ">&", $slave) or failed("dup");
  exec { $command[0] } @command or failed($command[0]);
}

sub listener {
  socket(my $socket, $unix, $unix, 0) && chdir $directory or failed($directory);
  unlink "attach";
  bind($socket, $place) && listen($socket, 16) or failed("attach");
  $socket;
}

# The keeper; $first: who looks at it already. Returns the exit status.
sub keep {
  my ($first) = @_;
  my ($child, $master) = start();
  $SIG{$_} = "IGNORE" for qw(HUP INT QUIT TERM TSTP PIPE USR1 USR2);
  $SIG{CHLD} = sub { };    # it interrupts select
  my $logs = $role eq "serve";
  open(STDIN, "<", "/dev/null");
  open(STDOUT, ">", "/dev/null"), open(STDERR, ">", "/dev/null") unless $logs;
  my $listener = $directory eq "" ? undef : listener();
  forget($master, $first, $listener);
  my ($input, $status, @all) = ("");    # input: what the terminal has not taken yet
  my $admit = sub { fcntl($_[0], 4, 04000); push @all, { socket => $_[0], in => "", out => "" } };
  $admit->($first) if $first;
  until (defined $status) {
    my ($reads, $writes) = ("", "");
    my @full = grep { length $_->{out} > $most } @all;
    vec($reads, fileno $master, 1) = 1 unless @full;
    vec($writes, fileno $master, 1) = 1 if $input ne "";
    vec($reads, fileno $listener, 1) = 1 if $listener;
    for (@all) {
      vec($reads, fileno $_->{socket}, 1) = 1 if length $input < $most;
      vec($writes, fileno $_->{socket}, 1) = 1 if $_->{out} ne "";
    }
    # What an exec has left in the background may have its terminal still, so there the end of the command is the end; of which the
    # signal may come just before select. Who takes nothing for half a minute holds up the command no longer.
    select($reads, $writes, undef, $listener && !@full ? undef : 1) < 0 and ($reads, $writes) = ("", "");
    $_->{gone} = 1 for grep { time - $_->{took} > 30 } @full;
    $status = status() if !$listener && waitpid($child, 1) == $child;    # WNOHANG
    if (defined $status || vec($reads, fileno $master, 1)) {
      my $got;
      while ($got = sysread $master, my $block, 32768) {
        for (@all) { $_->{took} = time if $_->{out} eq ""; $_->{out} .= frame("o", $block) }
        while ($logs && $block ne "") { write_some(\*STDOUT, \$block) or last }
        last unless defined $status;
      }
      $status //= do { waitpid($child, 0); status() } unless $got || later($got);    # EIO: nobody has it any more
    }
    if ($listener && vec($reads, fileno $listener, 1) && accept(my $socket, $listener)) { $admit->($socket) }
    for my $one (@all) {
      if (vec($writes, fileno $one->{socket}, 1)) { $one->{took} = time; write_some($one->{socket}, \$one->{out}) or $one->{gone} = 1 }
      next unless vec($reads, fileno $one->{socket}, 1);
      my $got = sysread $one->{socket}, $one->{in}, $most, length $one->{in};
      $one->{gone} = 1 unless $got || later($got);
      for (frames(\$one->{in})) {
        my ($kind, $text) = @$_;
        if ($kind eq "i") { $input .= $text }
        elsif ($kind eq "w" && length $text == 8) { ioctl($master, 0x5414, $text) }
        elsif ($kind eq "d") { $one->{left} = 1 }
        elsif ($kind eq "l") { $_->{gone} = 1 for grep { $_->{log} } @all; $one->{log} = 1 }    # the one before had its turn
      }
      return 129 if $one->{gone} && !$one->{left} && $role eq "exec";    # it hangs up
    }
    @all = grep { !$_->{gone} } @all;
    write_some($master, \$input) if $input ne "" && vec($writes, fileno $master, 1);
  }
  for my $one (@all) {
    my $rest = $one->{out} . frame("e", pack "n", $status);
    vec(my $ready = "", fileno $one->{socket}, 1) = 1;
    while ($rest ne "" && select(undef, my $now = $ready, undef, 10) > 0) { write_some($one->{socket}, \$rest) or last }
  }
  $status;
}

sub raw {
  my ($in, $out, $control, $local, $line, $characters) = unpack "L4 C a*", $modes;
  # Without BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON, OPOST, ECHO ECHONL ICANON ISIG IEXTEN: termios(3).
  my $raw = pack "L4 C a*", $in & ~02753, $out & ~01, $control, $local & ~0100113, $line, $characters;
  ioctl(STDIN, 0x5402, $raw);
}

# Who looks at it, to the end of the command, or until the keys that leave. Returns the exit status.
sub look {
  my ($socket) = @_;
  my ($status, $keys, $in, $out, $changed, $input) = (255, "", "", "", $terminal, $role ne "log");
  my $end = sub { ioctl(STDIN, 0x5402, $modes) if $terminal; exit $_[0] };
  $SIG{HUP} = $role eq "run" ? "IGNORE" : sub { $end->(129) };    # the container decides
  $SIG{TERM} = sub { $end->(143) };
  $SIG{WINCH} = sub { $changed = 1 };
  $SIG{PIPE} = "IGNORE";
  forget($socket);
  fcntl($socket, 4, 04000);    # F_SETFL, O_NONBLOCK
  $out = frame("l", "") if $role eq "log";
  raw() if $terminal && $input;
  my $resize = sub { if ($changed) { $changed = 0; $out .= frame("w", substr $size, 0, 8) if ioctl(STDIN, 0x5413, $size) } };
  while (1) {
    $resize->();
    my ($reads, $writes) = ("", "");
    vec($reads, fileno STDIN, 1) = 1 if $input && length $out < $most;
    vec($reads, fileno $socket, 1) = 1;
    vec($writes, fileno $socket, 1) = 1 if $out ne "";
    next if select($reads, $writes, undef, $terminal ? 1 : undef) < 0;    # a size may have changed just before it slept
    $resize->();
    if ($input && vec($reads, fileno STDIN, 1)) {
      my $got = sysread STDIN, $keys, 32768, length $keys;
      $input = 0 unless $got || later($got);
      my $leaves = $terminal && $leave ne "" && $keys =~ s/\Q$leave\E.*//s;
      my $held = "";    # the beginning of them: the next key decides
      for my $most (reverse 1 .. $terminal && $input && !$leaves ? length($leave) - 1 : 0) {
        my $start = substr $leave, 0, $most;
        if ($keys =~ s/\Q$start\E\z//) { $held = $start; last }
      }
      $out .= frame("i", $keys) if $keys ne "";
      $keys = $held;
      if ($leaves) {
        fcntl($socket, 4, 0);
        syswrite $socket, $out . frame("d", "");
        if ($role eq "run") { open(my $note, ">", "$directory/detached") or failed("detached") }
        print "\r\n";
        return 0;
      }
    }
    write_some($socket, \$out) or last if vec($writes, fileno $socket, 1);
    next unless vec($reads, fileno $socket, 1);
    my $got = sysread $socket, $in, $most, length $in;
    last unless $got || later($got);
    for (frames(\$in)) {
      my ($kind, $text) = @$_;
      if ($kind eq "o") { while ($text ne "") { write_some(\*STDOUT, \$text) or last } }
      elsif ($kind eq "e") { return unpack "n", $text }
    }
  }
  255;    # its keeper was killed
}

exit keep() if $role eq "serve";
my $socket;
if (@command) {
  socketpair($socket, my $other, $unix, $unix, 0) or failed("socketpair");
  my $keeper = fork // failed("fork");
  if (!$keeper) {
    require Config;
    syscall($Config::Config{archname} =~ /^aarch64/ ? 157 : 112);    # setsid
    close $socket;
    exit keep($other);
  }
  close $other;
} else {
  chdir $directory && socket($socket, $unix, $unix, 0) && connect($socket, $place) or failed("attach");
}
my $status = look($socket);
ioctl(STDIN, 0x5402, $modes) if $terminal && $role ne "log";
exit $status;
'

# detach_keys LIST: sets DETACH_KEYS; as Docker's: characters, ctrl-a to ctrl-z, ctrl-@ [ \ ] ^ _, with commas between. Empty: none leave it.
detach_keys() {
  local FORM='([!-+.-~-]|ctrl-[]a-z@\\^_[])'
  [[ ,$1 =~ ^(,$FORM)*$ || -z $1 ]] || fail 2 "--detach-keys $1: characters or ctrl-CHARACTER are wanted, with commas between: ctrl-p,ctrl-q"
  DETACH_KEYS=$1
}
# ── supervisors: the same bytes in every script but those of x-cash.supervisor: systemd ──────────
# A detached container has one process of ours, its supervisor: Bash, executing STATE/supervisor. It waits, without polling, for the end of
# the container; starts it again where `restart` says so; removes its runtime files.

KEEPER_FUNCTIONS=(last_read supervise_start supervise_adopt supervise_terminal supervise_started supervise_failed supervise_unwatch supervise_again log_open log_close container_ended)
# Read when its container has ended, or is adopted:
KEEPER_LAST=(words planned ran there stays gone empty told audit_change run run_aside join aside_pid unlock supervise_adopt supervise_terminal supervise_unwatch supervise_again container_ended
  cgroup_kill cgroup_end cgroup_killed cgroup_delete container_alive container_abandon container_remove container_clear ports_close secrets_remove pool_mounted
  subvolume_delete names_part names_others names_read names_hosts names_turn names_where names_byte)
KEEPER_VALUES=(LOG_SIZE LOG_FILES LOG_PROGRAM LOG_FOLLOWS)

# The log: lines of SECONDS and what the container wrote; LOG_FILES files of at most LOG_SIZE bytes. By blocks, so that neither a flood
# nor a line without an end costs memory; what cannot be written is lost, and the container goes on.
LOG_PROGRAM='
my ($file, $most, $files) = @ARGV;
open(my $log, ">>", $file) or exit 1;
my ($size, $inside) = (-s $log, 0);
while (sysread(STDIN, my $block, 65536)) {
  if ($size + length $block > $most) {
    close $log;
    rename "$file." . ($_ - 1), "$file.$_" for reverse 2 .. $files - 1;
    $files > 1 ? rename $file, "$file.1" : unlink $file;
    open($log, ">>", $file) or exit 1;
    ($size, $inside) = (0, 0);
  }
  my $now = time . " ";
  $block =~ s/\n(?=.)/\n$now/gs;
  $block = $now . $block unless $inside;
  $inside = substr($block, -1) ne "\n";
  $size += syswrite($log, $block) // 0;
}'

LOG_FOLLOWS='' # not empty: the keeper of its terminal has no log, and says to a supervisor what belongs into it
# container_leave COUNT VARIABLE… COMMAND…: who ran it in the foreground has left it, by the keys: it runs on, with a supervisor.
container_leave() {
  trap - HUP INT QUIT TERM USR1 USR2 # what is ignored, a supervisor could not take
  UNDO=() LOG_FOLLOWS=yes
  run 'they have left' rm "$STATE/detached"
  audit_write "/run/cash/$PROJECT"
  supervisor_needs
  supervisor_write "$ID" "$@"
  READY='' supervisor_start adopt || fail 125 "$CONTAINER has no supervisor; $0 stop $CONTAINER ends it all the same"
  unlock
  say "$CONTAINER runs on; $0 attach $CONTAINER"
}

supervisor_planned() {
  planned "$(declare -f container_pipe supervisor_start)" 'supervisor_start start  # its namespaces, its command'
}

# container_owned: somebody waits for its end, or is about to start it again.
container_owned() { container_lives owner; }
# container_awaited: the same; a plan has it, too.
container_awaited() { container_lives owner; }
supervisor_stop() { run_on "/proc/$LIVING" 'its supervisor: it is to stop' kill -s TERM "$LIVING" || :; } # it has just ended
# container_unlocked [OWNER]: that one's end, or of whoever waits for it now.
container_unlocked() {
  local FD NOW BEFORE=${1-}
  { exec {FD}<"$STATE"; } 2>/dev/null || return 0
  until flock --timeout 1 "$FD"; do
    (($? == 1)) || return 1 # not the time: flock itself failed
    [[ /proc/self/fd/$FD -ef $STATE ]] || continue
    NOW=''
    { read -r NOW <"$STATE/owner"; } 2>/dev/null || : # it is only being made
    BEFORE=${BEFORE:-$NOW}
    [[ $NOW == "$BEFORE" ]] || break
  done
  exec {FD}<&-
}

# container_adopt: under its lock, so that only one does.
container_adopt() {
  container_idle || return 0
  say "the supervisor of $CONTAINER was killed: it gets another one"
  READY='' supervisor_start adopt || say "$CONTAINER has no supervisor; $0 stop $CONTAINER ends it all the same"
  unlock
}

# supervisor_start start|adopt: in a session of its own, with our lock. True when its container runs; else its status says why it does not.
# shellcheck disable=SC2094 # both ends of a pipe, by two names
supervisor_start() {
  local PIPE END SAID='' STATUS=125
  container_pipe
  exec {END}</proc/self/fd/"$PIPE" {READY}>/proc/self/fd/"$PIPE" {PIPE}>&-
  PROCESSES=$(ulimit -Su)
  export READY PROCESSES LOCK=${LOCK-} # a plan holds none
  (
    ulimit -Su 512 2>/dev/null || : # the hard limit is lower; else Bash makes a table of 32768 processes, half a megabyte
    exec setsid bash "$STATE/supervisor" "$1" </dev/null >/dev/null {END}<&-
  ) &
  FIRST=$!
  exec {READY}>&-
  read -r SAID <&"$END" || wait "$FIRST" || STATUS=$? # it has said why
  exec {END}<&-
  [[ $SAID == started ]] || return "$STATUS"
  FIRST=''
}

# supervise start|adopt SERVICE COUNT VARIABLE… COMMAND…: a container, from its first start to its last end. adopt: it runs
# already, and its supervisor was killed.
supervise() {
  local HOW=$1 RESTARTS=0 DELAY=${RESTART_DELAY:-100} BEGAN ENDED FD
  shift
  ulimit -Su "$PROCESSES"
  [[ -n $LOCK ]] || {
    exec {LOCK}<"$STATE"
    flock --nonblock "$LOCK"
  }
  for FD in /proc/self/fd/*; do # whatever the caller has left open
    FD=${FD##*/}
    ((FD < 3 || FD == LOCK || FD == READY || FD == 255)) || exec {FD}<&-
  done
  [[ $STDIN_OPEN == false || -n $TTY ]] || { # its input has no end
    [[ -p $STATE/stdin ]] || mkfifo -m 600 "$STATE/stdin"
    exec <>"$STATE/stdin"
  }
  STARTED=(supervise_started) STOPPING=() WATCH=''
  ! declare -F "${ID}_pre_stop" >/dev/null || STOPPING=("${ID}_pre_stop")
  log_open
  trap supervise_failed EXIT
  [[ $HOW == start ]] || last_read
  while :; do
    printf -v BEGAN '%(%s)T' -1
    STATUS=0
    "supervise_$HOW" "$@" || STATUS=$?
    last_read
    cgroup_kill                       # whom the end of its process 1 did not end: with pid: host
    [[ -z $READY ]] || exit "$STATUS" # it never started: who wanted it cleans up
    HOW=start
    supervise_unwatch
    cgroup_killed
    ((KILLED == 0)) || happened oom "$KILLED processes"
    ((KILLED == 0)) || log_line "it went over its memory limit: the kernel killed $KILLED of its processes (mem_limit)"
    supervise_again || break
  done
  log_close
  printf -v ENDED '%(%s)T' -1
  container_ended "$STATUS" "$ENDED" "$RESTARTS" "${STOPPED:+stopped}"
  UNDOING=yes # what cannot be removed is left to the next command
  container_remove
  audit_write "/run/cash/$PROJECT"
}
# last_read: those of KEEPER_LAST, as supervisor_write has written them, for root alone.
last_read() {
  # shellcheck source=/dev/null
  source "$STATE/last"
}
supervise_start() {
  local NAME
  "${PARTING[@]}"
  for NAME in "${EXPORTS[@]}"; do
    [[ $NAME == VETH_* ]] || continue
    while [[ -e /sys/class/net/${!NAME} ]]; do sleep 0.02; done # of the last run: the kernel is removing it
  done
  container_start "$@" || return 125
  container_live
}
supervise_adopt() {
  local KILLER='' STATUS=0
  container_lives pid || return 1
  PID=$LIVING
  if [[ -S $STATE/attach ]]; then
    supervise_terminal {LOCK}<&- {READY}>&- 2>/dev/null &
  else
    flock --shared "$STATE/alive" true {LOCK}<&- {READY}>&- 2>/dev/null & # until its end
  fi
  FIRST=$!
  container_signals
  container_births && container_known
  supervise_started
  container_end || STATUS=$?
  [[ -n $TTY ]] || STATUS=255 # that was the status of flock: how it ended, nobody knows
  return "$STATUS"
}
# supervise_terminal: until its end; the keeper of its terminal knows how it ended.
supervise_terminal() {
  local STATUS=0
  trap - ERR EXIT HUP INT QUIT TERM
  [[ -n $LOG_FOLLOWS ]] || OUTPUT=/dev/null
  perl -e "$TERMINAL_PROGRAM" log "$STATE" </dev/null >"$OUTPUT" || STATUS=$?
  flock --shared "$STATE/alive" true || : # it was killed before its time
  exit "$STATUS"
}
supervise_started() {
  [[ -z $STOPPED ]] || container_stop TERM # while it was being started again
  rm -f "$STATE/health" "$STATE/unhealthy"
  [[ $HOW == adopt ]] || ! declare -F "${ID}_post_start" >/dev/null || "${ID}_post_start"
  ! declare -F "${ID}_health" >/dev/null || {
    (
      trap - HUP INT QUIT TERM USR1 USR2
      exec {LOCK}<&-
      [[ -z ${LOG_END-} ]] || exec {LOG_END}>&- # or the log would end when we do
      [[ -z $READY ]] || exec {READY}>&-
      set +e # a test that fails is an answer
      "${ID}_health" health_watch
    ) </dev/null >/dev/null 2>&1 &
    WATCH=$!
  }
  [[ -n $READY ]] || return 0
  echo started >&"$READY"
  exec {READY}>&- 2>/dev/null
  READY=''
}

# supervise_failed: before it ever started: what it has said. A terminal obeys nothing of it.
supervise_failed() {
  local SAID
  [[ -n $READY ]] || return 0
  log_close
  [[ ! -f ${ROOTFS%/*}/log ]] || while IFS= read -r SAID; do
    SAID=${SAID#* } # its time
    printf '%s\n' "${SAID//[^[:print:]]/?}" >&2
  done < <(tail -n 3 "${ROOTFS%/*}/log")
}

# supervise_unwatch: its healthcheck ends with it.
supervise_unwatch() {
  [[ -n $WATCH ]] || return 0
  kill -s KILL "$WATCH" 2>/dev/null || : # it may have ended by itself
  await "$WATCH" 2>/dev/null             # Bash need not say so
  WATCH=''
}

# supervise_again: it is started again, and its delay is over.
supervise_again() {
  local NOW PIPE TIMER REST
  [[ $STATE -ef /proc/self/fd/$LOCK ]] || exit 0 # it was removed behind our back
  rm -f "$STATE/paused"
  [[ ! -e $STATE/unhealthy ]] || STOPPED='' # it was told to end by its healthcheck, to be started again
  [[ -z $STOPPED && ! -e $STATE/stopped ]] || STOPPED=yes
  [[ -z $STOPPED ]] || return 1
  [[ -e $STATE/unhealthy ]] || case $RESTART in
  always | unless-stopped) ;;
  on-failure) ((STATUS != 0)) || return 1 ;;
  *) return 1 ;;
  esac
  printf -v NOW '%(%s)T' -1
  ((NOW - BEGAN < RESTART_WINDOW)) || DELAY=${RESTART_DELAY:-100} # it was well for a while
  ((RESTART_MAX == 0 || RESTARTS < RESTART_MAX)) || return 1
  RESTARTS=$((RESTARTS + 1))
  echo "$RESTARTS" >"$STATE/restarts"
  log_line "it ended with status $STATUS, and is started again in $DELAY ms: number $RESTARTS"
  container_pipe
  exec {TIMER}<>"/proc/self/fd/$PIPE" {PIPE}<&- # only a signal puts anything in it: read sleeps, and is no process that could outlive us
  trap 'STOPPED=yes; echo >&"$TIMER"' HUP INT TERM
  printf -v REST '%d.%03d' "$((DELAY / 1000))" "$((DELAY % 1000))"
  read -r -t "$REST" <&"$TIMER" || : # the time is over
  trap 'STOPPED=yes' HUP INT TERM
  exec {TIMER}<&-
  [[ -n $RESTART_DELAY ]] || DELAY=$((DELAY < 30000 ? DELAY * 2 : 60000))
  [[ $STATE -ef /proc/self/fd/$LOCK ]] || exit 0
  [[ -z $STOPPED ]]
}

# log_possible: there is what its logging driver needs.
log_possible() {
  [[ $LOG_DRIVER == journald ]] || return 0
  type -P systemd-cat >/dev/null || fail 125 'logging: journald: needs systemd-cat (of systemd); use another driver'
  [[ -S /run/systemd/journal/stdout ]] || fail 125 'logging: journald: this host has no journal (/run/systemd/journal/stdout); use another driver'
}

# log_open: sets OUTPUT, where its output goes; LOGGER, who reads it.
log_open() {
  local PIPE
  if [[ $LOG_DRIVER == none ]]; then
    OUTPUT=/dev/null LOGGER=''
    return 0
  fi
  [[ -n ${LOG_PIPE-} ]] || {
    container_pipe
    LOG_PIPE=$PIPE                           # its end for reading, which we keep: if the logger is killed, the container need not be
    exec {LOG_END}>"/proc/self/fd/$LOG_PIPE" # and one for writing: between two starts, it has not ended
  }
  OUTPUT=/proc/self/fd/$LOG_PIPE
  if [[ $LOG_DRIVER == journald ]]; then
    set -- systemd-cat --identifier="cash/$PROJECT/$CONTAINER" cat
  else
    set -- perl -e "$LOG_PROGRAM" "${ROOTFS%/*}/log" "$LOG_SIZE" "$LOG_FILES"
  fi
  (
    trap - ERR EXIT HUP INT QUIT TERM
    exec {LOCK}<&-
    [[ -z $READY ]] || exec {READY}>&-
    exec "$@"
  ) <&"$LOG_PIPE" >/dev/null 2>&1 {LOG_PIPE}<&- {LOG_END}>&- &
  LOGGER=$!
}
log_line() { [[ -z $LOGGER ]] || printf 'cash: %s\n' "$*" >"$OUTPUT"; }
# log_close: all that write have ended, so it reads to the end.
log_close() {
  [[ -z ${LOG_END-} ]] || exec {LOG_END}>&-
  LOG_END=''
  [[ -z $LOGGER ]] || await "$LOGGER"
  LOGGER=''
}
# ── run -d: the same bytes in every script ──────────────────────────────────────────────────────
# What stays of a detached container until `rm` lies beside rootfs:
#   words   how it was run, for start     log, log.1 …   its output     ended   "STATUS SECONDS RESTARTS stopped|": how, and when
# STATE/supervisor, which is written below, is what keeps it: the functions and literal values that this needs, nothing else.

ALWAYS_FUNCTIONS=(say fail words planned ran there stays gone empty told audit_change run run_aside join aside_pid unlock "${CONTAINER_FUNCTIONS[@]}" "${CGROUP_FUNCTIONS[@]}"
  container_alive container_lives container_abandon container_remove container_clear pool_mounted secrets_remove ports_close subvolume_delete cgroup_kill cgroup_end cgroup_killed cgroup_delete
  names_part names_others names_read names_hosts names_turn names_where names_byte supervise first_read log_line "${KEEPER_FUNCTIONS[@]}")
SUPERVISOR_VALUES=(VERBOSE UNDOING PROJECT CONTAINER IMAGE ROOTFS ETC STATE SECRETS LEASES CGROUP CGROUPS CGROUP_NAME CONTROLLERS NAMESPACES
  FUNCTIONS OPENED CLOSED ADMITTED EXPORTS USER_SPEC WORKING_DIRECTORY LABELS STOP_SIGNAL STOP_GRACE_PERIOD TTY FAILED FIRST STARTING STOPPED LOGGER PARTING
  READS RESTART RESTART_MAX RESTART_DELAY RESTART_WINDOW LOG_DRIVER STDIN_OPEN RELAYS RELAY_END AUDIT AUDIT_COMMAND AUDIT_MOST STORE_DELETE FORWARD_PROGRAM "${KEEPER_VALUES[@]}")
ALWAYS_VALUES=${#SUPERVISOR_VALUES[@]}

# supervisor_needs: what its service's healthcheck and hooks need, too. Of each byte of their text a supervisor keeps 24: so the
# FIRST_FUNCTIONS, which process 1 alone needs, are read when it starts, and those of KEEPER_LAST when it has ended.
supervisor_needs() {
  local NAME NEEDED=''
  READS=(first_read)
  SUPERVISOR_VALUES=("${SUPERVISOR_VALUES[@]:0:ALWAYS_VALUES}" "${EXPORTS[@]}" EXEC_BEFORE ID)
  SUPERVISOR_FUNCTIONS=() FIRST_FUNCTIONS=() LAST_FUNCTIONS=()
  for NAME in "${ALWAYS_FUNCTIONS[@]}" "${FUNCTIONS[@]}"; do
    case $NAME in
    seccomp_loader | container_stdio | container_root | container_pivot | container_straight | container_console | container_wait | container_exec | container_init | container_pass | container_told | container_ipv4 | \
      container_late | container_memory | container_refused | *_first | *_setup | *_last) FIRST_FUNCTIONS+=("$NAME") ;;
    container_relays | relayed | relayed_fifo | relay) ;; # its output goes into a log
    *) if [[ " ${KEEPER_LAST[*]} " == *" $NAME "* ]]; then LAST_FUNCTIONS+=("$NAME"); else SUPERVISOR_FUNCTIONS+=("$NAME"); fi ;;
    esac
  done
  for NAME in health post_start pre_stop; do
    declare -F "${ID}_$NAME" >/dev/null || continue
    SUPERVISOR_FUNCTIONS+=("${ID}_$NAME") NEEDED=yes
  done
  [[ -z $TTY ]] || SUPERVISOR_VALUES+=(TERMINAL_PROGRAM DETACH_KEYS)
  [[ -z $NEEDED ]] || {
    SUPERVISOR_FUNCTIONS+=("${HEALTH_FUNCTIONS[@]}")
    SUPERVISOR_VALUES+=("${HEALTH_VALUES[@]}")
  }
}

# first_read: by what is about to become process 1: the FIRST_FUNCTIONS, as supervisor_write has written them, for root alone.
first_read() {
  # shellcheck source=/dev/null
  source "$STATE/first"
}

# container_detach COUNT VARIABLE… COMMAND…: as container_run, by a supervisor. Returns when the command has been started.
container_detach() {
  local NEW=yes
  ! there "${ROOTFS%/*}/words" || NEW=''
  log_possible
  supervisor_needs
  container_furnish
  join 'its own copy of the image'
  if there "${ROOTFS%/*}/ended" || { [[ -L ${ROOTFS%/*}/ended ]] && stays "${ROOTFS%/*}/ended"; }; then
    run 'it lives again' rm "${ROOTFS%/*}/ended"
  fi
  gone "${ROOTFS%/*}/ended"
  if [[ $MODE == plan ]]; then
    planned "$(declare -p RUN_WORDS SUPERVISOR_VALUES SUPERVISOR_FUNCTIONS FIRST_FUNCTIONS LAST_FUNCTIONS "${SUPERVISOR_VALUES[@]}")" \
      "$(declare -f supervisor_write "${SUPERVISOR_FUNCTIONS[@]}" "${FIRST_FUNCTIONS[@]}" "${LAST_FUNCTIONS[@]}")"
    words supervisor_write "$ID" "$@"
    planned "$WORDS  # its supervisor, in $STATE/supervisor"
    supervisor_planned
    UNDO=()
  else
    audit_write "/run/cash/$PROJECT" # or our supervisor would write it, too
    supervisor_write "$ID" "$@"
    supervisor_start start || {
      STATUS=$?
      [[ -z $NEW ]] || rm -f "${ROOTFS%/*}/words" # nothing ran by them
      fail "$STATUS" "$CONTAINER did not start"
    }
    UNDO=()
    unlock
    printf '%s\n' "$CONTAINER"
  fi
}

# supervisor_write SERVICE COUNT VARIABLE… COMMAND…: for root alone to read, as all in the pool and in /run/cash.
supervisor_write() {
  local HAS=()
  { mapfile -d '' -t HAS <"${ROOTFS%/*}/words"; } 2>/dev/null || : # it is new
  [[ ${HAS[*]@Q} == "${RUN_WORDS[*]@Q}" ]] || printf '%s\0' "${RUN_WORDS[@]}" >"${ROOTFS%/*}/words" || {
    rm -f "${ROOTFS%/*}/words" # half of them is worse than none
    return 1
  }
  declare -f "${FIRST_FUNCTIONS[@]}" >"$STATE/first"
  ((${#LAST_FUNCTIONS[@]} == 0)) || declare -f "${LAST_FUNCTIONS[@]}" >"$STATE/last"
  {
    printf '#!/bin/bash\nset -Eeuo pipefail\nshopt -s inherit_errexit\numask 022\nexport LC_ALL=C PATH=%s\n' "$PATH"
    printf "MODE=apply ASIDE=''\ndeclare -A THERE=()\n"
    declare -p "${SUPERVISOR_VALUES[@]}"
    declare -f "${SUPERVISOR_FUNCTIONS[@]}"
    printf 'supervise "$1"'
    printf ' %q' "$@"
    printf '\n'
  } >"$STATE/supervisor"
}

# container_ending: sets ENDING: its status, when (seconds), how often it was started again, and `stopped` or nothing. False where it did not
# end, or nobody knows. In a full pool no file takes anything: there it is a link that leads to these words.
container_ending() {
  local LINE=''
  ENDING=()
  if [[ -L ${ROOTFS%/*}/ended ]]; then
    LINE=$(readlink "${ROOTFS%/*}/ended") || : # it was just removed
  else
    { read -r LINE <"${ROOTFS%/*}/ended"; } 2>/dev/null || : # it is not there
  fi
  read -ra ENDING <<<"$LINE"
  ((${#ENDING[@]}))
}
# container_ended STATUS TIME RESTARTS HOW
container_ended() {
  { echo "$*" >"${ROOTFS%/*}/ended" || ln -s --force --no-target-directory "$*" "${ROOTFS%/*}/ended"; } 2>/dev/null || rm -f "${ROOTFS%/*}/ended"
}
# ── up, and the order of services: the same bytes in every script ────────────────────────────────
# A container that `up` makes is a `run -d` with a label that names its definition. The words of that lie beside its files: where they are
# not those that `up` would say now, or its image is a newer one, it is made anew.

command_up() {
  local WAIT='' ALONE='' ANEW='' ORPHANS='' PULL='' SELECTED=' ' RENEWED=' ' NAMES=' ' FOLDER=$ROOT/containers/$PROJECT EACH DEPENDS UP_WORDS HAS NEXT
  up_options "$@"
  parameters_need
  pool_create
  until { there "$FOLDER" || run 'a folder for its containers' mkdir -p "$FOLDER"; } && lock "$FOLDER" 'it is on its way up'; do :; done
  made "$FOLDER"
  LOCK='' # it stays ours to the end
  for EACH in "${SERVICES[@]}"; do ! up_selects "$EACH" || up_image; done
  up_surplus
  for EACH in "${SERVICES[@]}"; do
    if up_selects "$EACH" || up_drags; then up_service; fi
  done
  [[ -z $WAIT ]] || for EACH in "${SERVICES[@]}"; do ! up_selects "$EACH" || up_waits; done
}
up_selects() { [[ $SELECTED == *" $1 "* ]]; }

up_options() {
  local LIST=()
  while (($#)); do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
    -d | --detach) ;; # it always does
    --wait) WAIT=yes ;;
    --no-deps) ALONE=yes ;;
    --force-recreate) ANEW=yes ;;
    --remove-orphans) ORPHANS=yes ;;
    --profile | --pull)
      (($# > 1)) || fail 2 "$1 needs a value"
      [[ $1 == --pull || -z $2 ]] || profile "$2"
      [[ $1 == --profile ]] || PULL=$2
      shift
      ;;
    -*) fail 2 "usage: $0 up [--wait] [--profile NAME] [--pull always|missing|never] [--force-recreate] [--no-deps] [--remove-orphans] [SERVICE…]" ;;
    *) LIST+=("$1") ;;
    esac
    shift
  done
  [[ $PULL =~ ^(always|missing|never|)$ ]] || fail 2 "--pull $PULL: always, missing or never is wanted"
  ((${#LIST[@]})) || LIST=("${ACTIVE[@]}")
  [[ -z $ANEW ]] || ANEW=" ${LIST[*]} "
  for EACH in "${LIST[@]}"; do up_select "$EACH"; done
}

# up_select SERVICE: and those it depends on. One that is not required comes along where it is active.
up_select() {
  local DEPENDS DEPENDENCY ID
  ! up_selects "$1" || return 0
  service_id "$1"
  SELECTED+="$1 "
  [[ -z $ALONE ]] || return 0
  depends_on "$1"
  for DEPENDENCY in "${DEPENDS[@]}"; do
    [[ $DEPENDENCY == *:optional && " ${ACTIVE[*]} " != *" ${DEPENDENCY%%:*} "* ]] || up_select "${DEPENDENCY%%:*}"
  done
}

# up_image: of the service EACH; and NAMES, what its containers are called.
up_image() {
  containers_given "$EACH"
  NAMES+="${CONTAINERS[*]} "
  { [[ $PULL != always ]] && there "$IMAGE"; } || "${ID}_pull" "$PULL"
}

# up_words NAME SERVICE: sets UP_WORDS, by which it is run, as run_options keeps them.
up_words() {
  local RUN_WORDS
  run_parameters
  UP_WORDS=("${RUN_WORDS[@]}" -d --name "$1" -l "cash.definition=$DIGEST" "$2")
}
# up_has: sets HAS, the words by which the container was run. True where they are of `up`.
up_has() {
  HAS=()
  { mapfile -d '' -t HAS <"${ROOTFS%/*}/words"; } 2>/dev/null || : # it is not there, or not of run -d
  [[ " ${HAS[*]@Q} " == *" '-l' 'cash.definition="* ]]
}

# up_surplus: containers that `up` has made, and the definition has no more.
up_surplus() {
  local NAME
  containers_all
  for NAME in "${CONTAINERS[@]}"; do
    [[ $NAMES != *" $NAME "* ]] || continue
    container_found "$NAME"
    up_has || continue
    if up_selects "${HAS[-1]}" || [[ -n $ORPHANS && " ${SERVICES[*]} " != *" ${HAS[-1]} "* ]]; then
      up_removes 'is not in the definition any more'
    elif [[ " ${SERVICES[*]} " != *" ${HAS[-1]} "* ]]; then
      say "$NAME is of a service that there is no more; up --remove-orphans takes it away"
    fi
  done
}

# up_service: the containers of the service EACH are as it says.
up_service() {
  local NAME COUNT READY_FOR=''
  containers_given "$EACH"
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    container_settled
    up_words "$NAME" "$EACH"
    up_judge
    [[ -n $NEXT ]] || continue
    [[ -n $READY_FOR ]] || up_depends
    READY_FOR=yes
    container_found "$NAME"
    case $NEXT in
    renew)
      service_id "$EACH"
      ! declare -F "${ID}_given" >/dev/null || ASKING=yes "${ID}_given"
      up_removes 'is made anew'
      ;;
    again) container_end_gently ;;
    *) ;;
    esac
    COUNT=${UP_WORDS[0]}
    command_run --pull missing "${UP_WORDS[@]:COUNT+1}"
  done
}

# up_judge: sets NEXT, what to do with the container NAME: nothing, start, renew, again.
up_judge() {
  NEXT=start
  if up_has; then
    if [[ $ANEW == *" $EACH "* || ${HAS[*]@Q} != "${UP_WORDS[*]@Q}" ]] || up_outdated; then
      NEXT=renew
    elif container_busy; then
      NEXT=''
      ! up_follows || NEXT=again
    elif up_completed; then
      NEXT=''
    fi
  elif container_busy && { [[ -f $STATE/supervisor ]] || container_lives owner; }; then # else it is what a killed run has left
    fail 125 "$NAME runs, but not by up: end it first: $0 rm -f $NAME"
  fi
  [[ -z $NEXT ]] || RENEWED+="$EACH "
}
# up_outdated: its image has been pulled anew since.
up_outdated() {
  local META=${IMAGE%/*}/.${IMAGE##*/}.meta
  [[ ${THERE[$META]-} == yes || $META -nt ${ROOTFS%/*}/keep ]]
}
# up_completed: it has done its work, and ended by itself.
up_completed() {
  local ENDING
  [[ $RESTART != always && $RESTART != unless-stopped ]] || return 1
  stays "${ROOTFS%/*}/ended" && container_ending || return 1
  [[ ${ENDING[0]} == 0 && ${ENDING[3]-} != stopped ]]
}
# up_follows: a service it depends on, with `restart: true`, has been started, or made anew.
up_follows() {
  local DEPENDENCY
  depends_on "$EACH"
  for DEPENDENCY in "${DEPENDS[@]}"; do
    [[ $DEPENDENCY != *:restart* || $RENEWED != *" ${DEPENDENCY%%:*} "* ]] || return 0
  done
  return 1
}

# up_drags: a container of the service EACH runs, and it follows.
up_drags() {
  local NAME
  up_follows || return 1
  containers_given "$EACH"
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    ! container_running || ! up_has || return 0
  done
  return 1
}

# up_removes WHY: the container that was found.
up_removes() {
  say "$CONTAINER $1"
  container_end_gently
  container_forget
}
# container_end_gently: as by stop, where it runs.
container_end_gently() {
  container_busy || return 0
  container_end_by TERM
  container_gone
}

# up_depends: until what the service EACH depends on is as it wants it.
up_depends() {
  local DEPENDENCY NAME
  depends_on "$EACH"
  for DEPENDENCY in "${DEPENDS[@]}"; do
    { up_selects "${DEPENDENCY%%:*}" && [[ -z $ALONE ]]; } || continue
    containers_given "${DEPENDENCY%%:*}"
    for NAME in "${CONTAINERS[@]}"; do
      container_found "$NAME"
      case $DEPENDENCY in
      *:service_healthy*) up_await up_await_health "$DEPENDENCY" ;;
      *:service_completed_successfully*) up_await up_await_end "$DEPENDENCY" ;;
      *) ;;
      esac
    done
  done
  containers_given "$EACH"
}

# up_waits: until the containers of the service EACH run, or are healthy, or have done their work.
up_waits() {
  local NAME CHECK=up_await_start
  containers_given "$EACH"
  ! declare -F "${ID}_health" >/dev/null || CHECK=up_await_health
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    up_await "$CHECK" ''
  done
}

# up_await CHECK DEPENDENCY: of the container that was found.
up_await() {
  if [[ $MODE == apply ]]; then
    up_awaited "$@"
  elif ! up_is "$1"; then
    planned "$(declare -p CONTAINER STATE ROOTFS)" "$(declare -f say fail container_pipe container_birth container_lives container_owner container_awaited container_unlocked container_ending up_await_end "$1" up_awaited)"
    words up_awaited "$@"
    planned "$WORDS  # until it is as it has to be"
  fi
}
# up_is CHECK: it is so already, and nothing is planned that changes it.
up_is() {
  local HEALTH=''
  case $1 in
  up_await_health) container_running && { read -r HEALTH _ <"$STATE/health"; } 2>/dev/null && [[ $HEALTH == healthy ]] ;;
  up_await_start) container_running || up_completed ;;
  *) up_completed ;;
  esac
}
up_awaited() {
  local WHY=''
  "$1" && return 0
  [[ $2 == *:optional ]] || fail 125 "$CONTAINER $WHY: logs $CONTAINER says more"
  say "$CONTAINER $WHY; it is not required"
}
# up_await_health: true where it is healthy; sets WHY where it will not be.
up_await_health() {
  local HEALTH PIPE TIMER
  container_pipe
  exec {TIMER}<>"/proc/self/fd/$PIPE" {PIPE}<&- # nothing is ever in it: read sleeps
  while :; do
    HEALTH=''
    { read -r HEALTH _ <"$STATE/health"; } 2>/dev/null || : # it is being started
    [[ $HEALTH != healthy ]] || return 0
    WHY='is unhealthy'
    [[ $HEALTH != unhealthy ]] || return 1
    WHY='has ended'
    container_awaited || return 1
    read -r -t 0.1 <&"$TIMER" || : # the time is over
  done
}
# up_await_end: true where it has ended with status 0.
up_await_end() {
  local ENDING
  container_owner
  container_unlocked
  container_ending || ENDING=(unknown) # it was removed
  WHY="has ended with status ${ENDING[0]}"
  [[ ${ENDING[0]} == 0 ]]
}
# up_await_start: true where it runs, or has done its work.
up_await_start() {
  local CODE=''
  ! container_lives pid || return 0
  up_await_end
}

# backwards NAME…: sets BACKWARDS, these containers in lines: who depends on others before those.
backwards() {
  local WAVE LIST NAME LINE LEFT=" $* " ID SCALE CONTAINERS
  BACKWARDS=()
  if ((${#WAVES[@]} > 1)) && parameters_known; then
    for WAVE in "${WAVES[@]}"; do
      LINE=''
      read -ra LIST <<<"$WAVE"
      containers_given "${LIST[@]}"
      for NAME in "${CONTAINERS[@]}"; do
        [[ $LEFT != *" $NAME "* ]] || LINE+="$NAME " LEFT=${LEFT/ $NAME / }
      done
      BACKWARDS=("$LINE" "${BACKWARDS[@]}")
    done
  fi
  BACKWARDS=("$LEFT" "${BACKWARDS[@]}") # those of no service
}
# ── commands for containers: the same bytes in every script ──────────────────────────────────────
# container_pick NAME: names for it: a container, as it is called here or as Compose would (PROJECT-NAME), else a service: its first; or one of a service
# that is not there yet.
container_pick() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$ ]] || fail 2 "$1: the name of a service or of a container is wanted"
  if container_is "$1"; then
    container_found "$1"
  elif [[ $1 == "$PROJECT"-?* ]] && container_is "${1#"$PROJECT-"}"; then
    container_found "${1#"$PROJECT-"}"
  elif [[ " ${SERVICES[*]} " != *" $1 "* ]] && service_of "$1"; then
    CONTAINER=$1
    container_names
  else
    service_id "$1"
    "${ID}_settings"
    ((SCALE <= 1)) || CONTAINER+=-1
    container_names
  fi
}
# service_of NAME: sets SERVICE_OF and ID, the service of which a container is called so by the definition; false where there is none.
service_of() {
  parameters_known || return 1
  for SERVICE_OF in "${SERVICES[@]}"; do
    service_id "$SERVICE_OF"
    "${ID}_settings"
    if ((SCALE <= 1)); then
      [[ $1 != "$CONTAINER" ]] || return 0
    elif [[ $1 == "$CONTAINER"-* && ${1#"$CONTAINER-"} =~ ^[1-9][0-9]{0,8}$ ]]; then
      ((${1#"$CONTAINER-"} > SCALE)) || return 0
    fi
  done
  return 1
}
container_is() { [[ -d /run/cash/$PROJECT/containers/$1 || -d $ROOT/containers/$PROJECT/$1 ]]; }

# container_running: it runs; sets PID. Where its supervisor was killed, it gets another one.
container_running() {
  { stays "$STATE" && container_lives pid; } || return 1
  PID=$LIVING
  container_lives owner || [[ ! -f $STATE/supervisor || $MODE == plan ]] || container_adopt
}
# container_settled: a command that was killed may have left one that is just being started: until somebody waits for it, or nobody holds it.
container_settled() {
  local FD
  { [[ $MODE == apply && -d $STATE ]] && ! container_lives owner && exec {FD}<"$STATE"; } 2>/dev/null || return 0
  until flock --timeout 1 "$FD"; do
    (($? == 1)) || return 1 # not the time: flock itself failed
    ! container_lives owner || break
  done
  exec {FD}<&-
}
# container_supervised: somebody waits for its end, where anybody can. That two commands look at it at once may keep both from giving it a supervisor.
container_supervised() {
  local TRIES
  for ((TRIES = 0; TRIES < 100; TRIES++)); do
    container_settled
    { ! container_lives owner && [[ -f $STATE/supervisor ]] && container_running; } || return 0
    sleep 0.1
  done
}
# container_busy: it runs, or its supervisor is about to start it again.
container_busy() { container_running || { stays "$STATE" && container_owned; }; }
container_need() { container_running || fail 125 "$CONTAINER does not run; $0 start $CONTAINER"; }

# containers_known NAME…: each is a service or a container: before anything is done to one of them.
containers_known() {
  local NAME
  for NAME; do container_pick "$NAME"; done
}

# containers_all: sets CONTAINERS, the names of those that there are, running or not.
containers_all() {
  local path
  declare -A seen=()
  CONTAINERS=()
  for path in "/run/cash/$PROJECT/containers"/* "$ROOT/containers/$PROJECT"/*; do
    [[ -d $path && -z ${seen[${path##*/}]-} ]] || continue
    seen[${path##*/}]=yes
    CONTAINERS+=("${path##*/}")
  done
}

# containers_given NAME…: sets CONTAINERS, these, or all where none is given. A service with `scale: N` is N containers. What is neither is an error
# before anything is done to another one.
containers_given() {
  local NAME NUMBER
  CONTAINERS=()
  (($#)) || containers_all
  for NAME; do
    if [[ " ${SERVICES[*]} " == *" $NAME "* ]]; then
      service_id "$NAME"
      "${ID}_settings"
    else
      container_pick "$NAME"
      SCALE=1
    fi
    NAME=$CONTAINER
    if ((SCALE == 1)); then CONTAINERS+=("$NAME"); else for ((NUMBER = 1; NUMBER <= SCALE; NUMBER++)); do CONTAINERS+=("$NAME-$NUMBER"); done; fi
  done
}

command_start() {
  local NAME
  (($#)) || for NAME in "${SERVICES[@]}"; do
    [[ " ${ACTIVE[*]} " != *" $NAME "* ]] || set -- "$@" "$NAME"
  done
  (($# == 0)) || containers_given "$@"
  for NAME; do
    containers_given "$NAME"
    start_all
  done
}

# start_all: CONTAINERS.
start_all() {
  local NEW UP_WORDS COUNT
  for NEW in "${CONTAINERS[@]}"; do
    container_found "$NEW"
    container_settled
    if container_busy; then
      say "$NEW runs already"
    elif [[ -f ${ROOTFS%/*}/words ]]; then
      run_again
    else
      parameters_need
      service_of "$NEW" || start_refused "$NEW"
      up_words "$NEW" "$SERVICE_OF"
      COUNT=${UP_WORDS[0]}
      command_run "${UP_WORDS[@]:COUNT+1}"
    fi
  done
}
# start_refused CONTAINER: it has been run in the foreground alone, under a name of its own.
start_refused() {
  local KNOWN=()
  container_found "$1"
  { mapfile -t KNOWN <"${ROOTFS%/*}/keep"; } 2>/dev/null || : # it is not kept
  fail 125 "$CONTAINER was run in the foreground: that is not repeated detached; go on with its files: $0 run --keep --name $CONTAINER ${KNOWN[1]:-SERVICE}"
}

# run_again: as it was run.
run_again() {
  local AGAIN COUNT NAME
  { mapfile -d '' -t AGAIN <"${ROOTFS%/*}/words"; } 2>/dev/null || fail 125 "$CONTAINER was just removed"
  COUNT=${AGAIN[0]}
  for NAME in "${AGAIN[@]:1:COUNT}"; do parameter_set "$NAME"; done
  parameters_check
  command_run "${AGAIN[@]:COUNT+1}"
}

command_stop() {
  local NAME TIME='' LINE BACKWARDS
  [[ ${1-} != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case ${1-} in
  -t | --time | --timeout)
    seconds_wanted "$@"
    TIME=$2
    shift 2
    ;;
  -*) fail 2 "usage: $0 stop [-t SECONDS] [NAME…]" ;;
  *) ;;
  esac
  containers_given "$@"
  for NAME; do # a service of several may have one without a number, by `run`
    [[ " ${CONTAINERS[*]} " == *" $NAME "* || " ${SERVICES[*]} " != *" $NAME "* ]] || ! container_is "$NAME" || CONTAINERS+=("$NAME")
  done
  backwards "${CONTAINERS[@]}"
  for LINE in "${BACKWARDS[@]}"; do
    read -ra CONTAINERS <<<"$LINE"
    stop_all
  done
}
seconds_wanted() { [[ ${2-} =~ ^[0-9]{1,6}$ ]] || fail 2 "$1 ${2-}: seconds are wanted"; }
# stop_all: CONTAINERS, all at once.
stop_all() {
  local WAITED=()
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    container_owner
    container_lives owner || OWNER=''
    WAITED+=("$OWNER")
    container_busy || continue
    [[ -z $TIME ]] || lines 'its grace period' "$STATE/grace" "$TIME"
    container_end_by TERM
  done
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    OWNER=${WAITED[0]} WAITED=("${WAITED[@]:1}")
    [[ -n $OWNER ]] || continue # nobody waits for it, or it is only being made
    container_gone
    stop_insists
  done
}
# stop_insists: the supervisor of the container that was found was killed when it had been told to stop it: the next one is told, too.
stop_insists() {
  [[ $MODE == apply ]] || return 0
  while [[ -e $STATE/stopped ]] && container_lives pid && container_running; do
    container_owner
    container_end_by TERM
    container_gone
  done
}
# container_owner: sets OWNER, the process that waits for it; empty: none yet.
container_owner() {
  OWNER=''
  { read -r OWNER <"$STATE/owner"; } 2>/dev/null || : # there is none
}

# container_end_by TERM|KILL: by whoever waits for it, who will not start it again.
container_end_by() {
  [[ $1 != TERM || $MODE == plan ]] || container_supervised # or it would be killed
  container_owner
  [[ ! -e $STATE/paused ]] || container_unpause
  run_on "$STATE" 'it is not started again' touch "$STATE/stopped" || return 0 # it was just removed
  if { [[ $1 == TERM ]] || ! container_lives pid; } && container_owned; then
    supervisor_stop
  else
    ! container_lives pid || run_on "/proc/$LIVING" 'it ends' kill -s KILL "$LIVING" || : # the same
  fi
}

# container_gone: waits for its end, and until its OWNER has cleaned up; not for another one of that name.
container_gone() {
  { stays "$STATE" && [[ -d $STATE ]]; } || return 0
  if [[ $MODE == plan ]]; then
    words container_unlocked "$OWNER"
    planned "$(declare -p STATE)" "$(declare -f container_unlocked)" "$WORDS  # until it is gone"
    container_foreseen
  else
    container_unlocked "$OWNER"
  fi
}
# container_foreseen: in a plan, what whoever waits for it will have removed by then, and written.
container_foreseen() {
  local path owner
  for path in "/run/cash/$PROJECT"/{networks/*,ports}/* /run/cash/_/networks/*/*; do
    [[ ! -f $path ]] || ! read -r owner <"$path" || [[ $owner != "$STATE" ]] || gone "$path"
  done
  FORESEEN=yes names_part
  gone "$STATE" "$ETC" "$ETC"/* "${CGROUPS[@]}"
  if ! there "${ROOTFS%/*}/keep"; then
    gone "$ROOTFS" "${ROOTFS%/*}" "${ROOTFS%/*}"/*
  elif [[ -f $STATE/supervisor ]]; then
    made "${ROOTFS%/*}/ended"
  fi
}

command_restart() {
  local NAME LINE BACKWARDS CONTAINERS TIME='' LIST=() KEPT_FOR=()
  [[ ${1-} != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case ${1-} in
  -t | --time | --timeout)
    seconds_wanted "$@"
    TIME=$2
    shift 2
    ;;
  -*) fail 2 "usage: $0 restart [-t SECONDS] [NAME…]" ;;
  *) ;;
  esac
  containers_given "$@"
  restart_possible "$#"
  restart_followers
  restart_keep
  backwards "${CONTAINERS[@]}"
  for LINE in "${BACKWARDS[@]}"; do
    read -ra CONTAINERS <<<"$LINE"
    LIST=("${CONTAINERS[@]}" "${LIST[@]}")
    stop_all
  done
  CONTAINERS=("${LIST[@]}")
  start_all
  for NAME in "${KEPT_FOR[@]}"; do
    container_found "$NAME"
    container_unkeep
  done
}
# restart_keep: what goes when it ends (--rm), stays until it is started again. Sets KEPT_FOR, those.
restart_keep() {
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    [[ -f ${ROOTFS%/*}/words && ! -e ${ROOTFS%/*}/keep ]] || continue
    run_on "$STATE/image" 'kept until it is started again' cp "$STATE/image" "${ROOTFS%/*}/keep" || continue # it has just ended
    made "${ROOTFS%/*}/keep"
    KEPT_FOR+=("$NAME")
  done
}
# restart_possible COUNT: CONTAINERS are those that can be started again; where names were given, it fails for others, before anything is stopped.
restart_possible() {
  local NAME LIST=()
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    if [[ -f ${ROOTFS%/*}/words ]]; then
      LIST+=("$NAME")
    elif service_of "$NAME"; then
      LIST+=("$NAME")
    elif (($1)); then
      parameters_need
      start_refused "$NAME"
    fi
  done
  CONTAINERS=("${LIST[@]}")
}
# restart_followers: adds to CONTAINERS those that run and depend on one of them with `restart: true`.
restart_followers() {
  local ALL=" ${CONTAINERS[*]} " SERVICE NAME DEPENDS DEPENDENCY
  ((${#WAVES[@]} > 1)) && parameters_known || return 0
  for SERVICE in "${SERVICES[@]}"; do
    depends_on "$SERVICE"
    for DEPENDENCY in "${DEPENDS[@]}"; do
      [[ $DEPENDENCY == *:restart* ]] || continue
      containers_given "${DEPENDENCY%%:*}"
      for NAME in "${CONTAINERS[@]}"; do [[ $ALL != *" $NAME "* ]] || restart_follows; done
    done
  done
  read -ra CONTAINERS <<<"$ALL"
}
restart_follows() {
  local NAME
  containers_given "$SERVICE"
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    [[ $ALL == *" $NAME "* ]] || ! container_running || ALL+="$NAME "
  done
}

command_kill() {
  local NAME SIGNAL=KILL
  [[ ${1-} != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case ${1-} in
  -s | --signal)
    (($# > 1)) || fail 2 "$1 needs a value"
    SIGNAL=${2^^} SIGNAL=${SIGNAL#SIG}
    [[ ! $SIGNAL =~ ^[0-9]{1,2}$ ]] || SIGNAL=$(kill -l "$SIGNAL" 2>/dev/null) || SIGNAL=''
    { [[ $SIGNAL =~ ^[A-Z] ]] && kill -l "$SIGNAL" >/dev/null 2>&1; } || fail 2 "$2 is no signal; kill -l lists them"
    shift 2
    ;;
  *) ;;
  esac
  (($#)) || fail 2 "usage: $0 kill [-s SIGNAL] NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_need
    container_owner
    case $SIGNAL in
    KILL | TERM | INT | QUIT) run_on "$STATE" 'it is not started again' touch "$STATE/stopped" || fail 125 "$CONTAINER was just removed" ;;
    *) ;;
    esac
    { container_target "$SIGNAL" && run_on "/proc/$PID" 'its process 1' kill -s "$SIGNAL" -- "$TARGET"; } || fail 125 "$CONTAINER has just ended"
    [[ $SIGNAL != KILL ]] || container_gone
  done
}

command_wait() {
  local NAME ENDING
  (($#)) || fail 2 "usage: $0 wait NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_owner
    container_gone
    container_ending || fail 125 "$CONTAINER is not known: it was removed, or never ran detached"
    printf '%s\n' "${ENDING[0]}"
  done
}

command_pause() {
  local NAME
  (($#)) || fail 2 "usage: $0 pause NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_need
    ! there "$STATE/paused" || continue
    container_pause
    run_on "$STATE" 'for ps, and exec' touch "$STATE/paused" || fail 125 "$CONTAINER has just ended"
  done
}

command_unpause() {
  local NAME
  (($#)) || fail 2 "usage: $0 unpause NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_need
    container_unpause
    run 'for ps, and exec' rm -f "$STATE/paused"
  done
}
# ── attach: the same bytes in every script ──────────────────────────────────────────────────────
# The output of a container without a terminal comes from its log, as it grows, and byte for byte: each line there begins with a time.
ATTACH_PROGRAM='
my ($inside, $text) = ($ARGV[0] ne "", "");    # inside: of a line
$| = 1;
while (sysread STDIN, $text, 65536, length $text) {
  while ($text ne "") {
    last if !$inside && $text =~ /^\d*\z/;    # half a time
    $text =~ s/^\d+ // unless $inside;
    $text =~ s/^([^\n]*\n?)//;
    print $1;
    $inside = $1 !~ /\n/;
  }
}'

command_attach() {
  local INPUT=yes PROXY=yes
  while [[ ${1-} == -* ]]; do
    case $1 in
    --no-stdin) INPUT='' ;;
    --sig-proxy | --sig-proxy=true) PROXY=yes ;;
    --sig-proxy=false) PROXY='' ;;
    --detach-keys=*) detach_keys "${1#*=}" ;;
    --detach-keys)
      (($# > 1)) || fail 2 "$1 needs a value"
      detach_keys "$2"
      shift
      ;;
    *) fail 2 "usage: $0 attach [--no-stdin] [--sig-proxy=false] [--detach-keys KEYS] NAME" ;;
    esac
    shift
  done
  (($# == 1)) || fail 2 "usage: $0 attach [--no-stdin] [--sig-proxy=false] [--detach-keys KEYS] NAME"
  container_pick "$1"
  container_need
  [[ ! -e $STATE/paused ]] || fail 125 "$CONTAINER is paused; first: $0 unpause $CONTAINER"
  [[ $MODE == apply ]] || fail 2 'attach has no plan: it makes nothing on the host'
  if [[ -S $STATE/attach ]]; then
    [[ -n $INPUT ]] || exec </dev/null
    exec perl -e "$TERMINAL_PROGRAM" join "$STATE" "$DETACH_KEYS"
  fi
  attach_streams
}

attach_signal() { kill -s "$1" "$PID" 2>/dev/null || :; } # it may have ended

attach_end() { kill "${BESIDE[@]}" 2>/dev/null || :; } # they may have ended

ATTACH_ELSEWHERE=(false) # a function that shows what is in no file

# attach_streams: what it writes from now on; our input and our signals are for it.
attach_streams() {
  local READER SIGNAL SHOWN=0 STATUS=255 # nobody knows, where nothing of it is kept
  container_owner
  container_lives owner
  [[ -z $PROXY ]] || for SIGNAL in HUP INT QUIT TERM USR1 USR2; do
    trap 'attach_signal '"$SIGNAL" "$SIGNAL"
  done
  attach_log || "${ATTACH_ELSEWHERE[@]}" || fail 125 "$CONTAINER has no output to be seen: it runs in the foreground, or its logging driver is none"
  [[ -z $INPUT || ! -p $STATE/stdin ]] || {
    cat <&0 >"$STATE/stdin" &
    BESIDE+=("$!")
  }
  while [[ -d /proc/$READER ]]; do wait "$READER" || SHOWN=$?; done # or a signal, which it has got
  ((SHOWN != 141)) || exit 141                                      # who reads it has had enough
  container_unlocked
  STATUS=255 # it is not kept
  ! container_ending || STATUS=${ENDING[0]}
  exit "$STATUS"
}

# attach_log: sets READER, who shows what comes into the log. False where there is none.
attach_log() {
  local SIZE INSIDE LOG=${ROOTFS%/*}/log GROWS
  [[ -f $STATE/supervisor && -f $LOG ]] || return 1
  SIZE=$(stat --format=%s "$LOG") # before anything is said to it
  INSIDE=$(tail --bytes=1 "$LOG") # of a line, where that is not its end
  exec {GROWS}< <(exec tail --pid="$LIVING" --follow=name --retry --bytes=+"$((SIZE + 1))" "$LOG" 2>/dev/null)
  BESIDE=("$!")
  UNDO=(attach_end)
  perl -e "$ATTACH_PROGRAM" "$INSIDE" <&"$GROWS" &
  READER=$!
}
# ── exec: the same bytes in every script ────────────────────────────────────────────────────────
# A process enters a container that runs. No program of the image may be executed with more than the container's rights, and in
# there no other ones are to be found: so one program of the host must enter the namespaces *and* drop its rights. util-linux has
# none that does both; Perl, which every Debian has, can make the system calls.
#   exec.pl PID BIRTH UID GID,GID… DIRECTORY KIND FILTER PROFILE COMMAND…      the environment, each NAME=VALUE ended by NUL, from descriptor 3
# KIND is empty; or terminal: our input is one, of its own; or detached: it outlives who waits for it, and our standard error gets a NUL
# just before it is executed, then the end of file. FILTER is the seccomp filter it was started with, PROFILE what AppArmor (`exec NAME`) or SELinux (a context) is told,
# or empty. Everything else is read from the container's process 1: capabilities (CapBnd), no_new_privs, rlimits, oom_score_adj.
EXEC_PROGRAM='
use strict;
my ($pid, $birth, $uid, $gids, $directory, $kind, $filter, $profile, @command) = @ARGV;
my ($machine) = do { require Config; $Config::Config{archname} =~ /^([^-]+)/ };
my $errors = \*STDERR;
$SIG{__DIE__} = sub { print {$errors} @_; exit 125 };
my %calls = (
  x86_64 => { capset => 126, close => 3, mount => 165, prctl => 157, prlimit64 => 302, setgroups => 116, setns => 308, setresgid => 119, setresuid => 117, setsid => 112, unshare => 272 },
  aarch64 => { capset => 91, close => 57, mount => 40, prctl => 167, prlimit64 => 261, setgroups => 159, setns => 268, setresgid => 149, setresuid => 147, setsid => 157, unshare => 97 },
);
my $call = $calls{$machine} or die "cash: exec knows no $machine\n";
sub must { my ($name, @words) = @_; my $got = syscall($call->{$name}, @words); die "cash: exec: $name: $!\n" if $got < 0; $got }
sub slurp { local $/; open(my $file, "<", $_[0]) or die "cash: exec: $_[0]: $!\n"; readline $file }

# A program of the container may be /proc/self/exe, which is ours, then, and could be written to: so it lies where nothing can.
if (readlink("/proc/self/ns/mnt") eq readlink("/proc/" . getppid . "/ns/mnt")) {
  must("unshare", 0x20000);    # CLONE_NEWNS
  my $root = "/";
  must("mount", 0, $root, 0, 0x44000, 0);    # MS_REC | MS_PRIVATE
  for my $place (grep { m{^(/|/usr|/bin|/usr/bin)$} } map { (split)[1] } split /\n/, slurp("/proc/self/mounts")) {
    must("mount", 0, $place, 0, 0x1021, 0);    # MS_REMOUNT | MS_BIND | MS_RDONLY
  }
  exec { $^X } split /\0/, slurp("/proc/self/cmdline") =~ s/\0$//r, -1;
  die "cash: exec: $^X: $!\n";
}

open(my $variables, "<&=", 3) or die "cash: exec: no environment\n";
my %environment = map { /^([^=]+)=(.*)$/s ? ($1, $2) : () } split /\0/, do { local $/; readline($variables) // "" };
close $variables;

my %space = map { open(my $file, "<", "/proc/$pid/ns/$_") or die "cash: exec: $_: $!\n"; ($_, $file) } qw(cgroup ipc uts net pid mnt user), grep { -e "/proc/$pid/ns/$_" && readlink("/proc/$pid/ns/$_") ne readlink("/proc/self/ns/$_") } "time";    # Linux 5.6; ours, only root of the host may join
my %status = slurp("/proc/$pid/status") =~ /^(\w+):\s+(.*)$/mg;
my $bounding = hex $status{CapBnd};
my @limits = map { pack "Q2", map { $_ eq "unlimited" ? ~0 : $_ } @$_ } map { /^Max .{21} (\S+)\s+(\S+)/ ? [$1, $2] : () } split /\n/, slurp("/proc/$pid/limits");    # in the order of their numbers
my $own_user = readlink("/proc/self/ns/user") eq readlink("/proc/$pid/ns/user");
my $score = slurp("/proc/$pid/oom_score_adj");
die "cash: exec: it has ended\n" if (split / /, slurp("/proc/$pid/stat") =~ s/.*\) //sr)[19] != $birth;
if (open(my $own, ">", "/proc/self/oom_score_adj")) { print {$own} $score }

# What it gets is owned by its user, who may open it by name (/dev/stdout).
my ($owner) = $own_user ? $uid : map { my ($its, $ours, $count) = split; $uid >= $its && $uid < $its + $count ? $ours + $uid - $its : () } split /\n/, slurp("/proc/$pid/uid_map");

must("setsid") if $kind eq "detached";
must("setns", fileno $_, 0) for grep { defined } @space{qw(pid time)};
my $child = fork // die "cash: exec: fork: $!\n";
if ($child) {
  for my $name (qw(HUP INT QUIT TERM USR1 USR2)) { $SIG{$name} = sub { kill $name, $child } }
  open(STDERR, ">&", STDOUT) if $kind eq "detached";
  1 until waitpid($child, 0) == $child;
  exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
}
for my $file (\*STDIN, \*STDOUT, \*STDERR) { chown $owner, -1, $file if defined $owner && (stat $file)[4] == $> && readlink("/proc/self/fd/" . fileno $file) =~ m{^(pipe:|/dev/pts/)} }
open($errors = undef, ">&", STDERR) or exit 125;    # until the command is executed
open(STDERR, ">&", STDOUT) if $kind eq "detached";
must("setsid");
open(my $confine, ">", "/proc/self/attr/" . ($profile =~ /^exec / && -e "/proc/self/attr/apparmor" ? "apparmor/exec" : "exec")) or die "cash: exec: $profile: $!\n" if $profile ne "";
keyring($call->{prctl});
ioctl(STDIN, 0x540E, 1) if $kind eq "terminal";    # TIOCSCTTY
syscall($call->{prlimit64}, 0, $_, $limits[$_], 0) for 0 .. $#limits;    # where ours are lower already, they stay
must("setns", fileno $space{$_}, 0) for qw(cgroup ipc uts net mnt), $own_user ? () : "user";
umask 022;
must("prctl", 4, 0, 0, 0, 0);    # PR_SET_DUMPABLE: nothing in there can look into it
my @groups = split /,/, $gids;
must("setgroups", scalar @groups, pack("L*", @groups));
must("setresgid", ($groups[0] + 0) x 3);
for my $capability (0 .. 63) { syscall($call->{prctl}, 24, $capability, 0, 0, 0) unless $bounding >> $capability & 1 }    # PR_CAPBSET_DROP
seccomp($call->{prctl}, $filter) if $filter ne "" && !$status{NoNewPrivs};    # while it has CAP_SYS_ADMIN
must("setresuid", ($uid + 0) x 3);
must("prctl", 1, 9, 0, 0, 0);    # PR_SET_PDEATHSIG: it ends with the one that waits for it
my @words = $uid == 0 ? ($bounding & 0xffffffff, $bounding >> 32) : (0, 0);
my ($header, $sets) = (pack("LL", 0x20080522, 0), pack("L6", $words[0], $words[0], 0, $words[1], $words[1], 0));
must("capset", $header, $sets);
must("prctl", 38, 1, 0, 0, 0) if $status{NoNewPrivs};
seccomp($call->{prctl}, $filter) if $filter ne "" && $status{NoNewPrivs};
syswrite($confine, $profile) or die "cash: exec: $profile: $!\n" if $profile ne "";
%ENV = %environment;
chdir $directory or do { print {$errors} "cash: exec: $directory: $!\n"; exit 126 };
syswrite($errors, "\0") if $kind eq "detached";
exec { $command[0] } @command;
print {$errors} "cash: exec: $command[0]: $!\n";
exit($!{ENOENT} ? 127 : 126);
'

EXEC_BEFORE=() # a command that executes it

command_exec() {
  local FLAGS='' STDIN_OPEN='' RUN_ENVIRONMENT=() RUN_USER='' RUN_DIRECTORY='' VARIABLES DIRECTORY
  while (($#)); do
    case $1 in
    -e | -u | -w | --env | --user | --workdir | --detach-keys)
      (($# > 1)) || fail 2 "$1 needs a value"
      case $1 in
      -e | --env)
        [[ $2 =~ ^[^=]+= ]] || fail 2 "$1 $2: NAME=VALUE is wanted"
        RUN_ENVIRONMENT+=("$2")
        ;;
      -u | --user) RUN_USER=$2 ;;
      --detach-keys) detach_keys "$2" ;;
      *) RUN_DIRECTORY=$2 ;;
      esac
      shift
      ;;
    --interactive | --tty | --detach) FLAGS+=${1:2:1} ;;
    -*)
      [[ $1 =~ ^-[itd]+$ ]] || fail 2 "exec has no option $1; see: $0 help"
      FLAGS+=${1#-}
      ;;
    *) break ;;
    esac
    shift
  done
  (($# > 1)) || fail 2 "usage: $0 exec [-itd] [-e NAME=VALUE] [-u USER] [-w DIRECTORY] [--detach-keys KEYS] NAME [--] COMMAND…"
  container_pick "$1"
  container_need
  [[ ! -e $STATE/paused ]] || fail 125 "$CONTAINER is paused; first: $0 unpause $CONTAINER"
  shift
  [[ $1 != -- ]] || shift
  [[ $MODE == apply ]] || fail 2 'exec has no plan: it makes nothing on the host'
  exec_settings
  happened exec "${1##*/}"
  case $FLAGS in
  *d*) exec_detached "$@" ;;
  *t*)
    ENVIRONMENT=("TERM=${TERM:-dumb}" "${ENVIRONMENT[@]}")
    exec_enter terminal "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") || exit "$?"
    ;;
  *)
    [[ $FLAGS != *i* ]] || STDIN_OPEN=true
    exec_relayed "$@" || exit "$?"
    ;;
  esac
}

# exec_detached COMMAND…: returns when it is executed, or says why it cannot be.
exec_detached() {
  local PIPE SAID
  exec {PIPE}< <(exec_become detached "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") </dev/null 2>&1 >/dev/null)
  ! IFS='' read -r -d '' SAID <&"$PIPE" || { # NUL: what is said from now on, is that it could not be
    IFS='' read -r -d '' SAID <&"$PIPE" || : # to its end
    [[ -n $SAID ]] || return 0
  }
  printf '%s' "$SAID" >&2
  wait "$!" || exit "$?"
}

# exec_relayed COMMAND…: between its descriptors and ours a pipe stands, where that is wanted.
exec_relayed() {
  local STATUS=0 FD STDIO=(0 1 2)
  UNDO=(container_relayed "${UNDO[@]}")
  container_relays stay
  exec_enter '' "$@" 3< <(printf '%s\0' "${ENVIRONMENT[@]}") <&"${STDIO[0]}" >&"${STDIO[1]}" 2>&"${STDIO[2]}" || STATUS=$?
  for FD in "${STDIO[@]}"; do ((FD < 3)) || exec {FD}>&-; done
  UNDO=("${UNDO[@]:1}")
  container_relayed
  return "$STATUS"
}

# exec_settings: sets ID LABELS USER_ID GROUP_IDS DIRECTORY ENVIRONMENT: the container's, or what was asked for.
exec_settings() {
  local SETTINGS NAME COUNT
  { mapfile -d '' -t SETTINGS <"$STATE/settings"; } 2>/dev/null || fail 125 "$CONTAINER has just ended"
  ID=${SETTINGS[0]} IMAGE=${SETTINGS[1]} USER_ID=${SETTINGS[2]} GROUP_IDS=${SETTINGS[3]} DIRECTORY=${RUN_DIRECTORY:-${SETTINGS[4]}}
  COUNT=${SETTINGS[5]}
  LABELS=("${SETTINGS[@]:6:COUNT}") ENVIRONMENT=("${SETTINGS[@]:6+COUNT}")
  [[ -z $RUN_USER ]] || {
    container_user "$RUN_USER"
    ENVIRONMENT+=("HOME=$HOME_DIRECTORY")
  }
  ENVIRONMENT+=("${RUN_ENVIRONMENT[@]}")
  SETTINGS=("${CGROUPS[@]}") CGROUPS=()
  for NAME in "${SETTINGS[@]}"; do [[ ! -d $NAME ]] || CGROUPS+=("$NAME"); done # those it is in
  SETTINGS=("${CONTROLLERS[@]}") CONTROLLERS=()
  for NAME in "${SETTINGS[@]}"; do [[ ! -d ${CGROUP[$NAME]} ]] || CONTROLLERS+=("$NAME"); done
}

# exec_enter ''|terminal COMMAND…: in the container, to its end.
exec_enter() {
  local STATUS=0 ERRORS
  exec {ERRORS}>&2 2>/dev/null # Bash names what a signal ended
  (
    exec 2>&"$ERRORS"
    exec_become "$@"
  ) || STATUS=$?
  exec 2>&"$ERRORS" {ERRORS}>&-
  return "$STATUS"
}

# exec_become ''|terminal|detached COMMAND…: becomes it, in the cgroups of the container, without a descriptor of ours but 0 to 3, and
# without our environment. terminal: on one of its own, ours is out of its reach.
exec_become() {
  local FD FILTER='' PROFILE='' KIND=$1
  shift
  trap - ERR EXIT HUP INT QUIT TERM
  { read -r FILTER <"$STATE/seccomp" &&
    { [[ ! -e $STATE/apparmor ]] || { read -r PROFILE <"$STATE/apparmor" && PROFILE="exec $PROFILE"; }; } &&
    { [[ ! -e $STATE/selinux ]] || read -r PROFILE <"$STATE/selinux"; } &&
    container_birth "$PID"; } 2>/dev/null || fail 125 "$CONTAINER has ended"
  cgroup_enter 2>/dev/null || {
    if container_birth "$PID"; then fail 125 "the cgroups of $CONTAINER cannot be entered"; else fail 125 "$CONTAINER has ended"; fi
  }
  for FD in /proc/self/fd/*; do
    FD=${FD##*/}
    ((FD < 4)) || exec {FD}<&-
  done
  set -- "${ENTER[@]}" "${EXEC_BEFORE[@]}" perl -e "$SECCOMP_PROGRAM$EXEC_PROGRAM" -- "$PID" "$BIRTH" "$USER_ID" "$GROUP_IDS" "$DIRECTORY" "$KIND" "$FILTER" "$PROFILE" "$@"
  [[ $KIND != terminal ]] || set -- perl -e "$TERMINAL_PROGRAM" exec '' "$DETACH_KEYS" "$@"
  exec -c "$@"
}
# ── ps: the same bytes in every script ──────────────────────────────────────────────────────────
# No process a container: files and builtins only.

# container_state: sets STATE_NAME (running, paused, starting, exited), SINCE (seconds), EXITED, RESTARTS, HEALTH, of the container that was picked.
container_state() {
  local rest ENDING
  STATE_NAME=created SINCE='' EXITED='' RESTARTS=0 HEALTH='' PID=''
  if container_lives pid; then
    PID=$LIVING STATE_NAME=running
    container_since "$BIRTH"
    [[ ! -e $STATE/paused ]] || STATE_NAME=paused
    [[ ! -f $STATE/restarts ]] || read -r RESTARTS <"$STATE/restarts"
    [[ ! -f $STATE/health ]] || read -r HEALTH rest <"$STATE/health"
  elif container_owned; then
    STATE_NAME=restarting
    [[ ! -f $STATE/restarts ]] || read -r RESTARTS <"$STATE/restarts"
  elif container_ending; then
    STATE_NAME=exited EXITED=${ENDING[0]} SINCE=${ENDING[1]-} RESTARTS=${ENDING[2]-}
  fi
}

# container_since TICKS: sets SINCE, the seconds since 1970 of that many hundredths of a second after the boot.
container_since() {
  local line
  while read -r line; do [[ $line != btime* ]] || SINCE=$((${line#* } + $1 / 100)); done </proc/stat
}

# ago SECONDS: sets AGO, how long that is.
ago() {
  local unit
  AGO="$1 seconds"
  for unit in 60:minutes 3600:hours 86400:days; do (($1 < 2 * ${unit%:*})) || AGO="$(($1 / ${unit%:*})) ${unit#*:}"; done
}

command_ps() {
  local NAME ALL='' JSON='' QUIET='' NOW AGO LINE
  while (($#)); do
    case $1 in
    -a | --all) ALL=yes ;;
    --json) JSON=yes ;;
    -q | --quiet) QUIET=yes ;;
    -*) fail 2 "usage: $0 ps [-a] [-q] [--json] [NAME…]" ;;
    *) break ;;
    esac
    shift
  done
  printf -v NOW '%(%s)T' -1
  containers_given "$@"
  [[ -n $JSON || -n $QUIET ]] || printf '%-20s %-28s %-9s %s\n' NAME STATE PID 'IMAGE  PORTS'
  LINE=''
  for NAME in "${CONTAINERS[@]}"; do
    container_is "$NAME" || continue
    container_found "$NAME"
    container_state
    [[ -n $ALL || -n $PID || $STATE_NAME == restarting ]] || continue
    container_image_name
    container_ports
    if [[ -n $QUIET ]]; then
      printf '%s\n' "$NAME"
    elif [[ -n $JSON ]]; then
      [[ -z $LINE ]] || printf '%s,\n' "$LINE"
      [[ -n $LINE ]] || printf '[\n'
      printf -v LINE '{"name":"%s","state":"%s","health":"%s","since":%s,"exit":%s,"restarts":%s,"pid":%s,"image":"%s","ports":"%s"}' \
        "$NAME" "$STATE_NAME" "$HEALTH" "${SINCE:-null}" "${EXITED:-null}" "$RESTARTS" "${PID:-null}" "$IMAGE_NAME" "$PORTS"
    else
      ago "$((NOW - ${SINCE:-NOW}))"
      case $STATE_NAME in
      exited) STATE_NAME="exited ($EXITED) $AGO ago" ;;
      running) STATE_NAME="up $AGO $HEALTH" ;;
      paused) STATE_NAME="up $AGO (paused)" ;;
      *) ;;
      esac
      printf '%-20s %-28s %-9s %s\n' "$NAME" "$STATE_NAME" "${PID:--}" "$IMAGE_NAME${PORTS:+  $PORTS}"
    fi
  done
  [[ -z $JSON ]] || printf '%s\n]\n' "${LINE:-[}"
}

# container_image_name: sets IMAGE_NAME, NAME:TAG, of what its files are a copy of; empty where it has none.
container_image_name() {
  IMAGE_NAME=''
  { read -r IMAGE_NAME <"${ROOTFS%/*}/keep" || read -r IMAGE_NAME <"$STATE/image"; } 2>/dev/null || return 0
  IMAGE_NAME=${IMAGE_NAME#"$ROOT/images/"}
  IMAGE_NAME=${IMAGE_NAME%/*}:${IMAGE_NAME##*/}
}
# ── port: the same bytes in every script ────────────────────────────────────────────────────────
command_port() {
  local inside outside _ found='' wanted=${2-}
  (($# == 1 || $# == 2)) || fail 2 "usage: $0 port NAME [PORT[/PROTOCOL]]"
  [[ -z $wanted || $wanted == */* ]] || wanted+=/tcp
  container_pick "$1"
  container_need
  [[ ! -f $STATE/ports ]] || while read -r inside outside _; do
    if [[ -z $wanted ]]; then
      printf '%s -> %s\n' "$inside" "$outside"
    elif [[ $inside == "$wanted" ]]; then
      found=yes
      printf '%s\n' "$outside"
    fi
  done <"$STATE/ports"
  [[ -n $found || -z $wanted ]] || fail 125 "$CONTAINER does not publish ${wanted@Q}; it does: $0 port $1"
}

# container_ports: sets PORTS, what the container that was picked publishes: 0.0.0.0:8080->80/tcp, …
container_ports() {
  local inside outside _
  PORTS=''
  [[ ! -f $STATE/ports ]] || while read -r inside outside _; do PORTS+="${PORTS:+, }$outside->$inside"; done <"$STATE/ports"
}
# ── top, stats: the same bytes in every script ──────────────────────────────────────────────────
# By /proc and the files of the cgroups, without a process of ours for each container.

# container_processes: sets PROCESSES, those in the container that was picked. The host's processes that stand by it have one pid alone;
# where its own have, too, the one that stands by it is the parent of process 1.
container_processes() {
  local pid key value all beside='' STAT NAMED
  PROCESSES=()
  [[ ! /proc/$PID/ns/pid -ef /proc/self/ns/pid ]] || ! process_stat "$PID" || beside=${STAT[1]}
  { mapfile -t all <"${CGROUPS[0]}/cgroup.procs"; } 2>/dev/null || all=() # it has just ended
  for pid in "${all[@]}"; do
    while read -r key value; do
      [[ $key != NSpid: || $value != *[[:space:]]* && (-z $beside || $pid == "$beside") ]] || PROCESSES+=("$pid")
    done 2>/dev/null <"/proc/$pid/status" || : # it has ended
  done
}

# process_stat PID: sets STAT, the fields of /proc/PID/stat from the state on: 1 parent, 11 and 12 its time, 13 and 14 that of its
# children, 19 its birth, 21 its pages; NAMED, its name. False where it has ended.
process_stat() {
  local line=''
  { read -r -d '' line <"/proc/$1/stat" || [[ -n $line ]]; } 2>/dev/null || return 1
  NAMED=${line#*(} NAMED=${NAMED%)*}
  read -ra STAT <<<"${line##*)}"
}

command_top() {
  local PID PROCESSES STAT NAMED SINCE STARTED TIME PARTS SHOWN CELLS=()
  (($# == 1)) || fail 2 "usage: $0 top NAME"
  container_pick "$1"
  container_need
  container_processes
  for PID in "${PROCESSES[@]}"; do
    process_stat "$PID" || continue
    process_user "$PID"
    container_since "${STAT[19]}"
    printf -v STARTED '%(%F %T)T' "$SINCE"
    TIME=$(((STAT[11] + STAT[12]) / 100))
    printf -v TIME '%d:%02d' "$((TIME / 60))" "$((TIME % 60))"
    PARTS=()
    { mapfile -d '' -t PARTS <"/proc/$PID/cmdline"; } 2>/dev/null || : # it has ended
    CELLS+=("$PROCESS_USER" "$PID" "${STAT[1]}" "$STARTED" "$TIME" "${PARTS[*]:-[$NAMED]}")
  done
  columns 6 UID PID PPID STARTED TIME COMMAND "${CELLS[@]}"
}

# process_user PID: sets PROCESS_USER, its effective user id on the host.
process_user() {
  local key value
  PROCESS_USER=''
  while read -r key _ value _; do [[ $key != Uid: ]] || PROCESS_USER=$value; done 2>/dev/null <"/proc/$1/status" || : # it has ended
}

command_stats() {
  local STREAM=yes JSON_WANTED='' GIVEN_NAMES
  while [[ ${1-} == -* ]]; do
    case $1 in
    --no-stream) STREAM='' ;;
    --json) JSON_WANTED=yes ;;
    *) fail 2 "usage: $0 stats [--no-stream] [--json] [NAME…]" ;;
    esac
    shift
  done
  GIVEN_NAMES=("$@")
  local -A CPU_BEFORE=() AT_BEFORE=()
  stats_sample >/dev/null # the share of a processor is one of the time between two looks
  while :; do
    sleep 1
    [[ -z $STREAM || ! -t 1 ]] || printf '\e[H\e[J'
    stats_sample
    [[ -n $STREAM ]] || break
  done
}

# stats_sample: one look at all of them, as a table or as JSON.
stats_sample() {
  local NAME CONTAINERS PERCENT MEMORY_PERCENT CELLS=() OBJECTS='' SIZE JSON CELL
  containers_given "${GIVEN_NAMES[@]}"
  for NAME in "${CONTAINERS[@]}"; do
    container_pick "$NAME"
    if ! container_lives pid; then
      ((${#GIVEN_NAMES[@]} == 0)) || container_need
      continue
    fi
    PID=$LIVING
    stats_read
    stats_percent
    if [[ -n $JSON_WANTED ]]; then
      json_object name "$NAME" pid= "$PID" cpu_percent= "$PERCENT" memory_bytes= "$MEMORY" memory_limit_bytes= "$MEMORY_LIMIT" \
        network_received_bytes= "$RECEIVED" network_sent_bytes= "$SENT" block_read_bytes= "$READ_BYTES" block_written_bytes= "$WRITTEN_BYTES" \
        pids= "${#PROCESSES[@]}"
      OBJECTS+=", $JSON"
      continue
    fi
    MEMORY_PERCENT=$((MEMORY * 1000 / MEMORY_LIMIT))
    CELLS+=("$NAME" "$PERCENT%")
    for CELL in "$MEMORY $MEMORY_LIMIT" "$RECEIVED $SENT" "$READ_BYTES $WRITTEN_BYTES"; do
      size "${CELL% *}"
      CELLS+=("$SIZE")
      size "${CELL#* }"
      CELLS[-1]+=" / $SIZE"
    done
    CELLS+=("$((MEMORY_PERCENT / 10)).$((MEMORY_PERCENT % 10))%" "${#PROCESSES[@]}")
  done
  if [[ -n $JSON_WANTED ]]; then
    printf '[%s]\n' "${OBJECTS#, }"
  else
    columns 7 NAME CPU 'MEMORY / LIMIT' 'NETWORK IN / OUT' 'DISK READ / WRITTEN' MEMORY PIDS "${CELLS[@]}"
  fi
}

# stats_percent: sets PERCENT, of one processor, since the look before: two of them, busy, are 200.
stats_percent() {
  local now tenths=0
  read -r now _ </proc/uptime
  now=${now/./} # hundredths of a second
  [[ -z ${AT_BEFORE[$NAME]-} ]] || ((now == AT_BEFORE[$NAME])) ||
    tenths=$(((CPU_TIME - CPU_BEFORE[$NAME]) / (10 * (now - AT_BEFORE[$NAME]))))
  ((tenths >= 0)) || tenths=0 # it was started again
  CPU_BEFORE[$NAME]=$CPU_TIME AT_BEFORE[$NAME]=$now
  PERCENT=$((tenths / 10)).$((tenths % 10))
}

# stats_read: sets PROCESSES, CPU_TIME (microseconds), MEMORY, MEMORY_LIMIT, READ_BYTES, WRITTEN_BYTES, RECEIVED, SENT of the container in PID:
# by its cgroups where it has those, else summed over its processes.
stats_read() {
  local pid key value rest interface STAT NAMED RESIDENT=0 LIMITED='' FOUND=''
  local cpuacct=${CGROUP_MOUNTS[cpuacct]-}/$CGROUP_NAME/cpuacct.usage memory=${CGROUP[memory]-}
  CPU_TIME=0 MEMORY='' READ_BYTES=0 WRITTEN_BYTES=0 RECEIVED=0 SENT=0
  container_processes
  for pid in "${PROCESSES[@]}"; do
    process_stat "$pid" || continue
    CPU_TIME=$((CPU_TIME + (STAT[11] + STAT[12] + STAT[13] + STAT[14]) * 10000))
    ! stats_value "/proc/$pid/status" VmRSS: || RESIDENT=$((RESIDENT + FOUND * 1024))
    ! stats_value "/proc/$pid/io" read_bytes: || READ_BYTES=$((READ_BYTES + FOUND))
    ! stats_value "/proc/$pid/io" write_bytes: || WRITTEN_BYTES=$((WRITTEN_BYTES + FOUND))
  done
  ! stats_value "${CGROUPS[0]}/cpu.stat" usage_usec || CPU_TIME=$FOUND
  ! stats_value "$cpuacct" '' || CPU_TIME=$((FOUND / 1000))
  for key in memory.current:memory.max:inactive_file memory.usage_in_bytes:memory.limit_in_bytes:total_inactive_file; do
    value=${key#*:}
    stats_value "$memory/${key%%:*}" '' || continue
    MEMORY=$FOUND
    ! stats_value "$memory/${value%:*}" '' || LIMITED=$FOUND
    ! stats_value "$memory/memory.stat" "${value#*:}" || MEMORY=$((MEMORY > FOUND ? MEMORY - FOUND : 0)) # what may go at any time, as in Docker
  done
  MEMORY=${MEMORY:-$RESIDENT}
  stats_value /proc/meminfo MemTotal:
  MEMORY_LIMIT=$((FOUND * 1024))
  [[ -z $LIMITED || $LIMITED == max || ${#LIMITED} -gt 18 ]] || ((LIMITED >= MEMORY_LIMIT)) || MEMORY_LIMIT=$LIMITED
  while read -r interface value _ _ _ _ _ _ _ rest _; do
    [[ $interface != *: || $interface == lo: ]] || RECEIVED=$((RECEIVED + value)) SENT=$((SENT + rest))
  done 2>/dev/null <"/proc/$PID/net/dev" || : # it has ended
}

# stats_value FILE KEY: sets FOUND, what stands behind KEY in the file, or, without one, in it. False where there is none. It reads the file
# to its end: Bash has read further than the line, cannot go back where the process has ended, and would take the rest for the next file.
stats_value() {
  local key value
  FOUND=''
  [[ -f $1 ]] || return 1
  while read -r key value _; do
    [[ -n $2 ]] || value=$key
    [[ -n $FOUND || (-n $2 && $key != "$2") ]] || FOUND=$value
  done 2>/dev/null <"$1" || :      # it has been removed
  [[ $FOUND =~ ^(max|-?[0-9]+)$ ]] # or its process was just ending
}
# ── inspect: the same bytes in every script ─────────────────────────────────────────────────────
# A list of JSON objects: what is known of a container, and, of one that runs, what the kernel says of it.
command_inspect() {
  local NAME OBJECTS=''
  (($#)) || fail 2 "usage: $0 inspect NAME…"
  for NAME; do
    container_pick "$NAME"
    [[ -d $STATE || -d ${ROOTFS%/*} ]] || fail 125 "$CONTAINER is not there; see: $0 ps -a"
    inspect_container
    OBJECTS+=", $JSON"
  done
  printf '[%s]\n' "${OBJECTS#, }"
}

# inspect_container: sets JSON, the container that was picked.
inspect_container() {
  local ID='' USER_ID='' GROUP_IDS='' DIRECTORY='' ENVIRONMENT=() RUN_USER='' RUN_DIRECTORY='' RUN_ENVIRONMENT=() LABELS=() IMAGE_NAME PORTS LIVE='' VARIABLES LABELLED SINCE PID
  local OWN_CGROUPS=("${CGROUPS[@]}")
  container_state
  container_image_name
  container_ports
  [[ ! -f $STATE/settings ]] || exec_settings
  CGROUPS=("${OWN_CGROUPS[@]}")
  json_list "${ENVIRONMENT[@]}"
  VARIABLES=$JSON
  json_list "${LABELS[@]}"
  LABELLED=$JSON
  [[ -z $PID ]] || inspect_live
  json_object name "$CONTAINER" state "$STATE_NAME" health "$HEALTH" pid= "$PID" since= "$SINCE" exit= "$EXITED" restarts= "$RESTARTS" \
    image "$IMAGE_NAME" rootfs "$ROOTFS" runtime_files "$STATE" user= "$USER_ID" groups "$GROUP_IDS" working_directory "$DIRECTORY" \
    environment= "$VARIABLES" labels= "$LABELLED" ports "$PORTS" live= "$LIVE"
}

# inspect_live: sets LIVE, of /proc/PID, its cgroups and its network.
inspect_live() {
  local key value rest STATUS=() SPACES=() MOUNTED=() LIMITED CAPABILITIES NAMESPACES_LIVE INTERFACES='' line
  while read -r key value; do
    case $key in
    CapBnd: | CapEff: | CapPrm: | CapInh: | CapAmb:) STATUS+=("${key%:}" "$value") ;;
    *) ;;
    esac
    case $key in
    NoNewPrivs: | Seccomp:) STATUS+=("${key%:}=" "$value") ;;
    *) ;;
    esac
  done 2>/dev/null <"/proc/$PID/status" || fail 125 "$CONTAINER has just ended"
  json_object "${STATUS[@]}"
  CAPABILITIES=$JSON
  for key in cgroup ipc mnt net pid user uts; do
    line=$(readlink "/proc/$PID/ns/$key") || fail 125 "$CONTAINER has just ended"
    SPACES+=("$key" "$line")
  done
  json_object "${SPACES[@]}"
  NAMESPACES_LIVE=$JSON
  while read -r _ _ _ _ line; do
    printf -v line %b "$line" # \040 is a space
    MOUNTED+=("$line")
  done 2>/dev/null <"/proc/$PID/mountinfo" || fail 125 "$CONTAINER has just ended"
  inspect_limits
  LIMITED=$JSON
  ! type -P ip >/dev/null || INTERFACES=$(nsenter --net="/proc/$PID/ns/net" ip -json address show) || fail 125 "$CONTAINER has just ended"
  json_list "${MOUNTED[@]}"
  json_object capabilities= "$CAPABILITIES" namespaces= "$NAMESPACES_LIVE" mounts= "$JSON" limits= "$LIMITED" network= "$INTERFACES"
  LIVE=$JSON
}

# inspect_limits: sets JSON, what the cgroups of the container say, by file.
inspect_limits() {
  local directory file value pairs=()
  for directory in "${CGROUPS[@]}"; do
    for file in "$directory"/{pids.max,cpu.shares,cpu.cfs_quota_us,cpu.cfs_period_us,cpu.weight,cpu.max,cpuset.cpus,memory.limit_in_bytes} \
      "$directory"/memory.{memsw.limit_in_bytes,soft_limit_in_bytes,max,swap.max,low}; do
      [[ -f $file ]] || continue
      read -r value <"$file" || : # empty
      pairs+=("$file" "$value")
    done
  done
  json_object "${pairs[@]}"
}
# ── update: the same bytes in every script ──────────────────────────────────────────────────────
# Limits of containers that run, each read back. They last as long as the cgroup: until it is started by a command again.
command_update() {
  local NAME OPTION VALUE BYTES
  local -A WANTED=()
  while [[ ${1-} == --* ]]; do
    OPTION=${1#--} VALUE=${2-}
    [[ $OPTION != *=* ]] || {
      VALUE=${OPTION#*=} OPTION=${OPTION%%=*}
      set -- "$1" "$@"
    }
    case $OPTION in
    memory | memory-swap | memory-reservation)
      bytes_of "--$OPTION" "$VALUE"
      WANTED[${OPTION//-/_}]=$BYTES
      ;;
    cpus)
      [[ $VALUE =~ ^([0-9]{1,4})(\.([0-9]{1,3})[0-9]*)?$ ]] || fail 2 "--cpus $VALUE: a number of processors is wanted, such as 1.5"
      printf -v VALUE '%s%-3s' "${BASH_REMATCH[1]}" "${BASH_REMATCH[3]}"
      WANTED[cpus]=$((10#${VALUE// /0} * 100)) # microseconds in 100000
      ((WANTED[cpus] >= 1000)) || fail 2 '--cpus: the least is 0.01'
      ;;
    cpu-shares | pids-limit)
      [[ $VALUE =~ ^(-1|[0-9]{1,9})$ ]] || fail 2 "--$OPTION $VALUE: a number is wanted"
      [[ $OPTION$VALUE != pids-limit@(-1|0) ]] || VALUE=max
      WANTED[${OPTION//-/_}]=$VALUE
      ;;
    cpuset-cpus)
      [[ $VALUE =~ ^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$ ]] || fail 2 "--cpuset-cpus $VALUE: a list of processors is wanted, such as 0-2,4"
      WANTED[${OPTION//-/_}]=$VALUE
      ;;
    *) fail 2 "update has no option --$OPTION; see: $0 help" ;;
    esac
    (($# > 1)) || fail 2 "--$OPTION needs a value"
    shift 2
  done
  (($# && ${#WANTED[@]})) || fail 2 "usage: $0 update [--memory BYTES] [--cpus NUMBER] … NAME…"
  containers_known "$@"
  for NAME; do
    container_pick "$NAME"
    container_need
    update_container
  done
}

# bytes_of OPTION VALUE: sets BYTES; 512m, 1g, -1 is without a limit.
bytes_of() {
  local unit factor=1
  [[ ${2,,} =~ ^(-1|([0-9]{1,12})(b|kb?|mb?|gb?|tb?)?)$ ]] || fail 2 "$1 $2: bytes are wanted, such as 512m; -1: no limit"
  BYTES=-1
  [[ $2 != -1 ]] || return 0
  unit=${BASH_REMATCH[3]}
  case ${unit:0:1} in
  k) factor=1024 ;;
  m) factor=$((1024 * 1024)) ;;
  g) factor=$((1024 * 1024 * 1024)) ;;
  t) factor=$((1024 * 1024 * 1024 * 1024)) ;;
  *) ;;
  esac
  BYTES=$((10#${BASH_REMATCH[2]} * factor))
}

# update_container: WANTED, of the container that was picked.
update_container() {
  local CONVERTED memory=${WANTED[memory]-}
  update_limit pids-limit pids pids.max "${WANTED[pids_limit]-}"
  if [[ $CGROUP_VERSION == v1 ]]; then
    update_limit cpu-shares cpu cpu.shares "${WANTED[cpu_shares]-}"
    update_limit cpus cpu cpu.cfs_period_us "${WANTED[cpus]:+100000}"
    update_limit cpus cpu cpu.cfs_quota_us "${WANTED[cpus]-}"
    update_limit memory-reservation memory memory.soft_limit_in_bytes "${WANTED[memory_reservation]-}"
    update_memory_v1
  else
    [[ -z ${WANTED[cpu_shares]-} ]] || cgroup_weight "${WANTED[cpu_shares]}"
    update_limit cpu-shares cpu cpu.weight "${WANTED[cpu_shares]:+$CONVERTED}"
    update_limit cpus cpu cpu.max "${WANTED[cpus]:+${WANTED[cpus]-} 100000}"
    update_limit memory-reservation memory memory.low "${WANTED[memory_reservation]-}"
    update_limit memory memory memory.max "${memory/#-1/max}"
    update_swap_v2
  fi
  update_limit cpuset-cpus cpuset cpuset.cpus "${WANTED[cpuset_cpus]-}"
}

# update_limit OPTION CONTROLLER FILE VALUE: where a value is wanted. What a container says that has ended meanwhile, with its cgroup, is not said.
update_limit() {
  local directory=${CGROUP[$2]-} said='' status=0
  [[ -n $4 ]] || return 0
  if [[ $CGROUP_VERSION == v2 ]]; then
    cgroup_enable "$CGROUP_NAME" "$2"
  elif [[ -z $directory || ! -d $directory ]]; then
    update_running
    fail 125 "--$1: $CONTAINER is in no cgroup of the controller $2, as its service sets no such limit; give it one, and start it again"
  fi
  if [[ $MODE == plan ]]; then
    limit "--$1" "$4" "$directory/$3"
  else
    audit_write "/run/cash/$PROJECT" # or the other one would write it, too
    said=$(
      trap 'audit_write "/run/cash/$PROJECT"' EXIT
      limit "--$1" "$4" "$directory/$3" 2>&1
    ) || status=$?
    AUDIT_COMMAND='' # the other one has written it
    ((status == 0)) || update_running
    [[ -z $said ]] || printf '%s\n' "$said" >&2
    ((status == 0)) || exit "$status"
  fi
}
update_running() { { container_lives pid && [[ $LIVING == "$PID" ]]; } || fail 125 "$CONTAINER has just ended"; }
# update_now FILE: sets NOW, what the cgroup has there.
update_now() { { read -r NOW <"$1"; } 2>/dev/null || { update_running && read -r NOW <"$1"; }; }

# update_memory_v1: memory may never be above memory and swap together: what grows, from there, what shrinks, towards it.
update_memory_v1() {
  local total=${WANTED[memory_swap]-} memory=${WANTED[memory]-} NOW=0
  [[ -n $memory || -n $total ]] || return 0
  [[ -n $total || $memory == -1 ]] || total=$((2 * memory)) # as where only mem_limit is given
  [[ -n $total ]] || total=-1
  [[ -e ${CGROUP[memory]-}/memory.memsw.limit_in_bytes ]] || total='' # this kernel does not count swap
  [[ -z $total ]] || update_now "${CGROUP[memory]}/memory.memsw.limit_in_bytes"
  if [[ -n $total ]] && ((total == -1 || total > NOW)); then
    update_limit memory-swap memory memory.memsw.limit_in_bytes "$total"
    update_limit memory memory memory.limit_in_bytes "$memory"
  else
    update_limit memory memory memory.limit_in_bytes "$memory"
    update_limit memory-swap memory memory.memsw.limit_in_bytes "$total"
  fi
}

# update_swap_v2: there swap is counted by itself.
update_swap_v2() {
  local total=${WANTED[memory_swap]-} memory=${WANTED[memory]-} NOW
  [[ -n $memory || -n $total ]] || return 0
  [[ -n $memory ]] || {
    update_now "${CGROUP[memory]}/memory.max"
    memory=$NOW
  }
  if [[ -z $total ]]; then
    total=$memory
  elif [[ $total != -1 ]]; then
    [[ $memory != max && $memory != -1 ]] || fail 2 '--memory-swap is of memory and swap together: give --memory, too'
    total=$((total - memory))
    ((total >= 0)) || fail 2 '--memory-swap is of memory and swap together: it is at least --memory'
  fi
  [[ ! -e ${CGROUP[memory]}/memory.swap.max ]] || update_limit memory-swap memory memory.swap.max "${total/#-1/max}"
}
# ── logs: the same bytes in every script ────────────────────────────────────────────────────────
# A line of a log is SECONDS and what the container wrote; the journal has parts of seconds, and names who wrote it. On a terminal, its control characters are shown, not sent.
LOGS_PROGRAM='
my ($since, $times, $terminal, $prefix) = @ARGV;
$| = 1;
while (readline STDIN) {
  my $at = s/^(\d+)(?:\.\d+ [^ ]+:)? // ? $1 : 0;
  next if $at < $since;
  s/\e/^[/g, s/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|(?<![\x80-\xff])[\x80-\x9f]/?/g if $terminal;
  print $prefix;
  if ($times) { my @t = gmtime $at; printf "%04d-%02d-%02dT%02d:%02d:%02dZ ", $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0] }
  print;
}'

LOGS_ELSEWHERE=() # a function that has what is in no file
command_logs() {
  local FOLLOW='' COUNT=all TIMES='' SINCE='' USAGE="usage: $0 logs [-f] [-n COUNT] [-t] [--since TIME] [NAME…]"
  while (($#)); do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
    -f | --follow) FOLLOW=yes ;;
    -t | --timestamps) TIMES=1 ;;
    -n | --tail | --since)
      (($# > 1)) || fail 2 "$1 needs a value"
      case $1 in
      --since) SINCE=$2 ;;
      *) COUNT=$2 ;;
      esac
      shift
      ;;
    -*) fail 2 "$USAGE" ;;
    *) break ;;
    esac
    shift
  done
  [[ $COUNT =~ ^([0-9]{1,9}|all)$ ]] || fail 2 "-n $COUNT: a number of lines, or all, is wanted"
  [[ -z $SINCE ]] || logs_since
  if (($# == 1)); then
    logs_of "$1" ''
  else
    logs_several "$@"
  fi
}

# logs_several [NAME…]: each line behind the name of its container. Without names: of all that have a log. -f: of all at once.
logs_several() {
  local NAME PREFIX WIDTH=0 ASKED=$#
  containers_given "$@"
  set --
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    ((ASKED > 0 || ${#LOGS_ELSEWHERE[@]})) || [[ -f ${ROOTFS%/*}/log ]] || continue
    ((${#NAME} <= WIDTH)) || WIDTH=${#NAME}
    set -- "$@" "$NAME"
  done
  BESIDE=() UNDO=(logs_several_end "${UNDO[@]}")
  for NAME; do
    printf -v PREFIX "%-${WIDTH}s | " "$NAME"
    if [[ -n $FOLLOW ]]; then
      set -m # a process group each
      (
        trap - ERR EXIT
        logs_of "$NAME" "$PREFIX"
      ) &
      set +m
      BESIDE+=("$!")
    else
      logs_of "$NAME" "$PREFIX"
    fi
  done
  await "${BESIDE[@]}"
  BESIDE=()
}
logs_several_end() {
  local GROUP
  for GROUP in "${BESIDE[@]}"; do kill -s TERM -- "-$GROUP" 2>/dev/null || :; done # it may have ended by itself
}

# logs_of NAME PREFIX
logs_of() {
  local FILE FILES=() LOGS TERMINAL
  container_pick "$1"
  for FILE in "${ROOTFS%/*}"/log.{9..1} "${ROOTFS%/*}/log"; do [[ ! -f $FILE ]] || FILES+=("$FILE"); done
  TERMINAL=''
  [[ ! -t 1 ]] || TERMINAL=1
  LOGS=(perl -e "$LOGS_PROGRAM" "${SINCE:-0}" "$TIMES" "$TERMINAL" "$2")
  if ((${#FILES[@]} == 0 && ${#LOGS_ELSEWHERE[@]})) && container_is "$CONTAINER"; then
    "${LOGS_ELSEWHERE[@]}"
  elif ((${#FILES[@]} == 0)); then
    container_is "$CONTAINER" || container_need
    fail 125 "$CONTAINER has no log: it runs, or ran, in the foreground, or its logging driver is none"
  elif [[ -z $FOLLOW ]] || ! container_lives owner; then
    cat "${FILES[@]}" | tail -n "${COUNT/all/+1}" | "${LOGS[@]}" || logs_left "$?"
  else
    ((${#FILES[@]} == 1)) || [[ $COUNT != all ]] || cat "${FILES[@]:0:${#FILES[@]}-1}" | "${LOGS[@]}" || logs_left "$?"
    tail --pid="$LIVING" --follow=name --retry -n "${COUNT/all/+1}" "${ROOTFS%/*}/log" 2>/dev/null | "${LOGS[@]}" || logs_left "$?"
  fi
}
# logs_left STATUS: who reads them may have had enough, and nothing is to be said.
logs_left() {
  (($1 != 141)) || exit 141
  [[ -z ${FILES[0]-} || -f ${FILES[0]} ]] || fail 125 "$CONTAINER was just removed"
  return "$1"
}

# logs_since: SINCE becomes seconds since 1970: 10m, 2h30m, or a time that date(1) knows.
logs_since() {
  local rest=$SINCE seconds=0
  while [[ $rest =~ ^([0-9]{1,9})([smhd])(.*)$ ]]; do
    rest=${BASH_REMATCH[3]}
    case ${BASH_REMATCH[2]} in
    d) seconds=$((seconds + BASH_REMATCH[1] * 86400)) ;;
    h) seconds=$((seconds + BASH_REMATCH[1] * 3600)) ;;
    m) seconds=$((seconds + BASH_REMATCH[1] * 60)) ;;
    *) seconds=$((seconds + BASH_REMATCH[1])) ;;
    esac
  done
  if [[ -z $rest ]]; then
    printf -v SINCE '%(%s)T' -1
    SINCE=$((SINCE - seconds))
  elif [[ ! $SINCE =~ ^[0-9]+$ ]]; then
    rest=$SINCE
    SINCE=$(date --date="$rest" +%s 2>/dev/null) || fail 2 "--since $rest: 10m, 2h, or a time such as 2026-11-24T10:00:00 is wanted"
  fi
}
# ── events: the same bytes in every script ──────────────────────────────────────────────────────
# What happened to containers, and what commands changed, from the audit log: by builtins, and with -f one tail.
command_events() {
  local FOLLOW='' SINCE=0 ALL='' JSON_WANTED='' FILE FILES=()
  while (($#)); do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
    -f | --follow) FOLLOW=yes ;;
    -a | --all) ALL=yes ;;
    --json) JSON_WANTED=yes ;;
    --since)
      (($# > 1)) || fail 2 "$1 needs a value"
      SINCE=$2
      logs_since
      shift
      ;;
    *) fail 2 "usage: $0 events [-f] [-a] [--json] [--since TIME]" ;;
    esac
    shift
  done
  [[ $MODE == apply ]] || fail 2 'events has no plan: it makes nothing on the host'
  for FILE in "/run/cash/$PROJECT"/audit{.1,}; do [[ ! -f $FILE ]] || FILES+=("$FILE"); done
  [[ -z $FOLLOW || ${#FILES[@]} -eq 0 ]] || unset -v 'FILES[-1]'
  for FILE in "${FILES[@]}"; do events_show <"$FILE"; done
  [[ -z $FOLLOW ]] || events_show < <(exec tail --pid="$$" --follow=name --retry --lines=+1 "/run/cash/$PROJECT/audit" 2>/dev/null)
}

# events_show: lines of the log, from standard input, as they are wanted.
events_show() {
  local AT PROCESS KIND TEXT JSON TZ=UTC0
  while read -r AT PROCESS KIND TEXT; do
    shown "$TEXT" # what a terminal would obey is shown, not sent
    [[ $AT =~ ^[0-9]{1,12}$ && $AT -ge $SINCE && ($KIND != change || -n $ALL) ]] || continue
    if [[ -n $JSON_WANTED ]]; then
      json_object time= "$AT" process= "$PROCESS" kind "$KIND" text "$TEXT"
      printf '%s\n' "$JSON"
    else
      printf '%(%FT%TZ)T %-7s %s\n' "$AT" "$KIND" "$SHOWN"
    fi
  done
}
# ── output: the same bytes in every script ───────────────────────────────────────────────────────
# shown TEXT: sets SHOWN, the text; quoted as a shell would where something in it is not to be printed: a terminal obeys nothing.
shown() {
  SHOWN=$1
  [[ $1 != *[![:print:]]* ]] || SHOWN=${1@Q}
}

# columns COUNT CELL…: a table, each column as wide as it needs.
columns() {
  local count=$1 widths=() cells=() index line
  shift
  while (($#)); do
    shown "${1:--}"
    index=$((${#cells[@]} % count))
    ((${#SHOWN} <= ${widths[index]:-0})) || widths[index]=${#SHOWN}
    cells+=("$SHOWN")
    shift
  done
  for ((index = 0; index < ${#cells[@]}; index++)); do
    if ((index % count < count - 1)); then
      printf -v line '%s%-*s  ' "${line-}" "${widths[index % count]}" "${cells[index]}"
    else
      printf '%s%s\n' "${line-}" "${cells[index]}"
      line=''
    fi
  done
}

# json_text TEXT: sets JSON, a string.
json_text() {
  local rest=$1 part code
  JSON=''
  while [[ -n $rest ]]; do
    part=${rest%%[\"\\[:cntrl:]]*}
    JSON+=$part rest=${rest:${#part}}
    [[ -n $rest ]] || break
    case ${rest:0:1} in
    \" | \\) JSON+=\\${rest:0:1} ;;
    *)
      printf -v code '\\u%04x' "'${rest:0:1}"
      JSON+=$code
      ;;
    esac
    rest=${rest:1}
  done
  JSON=\"$JSON\"
}

# json_object NAME VALUE…: sets JSON, an object; NAME= is a number or what is JSON already, an empty VALUE is left out.
json_object() {
  local object=''
  while (($#)); do
    if [[ -n $2 ]]; then
      JSON=$2
      [[ $1 == *= ]] || json_text "$2"
      object+=", \"${1%=}\": $JSON"
    fi
    shift 2
  done
  JSON="{${object#, }}"
}

# json_list TEXT…: sets JSON, a list of strings.
json_list() {
  local text joined=''
  for text; do
    json_text "$text"
    joined+=", $JSON"
  done
  JSON="[${joined#, }]"
}

# functions_planned NAME…: in a plan, what a function that it calls consists of.
functions_planned() { [[ $MODE == apply ]] || planned "$(declare -f "$@")"; }

# output WHY FILE COMMAND…: run, its output to FILE, which has its name when it is whole; - is our own output.
output() {
  if [[ $2 == - ]]; then
    [[ ! -t 1 || $MODE == plan ]] || fail 2 'not to a terminal: name a file with -o, or lead the output elsewhere'
    told "$1" '' "${@:3}" || "${@:3}" || ran "$?" "$1" "${@:3}"
    return 0
  fi
  [[ ! -d $2 ]] || fail 2 "$2 is a directory: name a file"
  OUTPUT=$2
  if [[ ! -e $2 || -f $2 ]]; then
    OUTPUT=${2##*/}
    OUTPUT=${2%"$OUTPUT"}.$OUTPUT.part
    UNDO=(output_undo "${UNDO[@]}")
    run 'for its owner alone' install -m 600 /dev/null "$OUTPUT"
  fi
  words "$OUTPUT"
  told "$1" " >$WORDS" "${@:3}" || "${@:3}" >"$OUTPUT" || ran "$?" "$1" "${@:3}"
  [[ $OUTPUT == "$2" ]] || {
    run 'whole: it gets its name' mv -T "$OUTPUT" "$2"
    UNDO=("${UNDO[@]:1}")
  }
}
output_undo() { [[ ! -f $OUTPUT ]] || run 'half written' rm "$OUTPUT"; }
# ── commands for images: the same bytes in every script ──────────────────────────────────────────
command_pull() {
  local SERVICE
  (($#)) || set -- "${ACTIVE[@]}"
  for SERVICE; do service_id "$SERVICE"; done
  pool_create
  [[ -z $POOL_LARGER ]] || say "the pool at $ROOT has $POOL_LARGER"
  while (($#)); do
    service_id "$1"
    "${ID}_pull"
    shift
  done
}

# image_named NAME:TAG: sets NAME and TAG.
image_named() {
  [[ $1 =~ ^([A-Za-z0-9][A-Za-z0-9_.-]{0,127}):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$ ]] || fail 2 "${1@Q}: NAME:TAG is wanted; see: $0 images"
  NAME=${BASH_REMATCH[1]} TAG=${BASH_REMATCH[2]}
}
image_there() { [[ -d $ROOT/images/$NAME/$TAG ]] || fail 125 "$NAME:$TAG is not there; see: $0 images"; }

# image_known PATH: what stands beside the image at PATH, as image_block.
image_known() {
  local file=/dev/null
  [[ ! -f ${1%/*}/.${1##*/}.meta ]] || file=${1%/*}/.${1##*/}.meta
  image_block <"$file" || : # nothing is known
}
# image_block: sets KNOWN, by key, and the lists, from standard input, as far as an empty line. False where there is nothing more.
image_block() {
  local line value any=1
  unset -v KNOWN
  declare -gA KNOWN=()
  ENTRYPOINT=() COMMAND=() ENVIRONMENT=()
  while IFS= read -r line && [[ -n $line ]]; do
    any=0
    printf -v value %b "${line#* }"
    case ${line%% *} in
    entrypoint) ENTRYPOINT+=("$value") ;;
    command) COMMAND+=("$value") ;;
    environment) ENVIRONMENT+=("$value") ;;
    *) KNOWN[${line%% *}]=$value ;;
    esac
  done
  return "$any"
}

# image_created PATH: sets CREATED, in seconds: that of the host it was loaded from, or when what is known of it was written.
image_created() {
  CREATED=${KNOWN[created]-}
  [[ -n $CREATED || ! -f ${1%/*}/.${1##*/}.meta ]] || CREATED=$(stat --format=%Y "${1%/*}/.${1##*/}.meta" 2>/dev/null) || : # it was just removed
}

command_images() {
  local path paths=() form=table
  case ${1-} in
  '') ;;
  -q | --quiet) form=quiet ;;
  --json) form=json ;;
  *) fail 2 "usage: $0 images [-q|--quiet|--json]" ;;
  esac
  for path in "$ROOT"/images/*/*; do
    [[ ! -d $path || $path == *@* ]] || paths+=("$path")
  done
  "images_$form" "${paths[@]}"
}
images_quiet() {
  for path; do image_title "$path"; done
}
image_title() {
  local name=${1%/*}
  printf '%s:%s\n' "${name##*/}" "${1##*/}"
}
images_table() {
  local path title cells=(IMAGE CREATED SIZE PARENT)
  images_sizes "$@"
  for path; do
    title=$(image_title "$path")
    image_known "$path"
    image_created "$path"
    [[ -z $CREATED ]] || printf -v CREATED '%(%F %R)T' "$CREATED"
    size "${SIZES[$path]-}"
    cells+=("$title" "$CREATED" "$SIZE" "${KNOWN[parent]-}")
  done
  columns 4 "${cells[@]}"
}
images_json() {
  local path title rows=''
  images_sizes "$@"
  for path; do
    title=$(image_title "$path")
    image_known "$path"
    image_created "$path"
    image_json "$title" size= "${SIZES[$path]-}"
    rows+=",
  $JSON"
  done
  printf '[%s\n]\n' "${rows#,}"
}

# image_json NAME:TAG NAME VALUE…: sets JSON, all that is known of it.
image_json() {
  local lists=()
  [[ -z $CREATED ]] || TZ=UTC0 printf -v CREATED '%(%FT%TZ)T' "$CREATED"
  ((${#ENTRYPOINT[@]} == 0)) || { json_list "${ENTRYPOINT[@]}" && lists+=(entrypoint= "$JSON"); }
  ((${#COMMAND[@]} == 0)) || { json_list "${COMMAND[@]}" && lists+=(command= "$JSON"); }
  ((${#ENVIRONMENT[@]} == 0)) || { json_list "${ENVIRONMENT[@]}" && lists+=(environment= "$JSON"); }
  json_object image "$1" created "$CREATED" "${@:2}" parent "${KNOWN[parent]-}" source "${KNOWN[source]-}" sha256 "${KNOWN[sha256]-}" \
    container "${KNOWN[container]-}" author "${KNOWN[author]-}" message "${KNOWN[message]-}" "${lists[@]}" \
    user "${KNOWN[user]-}" working_dir "${KNOWN[directory]-}"
}

# images_sizes PATH…: sets SIZES, in bytes, by path. What images share counts for each.
images_sizes() {
  local bytes path
  declare -gA SIZES=()
  (($#)) || return 0
  while read -r bytes path; do path=/${path#*/} && SIZES[$path]=$bytes; done < <("${STORE_SIZE[@]}" "$@" 2>/dev/null) # one that is being removed has none
}
# size BYTES: sets SIZE, as a person reads it.
size() {
  local unit tenths=$((${1:-0} * 10))
  for unit in B KiB MiB GiB TiB; do
    ((tenths >= 10240)) || break
    tenths=$((tenths / 1024))
  done
  SIZE="$((tenths / 10)).$((tenths % 10)) $unit"
}

command_tag() {
  local NAME TAG FROM FROM_META
  (($# == 2)) || fail 2 "usage: $0 tag NAME:TAG NAME:TAG"
  image_named "$1"
  image_there
  FROM=$ROOT/images/$NAME/$TAG FROM_META=$ROOT/images/$NAME/.$TAG.meta
  image_named "$2"
  image_begin_copy
  [[ ! -f $FROM_META ]] || run 'what is known of it' cp --preserve "$FROM_META" "$ROOT/images/$NAME/.$TAG.meta"
  run_on "$FROM" 'the same files' "${STORE_COPY[@]}" "${READONLY[@]}" "$FROM" "$PART" || fail 125 "$1 was just removed"
  image_end_copy
}

# image_begin_copy: the image NAME:TAG is not there yet; sets PART, where it is made.
image_begin_copy() {
  [[ ! -d $ROOT/images/$NAME/$TAG ]] || fail 125 "$NAME:$TAG is there; another tag, or first: $0 rmi $NAME:$TAG"
  PART=$ROOT/images/$NAME/.$TAG.part
  until run 'a folder for its tags' mkdir -p "$ROOT/images/$NAME" && lock "$ROOT/images/$NAME" "it makes an image $NAME"; do :; done
  [[ ! -d $ROOT/images/$NAME/$TAG ]] || fail 125 "$NAME:$TAG is there by now; another tag"
  image_discard
  UNDO=(image_undo "${UNDO[@]}")
}
image_end_copy() {
  run 'whole: it gets its name' mv -T "$PART" "$ROOT/images/$NAME/$TAG"
  made "$ROOT/images/$NAME/$TAG"
  run 'its name, to the disk' sync --file-system "$ROOT/images/$NAME/$TAG"
  UNDO=("${UNDO[@]:1}")
  unlock
}

command_rmi() {
  local NAME TAG FORCE='' USER_OF=()
  while [[ ${1-} == -* ]]; do
    case $1 in
    -f | --force) FORCE=yes ;;
    *) fail 2 "usage: $0 rmi [-f|--force] NAME:TAG…" ;;
    esac
    shift
  done
  (($#)) || fail 2 "usage: $0 rmi [-f|--force] NAME:TAG…"
  for USER_OF; do image_named "$USER_OF"; done
  while (($#)); do
    image_named "$1"
    [[ -n $FORCE ]] || there "$ROOT/images/$NAME/$TAG" || say "$NAME:$TAG is not there"
    [[ -n $FORCE ]] || image_unused
    image_remove "$NAME" "$TAG"
    shift
  done
}

# image_unused: no container of any project is made of NAME:TAG.
image_unused() {
  local file path project
  for file in "$ROOT"/containers/*/*/keep /run/cash/*/containers/*/image; do
    { [[ -f $file ]] && there "$file" && stays "${file%/*}"; } || continue
    { read -r path <"$file"; } 2>/dev/null || continue # it was just removed
    [[ ${path%@*} == "$ROOT/images/$NAME/$TAG" ]] || continue
    project=${file%/*/*}
    project=${project%/containers}
    if [[ $file == */image ]]; then
      image_free "${file%/*}" || fail 125 "$NAME:$TAG: the container $(basename_of "${file%/*}") of $(basename_of "$project") runs with it; end it first, or: $0 rmi --force $NAME:$TAG"
    else
      fail 125 "$NAME:$TAG: the kept files of $(basename_of "${file%/*}") of $(basename_of "$project") are made of it; remove them first (rm), or: $0 rmi --force $NAME:$TAG"
    fi
  done
}
# image_drop NAME TAG: image_remove, unless a container is made of it.
image_drop() {
  local NAME=$1 TAG=$2
  if (image_unused); then image_remove "$NAME" "$TAG"; else say "$NAME:$TAG stays"; fi
}
# image_free STATE: no process has this container.
image_free() {
  idle "$1" || return 1
  unlock
}
basename_of() { printf '%s' "${1##*/}"; }

# image_remove NAME TAG: with what a pull that was killed has left of it.
image_remove() {
  local path
  lock "$ROOT/images/$1" "it pulls $1" || return 0
  for path in "$ROOT/images/$1/$2"{,@*} "$ROOT/images/$1/.$2"{,@*}.part; do
    ! there "$path" || run 'the image' "${STORE_DELETE[@]}" "$path"
    gone "$path"
  done
  image_unknown "$ROOT/images/$1" "$2"
  ! there "$ROOT/images/$1/.$2.download" || run 'a part of a download' rm "$ROOT/images/$1/.$2.download"
  gone "$ROOT/images/$1/.$2.download"
  if there "$ROOT/images/$1" && empty "$ROOT/images/$1"; then
    run 'no tag is left' rmdir "$ROOT/images/$1"
    gone "$ROOT/images/$1"
  fi
  unlock
}
# ── history of an image: the same bytes in every script ──────────────────────────────────────────
command_history() {
  local NAME TAG FORM=table
  [[ ${1-} != --json ]] || { FORM=json && shift; }
  (($# == 1)) || fail 2 "usage: $0 history [--json] NAME:TAG"
  image_named "$1"
  image_there
  if [[ -f $ROOT/images/$NAME/.$TAG.meta ]]; then
    "history_$FORM" <"$ROOT/images/$NAME/.$TAG.meta"
  else
    say "nothing is known of $NAME:$TAG"
  fi
}

# history_entry: sets TITLE, CREATED and what image_block sets, from standard input: the image itself, then what it was made of.
history_entry() {
  image_block || return 1
  TITLE=${KNOWN[image]:-$NAME:$TAG}
  image_created "$ROOT/images/$NAME/$TAG"
}
history_table() {
  local cells=(IMAGE CREATED FROM AUTHOR MESSAGE)
  while history_entry; do
    [[ -z $CREATED ]] || printf -v CREATED '%(%F %R)T' "$CREATED"
    cells+=("$TITLE" "$CREATED" "${KNOWN[source]:-${KNOWN[container]:+container ${KNOWN[container]}}}" "${KNOWN[author]-}" "${KNOWN[message]-}")
  done
  columns 5 "${cells[@]}"
}
history_json() {
  local rows=''
  while history_entry; do
    image_json "$TITLE"
    rows+=",
  $JSON"
  done
  printf '[%s\n]\n' "${rows#,}"
}
# ── containers that stand still: the same bytes in every script ──────────────────────────────────
# container_pause: the processes of the container stand still, until container_unpause. By the freezer of cgroup v2, or of v1 where
# the container is in one; else by SIGSTOP, which a container's processes can notice, not refuse.
container_pause() {
  functions_planned container_halt container_own
  run 'its processes stand still' container_halt "${CGROUPS[0]}" "$(freezer)"
}
container_unpause() {
  functions_planned container_continue container_own
  run 'its processes go on' container_continue "${CGROUPS[0]}" "$(freezer)"
}
# freezer: the file that stops the container, or nothing.
freezer() {
  local file
  for file in "${CGROUPS[0]}/cgroup.freeze" "${CGROUP_MOUNTS[freezer]-}/$CGROUP_NAME/freezer.state"; do
    [[ ! -f $file ]] || {
      printf '%s' "$file"
      break
    }
  done
}

# container_paused: it stands still already.
container_paused() {
  local file value pid
  file=$(freezer)
  if [[ -n $file ]]; then
    read -r value <"$file"
    [[ $value == 1 || $value == FROZEN ]]
  else
    container_own "${CGROUPS[0]}"
    [[ -n $OWN && -z $MOVING ]]
  fi
}

# container_own DIRECTORY: sets OWN, the processes of the cgroup that are in the container, and MOVING, those that do not stand still.
# The host's processes that stand by it have one pid alone.
container_own() {
  local pid key value state
  OWN='' MOVING=''
  while read -r pid; do
    state=''
    while read -r key value; do
      case $key in
      State:) state=${value%% *} ;;
      NSpid:) [[ $value != *[[:space:]]* ]] || { OWN+=" $pid" && [[ $state == [TtZX] ]] || MOVING+=" $pid"; } ;;
      *) ;;
      esac
    done 2>/dev/null <"/proc/$pid/status" || : # it has ended
  done 2>/dev/null <"$1/cgroup.procs" || :     # it has been removed
}

# container_halt DIRECTORY FREEZER: what a process begins before it stands still, stands still with the next try.
container_halt() {
  local tries value words=()
  case $2 in
  */cgroup.freeze) echo 1 >"$2" || return 1 ;;
  */freezer.state) echo FROZEN >"$2" || return 1 ;;
  *) ;;
  esac
  for ((tries = 0; tries < 3000; tries++)); do
    case $2 in
    */cgroup.freeze)
      mapfile -t words <"$1/cgroup.events"
      [[ " ${words[*]} " != *' frozen 1 '* ]] || return 0
      ;;
    */freezer.state)
      read -r value <"$2"
      [[ $value != FROZEN ]] || return 0
      ;;
    *)
      container_own "$1"
      [[ -n $MOVING ]] || return 0
      IFS=' ' read -ra words <<<"$MOVING"
      kill -s STOP "${words[@]}" 2>/dev/null || : # some may have ended since
      ;;
    esac
    sleep 0.01
  done
  return 1
}

# container_continue DIRECTORY FREEZER
container_continue() {
  local words
  case $2 in
  */cgroup.freeze) ! [[ -f $2 ]] || echo 0 >"$2" ;;
  */freezer.state) ! [[ -f $2 ]] || echo THAWED >"$2" ;;
  *)
    [[ -f $1/cgroup.procs ]] || return 0 # it has been removed
    container_own "$1"
    IFS=' ' read -ra words <<<"$OWN"
    ((${#words[@]} == 0)) || kill -s CONT "${words[@]}" 2>/dev/null || : # some may have ended since
    ;;
  esac
}

# container_process: sets PID, process 1 of the container by the host's number; or to nothing: it does not run.
container_process() {
  PID=''
  ! container_lives pid || PID=$LIVING
}

# container_given NAME: names and IMAGE of a container, as container_pick.
container_given() {
  IMAGE=''
  container_pick "$1"
  container_image
}
# container_image: sets IMAGE to what its files are made of, and not what they would be today.
container_image() {
  if [[ -f ${ROOTFS%/*}/keep ]]; then
    read -r IMAGE <"${ROOTFS%/*}/keep"
  elif [[ -f $STATE/image ]]; then
    read -r IMAGE <"$STATE/image"
  fi
}
# image_renewed: it is no more the IMAGE that the container is made of, though it has the same name.
image_renewed() {
  local made=${ROOTFS%/*}/keep
  [[ -f $made ]] || made=$STATE/image
  [[ ${IMAGE%/*}/.${IMAGE##*/}.meta -nt $made ]]
}
# container_files WHAT: it has files of its own, of the image's own users.
container_files() {
  [[ -d $ROOTFS ]] || fail 125 "$1 has no files: it does not run, and nothing is kept of it; keep them: $0 run --keep $1"
}
# ── commit: the same bytes in every script ───────────────────────────────────────────────────────
# commit [OPTION…] NAME TAG: a read-only snapshot of its files, and what is known of it.
command_commit() {
  local PAUSE=yes PARENT LINES=() NAME TAG
  commit_options "$@"
  [[ $COMMIT_TAG =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail 2 "${COMMIT_TAG@Q} is no tag: letters, digits, _ . -, at most 128"
  container_pick "$SERVICE"
  commit_of "$CONTAINER"
  container_names
  container_image
  [[ -d $ROOTFS ]] || fail 125 "$CONTAINER has no files to commit; keep them: $0 run --keep $SERVICE"
  [[ $IMAGE != *@* ]] || fail 125 "the files of $CONTAINER are a mapped copy, no image for others: mount of util-linux 2.39 needs none"
  ! image_renewed || say "$CONTAINER is made of an image that was pulled anew since: what history says of that is of the new one"
  NAME=$COMMIT_NAME TAG=$COMMIT_TAG PARENT=${IMAGE#"$ROOT/images/"}
  commit_known
  image_begin_copy
  functions_planned image_remember
  run 'what is known of it' image_remember "$ROOT/images/$NAME/.$TAG.meta" "${IMAGE%/*}/.${IMAGE##*/}.meta" "${PARENT/\//:}" "${LINES[@]}"
  made "$ROOT/images/$NAME/.$TAG.meta"
  commit_snapshot
  commit_check
  image_end_copy
}

commit_options() {
  COMMIT_AUTHOR='' COMMIT_MESSAGE='' COMMIT_CHANGES=() COMMIT_TAG=''
  local WORDS_LEFT=()
  while (($#)); do
    case $1 in
    --no-pause) PAUSE='' ;;
    -m | -a | -c | --message | --author | --change)
      (($# > 1)) || fail 2 "$1 needs a value"
      case $1 in
      -m | --message) COMMIT_MESSAGE=$2 ;;
      -a | --author) COMMIT_AUTHOR=$2 ;;
      *) COMMIT_CHANGES+=("$2") ;;
      esac
      shift
      ;;
    -*) fail 2 "commit has no option $1; see: $0 help" ;;
    *) WORDS_LEFT+=("$1") ;;
    esac
    shift
  done
  ((${#WORDS_LEFT[@]} == 2)) || fail 2 "usage: $0 commit [-m MESSAGE] [-a AUTHOR] [-c CHANGE]… [--no-pause] NAME TAG"
  SERVICE=${WORDS_LEFT[0]} COMMIT_TAG=${WORDS_LEFT[1]}
}

# commit_of CONTAINER: sets CONTAINER, and COMMIT_NAME, that of its service, which stands behind what it is made of.
commit_of() {
  local FILE KNOWN=() SERVICE_OF
  for FILE in "$STATE/image" "${ROOTFS%/*}/keep"; do
    [[ ! -f $FILE ]] || { mapfile -t KNOWN <"$FILE"; } 2>/dev/null || : # it was just removed
  done
  SERVICE_OF=${KNOWN[1]-}
  [[ -n $SERVICE_OF ]] || service_of "$1" || SERVICE_OF=$SERVICE # made by a script of before
  service_id "$SERVICE_OF"
  "${ID}_settings"
  CONTAINER=$1
}

# commit_known: sets LINES, what will be known of the image: its parent's configuration, with the changes.
commit_known() {
  local CHANGE WORD KEY
  image_known "$IMAGE"
  for CHANGE in "${COMMIT_CHANGES[@]}"; do commit_change "$CHANGE"; done
  LINES=()
  known_line container "$PROJECT/$CONTAINER"
  known_line parent "${PARENT/\//:}"
  for KEY in author message user directory; do
    case $KEY in
    author) WORD=$COMMIT_AUTHOR ;;
    message) WORD=$COMMIT_MESSAGE ;;
    *) WORD=${KNOWN[$KEY]-} ;;
    esac
    [[ -z $WORD ]] || known_line "$KEY" "$WORD"
  done
  for WORD in "${ENTRYPOINT[@]}"; do known_line entrypoint "$WORD"; done
  for WORD in "${COMMAND[@]}"; do known_line command "$WORD"; done
  for WORD in "${ENVIRONMENT[@]}"; do known_line environment "$WORD"; done
}
known_line() {
  local VALUE=${2//\\/\\\\}
  VALUE=${VALUE//$'\n'/\\n}
  VALUE=${VALUE//$'\t'/\\t}
  [[ $VALUE != *[[:cntrl:]]* ]] || fail 2 "$1 ${2@Q}: text is wanted, without control characters"
  LINES+=("$1 $VALUE")
}

# commit_change TEXT: as in a Dockerfile: CMD, ENTRYPOINT, ENV, USER, WORKDIR.
commit_change() {
  local VALUE=${1#* } LIST=()
  [[ $1 == *' '* && -n ${VALUE// /} ]] || fail 2 "-c ${1@Q}: one of CMD, ENTRYPOINT, ENV, USER, WORKDIR is wanted, and its value"
  case ${1%% *} in
  CMD)
    commit_words "$VALUE"
    COMMAND=("${LIST[@]}")
    ;;
  ENTRYPOINT)
    commit_words "$VALUE"
    ENTRYPOINT=("${LIST[@]}") COMMAND=() # that of the parent was meant for another one
    ;;
  ENV) commit_variable "$VALUE" ;;
  USER)
    [[ $VALUE != *[[:space:]]* ]] || fail 2 "-c ${1@Q}: USER[:GROUP] is wanted"
    KNOWN[user]=$VALUE
    ;;
  WORKDIR)
    [[ $VALUE == /* && $VALUE/ != */../* ]] || fail 2 "-c ${1@Q}: an absolute path without .. is wanted"
    KNOWN[directory]=$VALUE
    ;;
  *) fail 2 "-c ${1@Q}: only CMD, ENTRYPOINT, ENV, USER and WORKDIR can be changed" ;;
  esac
}

# commit_variable NAME=VALUE: the value may stand in double quotes; more than one word must.
commit_variable() {
  local EACH VARIABLES=() VALUE=${1#*=}
  [[ $1 =~ ^[^=[:space:]]+= ]] || fail 2 "-c ENV ${1@Q}: NAME=VALUE is wanted"
  if [[ $VALUE == \"*\" && ${#VALUE} -gt 1 ]]; then
    VALUE=${VALUE:1:-1}
  elif [[ $VALUE == *[[:space:]]* ]]; then
    fail 2 "-c ENV ${1@Q}: one variable a -c; a value of several words stands in double quotes"
  fi
  for EACH in "${ENVIRONMENT[@]}"; do
    [[ ${EACH%%=*} == "${1%%=*}" ]] || VARIABLES+=("$EACH")
  done
  ENVIRONMENT=("${VARIABLES[@]}" "${1%%=*}=$VALUE")
}

# commit_words TEXT: sets LIST, the strings of a JSON list; else the words with which the container's shell reads the text.
commit_words() {
  local REST=$1 WORD STRING='^[[:space:]]*"(([^"\\]|\\["\\/bfnrt])*)"[[:space:]]*([],])(.*)$'
  [[ $REST == \[* ]] || {
    LIST=(/bin/sh -c "$REST")
    return 0
  }
  [[ ! $REST =~ ^\[[[:space:]]*\][[:space:]]*$ ]] || return 0
  REST=${REST#[}
  while [[ $REST =~ $STRING ]]; do
    WORD=${BASH_REMATCH[1]//\\\//\/} REST=${BASH_REMATCH[4]}
    printf -v WORD %b "${WORD//\\\"/\"}"
    LIST+=("$WORD")
    [[ ${BASH_REMATCH[3]} == , ]] || {
      [[ -n ${REST// /} ]] || return 0
      break
    }
  done
  fail 2 "-c … ${1@Q}: a list of strings is wanted, such as [\"sleep\", \"1\"]; a character by its number (\\u…) is not understood"
}

# image_remember FILE PARENTS PARENT LINE…: what is known of an image, and behind it what is known of its parent.
image_remember() {
  local created
  printf '%s\n' "${@:4}" >"$1" || return 1
  [[ -f $2 ]] || return 0
  created=$(stat --format=%Y "$2") || return 1
  printf '%s\n' '' "image $3" "created $created" >>"$1" && cat "$2" >>"$1"
}

# commit_snapshot: nothing changes meanwhile. A container that stood still before stands still afterwards.
commit_snapshot() {
  container_process
  if [[ -z $PAUSE || -z $PID ]] || container_paused; then
    commit_copy
    return 0
  fi
  UNDO=(container_unpause "${UNDO[@]}")
  container_pause
  commit_copy
  container_unpause
  UNDO=("${UNDO[@]:1}")
}

commit_copy() { run_on "$ROOTFS" 'a read-only copy' "${STORE_COPY[@]}" "${READONLY[@]}" "$ROOTFS" "$PART" || fail 125 "$CONTAINER was just removed"; }

# commit_check: what the container cannot have made of the places that are mounted on.
commit_check() {
  local path
  [[ $MODE == apply ]] || return 0
  for path in etc dev proc sys etc/{hosts,hostname,resolv.conf}; do
    [[ ! -L $PART/$path ]] || fail 125 "/$path of the container is a symbolic link: it cannot be mounted on"
  done
}
# ── images as archives: the same bytes in every script ───────────────────────────────────────────
# The archive is a tar of the image's files, root file system of any other engine too. Its first member, ./.cash-image, says what is
# known of the image, and the SHA-256 of all that follows it.
command_image() {
  case ${1-} in
  save) image_save "${@:2}" ;;
  load) image_load "${@:2}" ;;
  *) fail 2 "usage: $0 image save NAME:TAG [-o FILE|-]   or   $0 image load [-i FILE|-]" ;;
  esac
}

image_save() {
  local NAME='' TAG='' FILE=-
  while (($#)); do
    case $1 in
    -o | --output)
      (($# > 1)) || fail 2 "$1 needs a value"
      FILE=$2
      shift
      ;;
    -*) fail 2 "image save has no option $1; see: $0 help" ;;
    *)
      [[ -z $NAME ]] || fail 2 'one image at a time'
      image_named "$1"
      ;;
    esac
    shift
  done
  [[ -n $NAME ]] || fail 2 "usage: $0 image save NAME:TAG [-o FILE|-]"
  image_there
  functions_planned saved_write saved_files saved_header
  output 'the image, as a tar' "$FILE" saved_write "$ROOT/images/$NAME/$TAG" "$NAME:$TAG" "$ROOT/images/$NAME/.$TAG.meta"
}

# saved_write PATH NAME:TAG META: the archive, on standard output. The files are read twice: their digest stands before them.
saved_write() {
  local digest created=0 text
  digest=$(saved_files "$1" | sha256sum) || return 1
  [[ ! -f $3 ]] || created=$(stat --format=%Y "$3") || return 1
  printf -v text '%s\n' 'cash-image 1' "sha256 ${digest%% *}" "image $2" "created $created"
  [[ ! -f $3 ]] || text+=$(<"$3")$'\n'
  saved_header ./.cash-image "${#text}" "$created" && printf %s "$text" || return 1
  head --bytes="$(((512 - ${#text} % 512) % 512))" /dev/zero && saved_files "$1"
}
# saved_files PATH: what takes no room takes none here. Of the forms that has, this is the one that does not say the number of tar's process.
saved_files() {
  tar --create --format=posix --sparse --sparse-version=0.0 --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
    --blocking-factor=1 --sort=name --numeric-owner --xattrs '--xattrs-include=*' --exclude='./dev/*' --exclude=./.cash-image --directory "$1" .
}

# saved_header NAME SIZE TIME: the 512 bytes before a file of root's in a tar (pax(1), "ustar Interchange Format").
saved_header() {
  local size time text sum=256 index code # of the eight spaces that stand for the sum itself
  printf -v size %011o "$2"
  printf -v time %011o "$3"
  text=${1}000064400000000000000$size${time}0ustar00
  for ((index = 0; index < ${#text}; index++)); do
    printf -v code %d "'${text:index:1}"
    sum=$((sum + code))
  done
  printf '%s' "$1" && head --bytes="$((100 - ${#1}))" /dev/zero
  printf '0000644\0%s\0%s\0%s\0%s\0%06o\0 0' 0000000 0000000 "$size" "$time" "$sum" && head --bytes=100 /dev/zero
  printf 'ustar\0%s' 00 && head --bytes=247 /dev/zero
}

image_load() {
  local FILE=- ARCHIVE NAME TAG
  case ${1-} in
  '') ;;
  -i | --input) FILE=${2-} ;;
  *) fail 2 "usage: $0 image load [-i FILE|-]" ;;
  esac
  pool_create
  [[ $FILE == */* || $FILE == - ]] || FILE=./$FILE # tar takes NAME:TAG for a file of another host
  if [[ -p $FILE ]]; then
    [[ $MODE == plan ]] || exec <"$FILE"
    FILE=-
  fi
  ARCHIVE=${FILE@Q}
  [[ $FILE != - ]] || load_input
  [[ -f $FILE ]] || fail 125 "$ARCHIVE: no such file"
  load_known
  (image_named "$LOAD_IMAGE") 2>/dev/null || fail 125 "$ARCHIVE: ${LOAD_IMAGE@Q} is no name of an image"
  image_named "$LOAD_IMAGE"
  [[ ! -d $ROOT/images/$NAME/$TAG ]] || fail 125 "$NAME:$TAG is there; first: $0 rmi $NAME:$TAG"
  functions_planned saved_check say
  run 'it is what was saved' saved_check "$FILE" "$LOAD_SKIP" "$LOAD_DIGEST"
  image_begin "$NAME" "$TAG" || fail 125 "$NAME:$TAG is there by now"
  run_progress "the image $NAME:$TAG" tar --extract --numeric-owner --preserve-permissions --xattrs '--xattrs-include=*' --exclude=./.cash-image --file "$FILE" --directory "$PART"
  functions_planned load_devices say
  run 'no device nodes are in it' load_devices "$PART"
  image_end "$NAME" "$TAG" "${LOAD_KNOWN[@]}"
  [[ -z $LOAD_SPOOL ]] || load_undo
  [[ $MODE == plan ]] || printf '%s\n' "$NAME:$TAG"
}

# load_input: standard input becomes FILE, in the pool: it is checked before anything of it is unpacked.
LOAD_SPOOL=
load_input() {
  local INPUT
  [[ $MODE == apply ]] || fail 2 'a plan does not read its standard input: image load -i FILE'
  [[ ! -t 0 ]] || fail 2 "not from a terminal: image load -i FILE"
  exec {INPUT}<&0
  LOAD_SPOOL=$ROOT/images/.$BASHPID.download FILE=$LOAD_SPOOL ARCHIVE='standard input'
  UNDO=(load_undo "${UNDO[@]}")
  run_long 'the archive, from standard input' cp "/proc/self/fd/$INPUT" "$FILE"
  exec {INPUT}<&-
}
load_undo() {
  [[ ! -f $LOAD_SPOOL ]] || run 'it is unpacked' rm "$LOAD_SPOOL"
}

# load_known: sets LOAD_IMAGE, LOAD_DIGEST, LOAD_SKIP (bytes before the files) and LOAD_KNOWN, from the first member of FILE.
load_known() {
  local FIELDS=() FIELD AT=0 LINE KEY SIZE=0 INPUT LEFT
  exec {INPUT}<"$FILE"
  while ((AT < 512)) && IFS= read -r -d '' -n "$((512 - AT))" FIELD <&"$INPUT"; do
    AT=$((AT + ${#FIELD} + 1))
    [[ -z $FIELD ]] || FIELDS+=("$FIELD")
  done
  case ${FIELDS[0]-} in
  $'\x1f\x8b'*) fail 125 "$ARCHIVE is compressed: gzip -dc FILE | $0 image load" ;;
  $'\xfd7zXZ') fail 125 "$ARCHIVE is compressed: xz -dc FILE | $0 image load" ;;
  $'\x28\xb5\x2f\xfd'*) fail 125 "$ARCHIVE is compressed: zstd -dc FILE | $0 image load" ;;
  *) ;;
  esac
  [[ ${FIELDS[0]-} == ./.cash-image && ${FIELDS[4]-} =~ ^[0-7]{11}$ ]] || fail 125 "$ARCHIVE is no archive of image save"
  SIZE=$((8#${FIELDS[4]}))
  ((AT == 512 && SIZE < 1 << 20)) || fail 125 "$ARCHIVE is no archive of image save"
  LOAD_SKIP=$((512 + (SIZE + 511) / 512 * 512)) LOAD_KNOWN=() LOAD_DIGEST='' LOAD_IMAGE='' LEFT=$SIZE KEY=''
  while ((LEFT > 0)) && IFS= read -r LINE <&"$INPUT"; do
    LEFT=$((LEFT - ${#LINE} - 1))
    load_line
  done
  exec {INPUT}<&-
  [[ -n $LOAD_DIGEST && -n $LOAD_IMAGE ]] || fail 125 "$ARCHIVE: its first member says not what it is"
}
# load_line: one of them: KEY is that of the line before; at the beginning stand the version, the digest and the name.
load_line() {
  [[ $LINE != *[[:cntrl:]]* ]] || fail 125 "$ARCHIVE: a line of its first member is no text"
  case $KEY:$LINE in
  ':cash-image 1') ;;
  ':'*) fail 125 "$ARCHIVE is of another version of cash: ${LINE@Q}" ;;
  'cash-image:sha256 '*)
    LOAD_DIGEST=${LINE#* }
    [[ $LOAD_DIGEST =~ ^[0-9a-f]{64}$ ]] || fail 125 "$ARCHIVE: ${LINE@Q} is no digest"
    ;;
  'sha256:image '*) LOAD_IMAGE=${LINE#* } ;;
  *)
    [[ $LINE =~ ^((source|sha256|image|parent|container|author|message|entrypoint|command|environment|user|directory)\ .*|created\ [0-9]{1,12})?$ ]] ||
      fail 125 "$ARCHIVE: ${LINE@Q} is not understood: it is of a newer cash"
    LOAD_KNOWN+=("$LINE")
    ;;
  esac
  KEY=${LINE%% *}
  [[ -z $LOAD_IMAGE || ${#LOAD_KNOWN[@]} -eq 0 ]] || KEY=known
}

# saved_check FILE SKIP DIGEST: the same files, and none that would lie elsewhere.
saved_check() {
  local digest name
  digest=$(tail --bytes="+$(($2 + 1))" -- "$1" | sha256sum) || return 1
  [[ ${digest%% *} == "$3" ]] || {
    say "its files are not those that were saved: SHA-256 ${digest%% *}, not $3"
    return 1
  }
  tar --list --absolute-names --file "$1" | while IFS= read -r name; do
    [[ $name == /* || /$name/ == */../* ]] || continue
    say "it would lie outside of the image: ${name@Q}"
    return 1
  done
}
# load_devices DIRECTORY: image save leaves /dev out.
load_devices() {
  local found
  found=$(find "$1" '(' -type b -o -type c ')' -print -quit) || return 1
  [[ -z $found ]] || {
    say "a device node is in it: ${found@Q}"
    return 1
  }
}
# ── cp: the same bytes in every script ───────────────────────────────────────────────────────────
# cp [-a] [-L] SERVICE:PATH PATH|-   or   cp [-a] PATH|- SERVICE:PATH: as docker cp. What the container may have put in the way, a
# symbolic link above all, is met by a tar that sees nothing of the host but its programs: see files_apart.
command_cp() {
  local OWNERS='' FOLLOW='' TARGET='^([A-Za-z0-9][A-Za-z0-9_.-]*):(.+)$' NAMED=''
  while [[ ${1-} == -?* ]]; do
    case $1 in
    -a | --archive) OWNERS=yes ;;
    -L | --follow-link) FOLLOW=yes ;;
    -aL | -La) OWNERS=yes FOLLOW=yes ;;
    --)
      shift
      break
      ;;
    *) fail 2 "cp has no option $1; see: $0 help" ;;
    esac
    shift
  done
  (($# == 2)) || fail 2 "usage: $0 cp [-a] [-L] SERVICE:PATH PATH|-   or   $0 cp [-a] [-L] PATH|- SERVICE:PATH"
  [[ ! $1 =~ $TARGET || ! $2 =~ $TARGET ]] || fail 2 'one of both has to be a path of the host; write ./NAME:… where that has a colon'
  [[ $1 =~ $TARGET || $2 =~ $TARGET ]] || fail 2 "one of both has to be SERVICE:PATH; services: ${SERVICES[*]}"
  NAMED=${BASH_REMATCH[1]} TARGET=${BASH_REMATCH[2]}
  container_given "$NAMED"
  container_files "$NAMED"
  container_process
  [[ -n $PID || $IMAGE != *@* ]] || fail 125 "the files of $NAMED are a mapped copy: cp while it runs"
  functions_planned files_apart files_inside files_walk files_step files_kind files_read files_write files_out files_in files_parent files_unpack say
  if [[ $2 == "$NAMED:$TARGET" ]]; then
    run "to $NAMED" files_in "$PID" "$ROOTFS" "$ROOT/cache" "$OWNERS" "$FOLLOW" "$1" "$TARGET"
  elif [[ $2 == - ]]; then
    output "from $NAMED" - files_apart "$PID" "$ROOTFS" "$ROOT/cache" files_read "$OWNERS" "$FOLLOW" "$TARGET"
  else
    run "from $NAMED" files_out "$PID" "$ROOTFS" "$ROOT/cache" "$OWNERS" "$FOLLOW" "$TARGET" "$2"
  fi
}

# files_apart PID ROOTFS PLACE FUNCTION ARGUMENT…: the function, where of the host's files only its programs are there, read-only, on
# a tmpfs at PLACE; ROOT_FD is the container's root: that of process PID with all its mounts, or ROOTFS where none runs.
files_apart() {
  export -f files_inside files_walk files_step files_kind files_read files_write files_unpack say
  unshare --mount --propagation private bash -c '"$@"' cash files_inside "$@"
}
files_inside() {
  set -Eeuo pipefail
  local path said PLACE=$3
  IN=(nsenter "--root=$3")
  [[ -z $1 ]] || { exec {ROOT_FD}<"/proc/$1/root/."; } 2>/dev/null || { say 'the container has just ended' && return 1; }
  [[ -z $1 || /proc/$1/ns/user -ef /proc/self/ns/user ]] || IN+=("--user=/proc/$1/ns/user")
  mount -t tmpfs -o mode=755,size=1m cash "$PLACE"
  for path in bin sbin usr lib lib32 lib64 libx32; do
    if [[ -L /$path ]]; then
      cp --no-dereference "/$path" "$PLACE/$path"
    elif [[ -d /$path ]]; then
      mkdir "$PLACE/$path"
      mount -o bind,ro,nosuid,nodev "/$path" "$PLACE/$path"
    fi
  done
  mkdir "$PLACE/container"
  [[ -n $1 ]] || {
    { exec {ROOT_FD}<"$2/."; } 2>/dev/null || { say 'the container was just removed' && return 1; }
    said=$(mount --bind --no-canonicalize "/proc/self/fd/$ROOT_FD" "$PLACE/container" 2>&1) || {
      [[ $2/. -ef /proc/self/fd/$ROOT_FD ]] || said='cash: the container was just removed'
      printf '%s\n' "$said" >&2
      return 1
    }
    exec {ROOT_FD}<"$PLACE/container/."
  }
  mount -o remount,ro "$PLACE"
  "${@:4}"
}

# files_walk FOLLOW PATH: sets DIRECTORY, a descriptor of the directory that PATH is in, and LEAF, its last component, or . for
# DIRECTORY itself. Links count from the container's root. With FOLLOW the last one too, and a directory is . then.
files_walk() {
  local rest=$2 part link links=0
  LEAF=.
  exec {DIRECTORY}<"/proc/self/fd/$ROOT_FD/."
  while [[ -n $rest ]]; do
    part=${rest%%/*} link=''
    if [[ $rest == */* ]]; then rest=${rest#*/} link=more; else rest=''; fi
    LEAF=.
    case $part in
    '' | .) ;;
    ..) [[ /proc/self/fd/$DIRECTORY/. -ef /proc/self/fd/$ROOT_FD/. ]] || files_step .. ;;
    *)
      if [[ -L /proc/self/fd/$DIRECTORY/$part && (-n $1 || -n $link) ]]; then
        ((++links <= 40)) || { say "$2: too many symbolic links" && return 1; }
        link=$(readlink --no-newline "/proc/self/fd/$DIRECTORY/$part" && printf /) # or a new line at its end would be lost
        [[ $link != /* ]] || exec {DIRECTORY}<"/proc/self/fd/$ROOT_FD/."
        rest=${link%/}${rest:+/$rest}
      elif [[ -z $link && (-z $1 || ! -d /proc/self/fd/$DIRECTORY/$part) ]]; then
        LEAF=$part
      else
        files_step "$part" || return 1
      fi
      ;;
    esac
  done
}
# files_step NAME: DIRECTORY becomes one in it. Were it a link by now, its parent would be another one.
files_step() {
  local step
  { exec {step}<"/proc/self/fd/$DIRECTORY/$1/."; } 2>/dev/null || { say "not a directory in the container: ${1@Q}" && return 1; }
  [[ $1 == .. || /proc/self/fd/$step/.. -ef /proc/self/fd/$DIRECTORY/. ]] || { say "${1@Q} changes meanwhile" && return 1; }
  exec {DIRECTORY}<&-
  DIRECTORY=$step
}

# files_kind FOLLOW PATH: says directory, file, or none.
files_kind() {
  files_walk "$@"
  local path=/proc/self/fd/$DIRECTORY/$LEAF
  if [[ -d $path && ! -L $path ]]; then echo directory; elif [[ -e $path || -L $path ]]; then echo file; else echo none; fi
}

# files_read OWNERS FOLLOW PATH: as a tar. Without OWNERS nothing that gives a right to whoever executes it.
files_read() {
  local options=(--mode=ug-s)
  [[ -z $1 ]] || options=(--xattrs '--xattrs-include=*')
  files_walk "$2" "$3"
  [[ -e /proc/self/fd/$DIRECTORY/$LEAF || -L /proc/self/fd/$DIRECTORY/$LEAF ]] || { say "no such file in the container: ${3@Q}" && return 1; }
  [[ $LEAF == . ]] || LEAF=./$LEAF
  exec "${IN[@]}" "--wd=/proc/self/fd/$DIRECTORY" tar --create --sparse --sort=name --numeric-owner "${options[@]}" -- "$LEAF"
}

# files_write OWNERS NAME PATH: unpacks standard input: into the directory PATH, or as PATH. NAME is what it is called there, empty: nothing.
files_write() {
  local name=$2
  files_walk yes "$3"
  [[ $LEAF == . ]] || name=$LEAF
  files_unpack "$1" "$name" "${IN[@]}" "--wd=/proc/self/fd/$DIRECTORY"
}

# files_unpack OWNERS NAME COMMAND…: tar, executed by COMMAND, with another NAME for the first component where it is not empty. In the container
# links to directories are followed; on the host none is: it may have come from the container, the last time.
files_unpack() {
  local options=(--no-same-owner) name=$2
  [[ -z $1 ]] || options=(--same-owner --xattrs '--xattrs-include=*')
  name=${name//\\/\\\\} name=${name//&/\\&} name=${name//|/\\|}
  [[ -z $2 ]] || options+=("--transform=s|^\./[^/]*|./$name|S")
  (($# < 3)) || options+=(--keep-directory-symlink)
  "${@:3}" tar --extract --numeric-owner --same-permissions --no-overwrite-dir "${options[@]}"
}

# files_parent PATH: sets PARENT, the directory that it is in, and NAME, its last component; empty where that is no name.
files_parent() {
  NAME=${1##*/}
  if [[ $1 == */* ]]; then PARENT=${1%/*}/; else PARENT=.; fi
  case $NAME in '' | . | ..) NAME='' PARENT=$1 ;; *) ;; esac
}

# files_out PID ROOTFS PLACE OWNERS FOLLOW PATH DESTINATION: a directory without a name, such as /etc/., or behind a link, is its contents.
files_out() {
  local kind from=$6 to=$7 NAME PARENT
  while [[ $from == *?/ ]]; do from=${from%/}; done
  kind=$(files_apart "$1" "$2" "$3" files_kind "$5" "$from") || return 1
  [[ $kind != none ]] || { say "no such file in the container: ${6@Q}" && return 1; }
  files_parent "$from"
  if [[ $kind == directory && -n $5 && -n $NAME ]]; then
    [[ ! -d $to ]] || to+=/$NAME
    NAME=''
  fi
  [[ ! -L $to ]] || to=$(readlink --canonicalize-missing -- "$to") || return 1
  if [[ ! -d $to ]]; then
    [[ $kind != directory || ! -e $to ]] || { say "${7@Q} is a file: a directory cannot take its place" && return 1; }
    while [[ $kind == directory && $to == *?/ ]]; do to=${to%/}; done
    if [[ $kind == directory && -z $NAME ]]; then
      mkdir -- "$to" || return 1
    else
      files_parent "$to"
      [[ -n $NAME && -d $PARENT ]] || { say "no such directory: ${7@Q}" && return 1; }
      to=$PARENT
    fi
  fi
  files_apart "$1" "$2" "$3" files_read "$4" "$5" "$from" | (cd -- "$to" && files_unpack "$4" "$NAME")
}

# files_in PID ROOTFS PLACE OWNERS FOLLOW SOURCE PATH
files_in() {
  local kind from=$6 to=$7 NAME PARENT OTHER options=()
  [[ -z $4 ]] || options=(--xattrs '--xattrs-include=*')
  while [[ $from == *?/ ]]; do from=${from%/}; done
  [[ $from == - || -e $from || -L $from ]] || { say "no such file: ${6@Q}" && return 1; }
  while [[ -d $from && $to == *?/ ]]; do to=${to%/}; done
  kind=$(files_apart "$1" "$2" "$3" files_kind yes "$to") || return 1
  if [[ $from == - ]]; then
    [[ $kind == directory ]] || { say "no such directory in the container: ${7@Q}" && return 1; }
    files_apart "$1" "$2" "$3" files_write "$4" '' "$to"
  else
    files_parent "$from"
    OTHER=$NAME
    [[ -z $5 && ($kind == directory || -n $NAME) ]] || from=$(readlink --canonicalize -- "$from") || return 1
    [[ $kind != file || ! -d $from || -L $from ]] || { say "${7@Q} is a file: a directory cannot take its place" && return 1; }
    files_parent "$from"
    [[ -n $OTHER || $kind != directory ]] || PARENT=$from NAME=''
    [[ -z $NAME ]] || NAME=./$NAME
    tar --create --sparse --sort=name --numeric-owner "${options[@]}" --directory "$PARENT" -- "${NAME:-.}" | files_apart "$1" "$2" "$3" files_write "$4" "$OTHER" "$to"
  fi
}
# ── what a container has changed: the same bytes in every script ─────────────────────────────────
# Both look at a read-only copy, which is gone afterwards: ROOT/containers/PROJECT/.CONTAINER.part/rootfs.part.
command_diff() {
  (($# == 1)) || fail 2 "usage: $0 diff SERVICE"
  container_given "$1"
  container_files "$1"
  [[ -n $IMAGE && -d $IMAGE ]] || fail 125 "the image that $1 is made of is gone: nothing to compare with"
  ! image_renewed || fail 125 "the image that $1 is made of was pulled anew since: nothing to compare with"
  copy_begin
  functions_planned diff_lines "${DIFF_FUNCTIONS[@]}" diff_there shown
  output 'what differs' - diff_lines "$IMAGE" "$COPY"
  copy_end
}

command_export() {
  local FILE=- GIVEN_NAME=''
  while (($#)); do
    case $1 in
    -o | --output)
      (($# > 1)) || fail 2 "$1 needs a value"
      FILE=$2
      shift
      ;;
    -*) fail 2 "export has no option $1; see: $0 help" ;;
    *)
      [[ -z $GIVEN_NAME ]] || fail 2 'one container at a time'
      GIVEN_NAME=$1
      ;;
    esac
    shift
  done
  [[ -n $GIVEN_NAME ]] || fail 2 "usage: $0 export SERVICE [-o FILE|-]"
  container_given "$GIVEN_NAME"
  container_files "$GIVEN_NAME"
  [[ $IMAGE != *@* ]] || fail 125 "the files of $GIVEN_NAME are a mapped copy, with owners that only this host knows: mount of util-linux 2.39 needs none"
  [[ $FILE != - || ! -t 1 || $MODE == plan ]] || fail 2 'not to a terminal: name a file with -o, or lead the output elsewhere'
  copy_begin
  output 'its files, as a tar' "$FILE" tar --create --sparse --sort=name --numeric-owner --xattrs '--xattrs-include=*' --directory "$COPY" .
  copy_end
}

# copy_begin: sets COPY. One at a time of a name, though the container may be removed meanwhile, and made again: so the lock is that of the
# copy's own folder. What a killed one has left goes first.
copy_begin() {
  COPY=$ROOT/containers/$PROJECT/.$CONTAINER.part/rootfs.part # so that a store of directories needs no name for what is half made
  until run 'a folder for a copy' mkdir -p "${COPY%/*}" && lock "${COPY%/*}" 'it reads the files'; do :; done
  copy_discard
  UNDO=(copy_undo "${UNDO[@]}")
  run_on "$ROOTFS" 'a copy that stays as it is' "${STORE_COPY[@]}" "${READONLY[@]}" "$ROOTFS" "$COPY" || fail 125 "$CONTAINER was just removed"
}
copy_discard() { [[ ! -d $COPY ]] || run 'the copy' "${STORE_DELETE[@]}" "$COPY"; }
copy_undo() {
  copy_discard
  [[ ! -d ${COPY%/*} ]] || folder_remove "${COPY%/*}"
}
copy_end() {
  UNDO=("${UNDO[@]:1}")
  run_on "$COPY" 'the copy' "${STORE_DELETE[@]}" "$COPY" || fail 125 "$CONTAINER was just removed"
  folder_remove "${COPY%/*}"
  unlock
}

# diff_lines IMAGE COPY: A, C or D and a path a line. diff_paths says what may differ; whether one was added, changed or deleted, both
# trees say.
diff_lines() {
  local path paths=() before='' top=$'\n'
  mapfile -d '' -t paths < <(diff_paths "$1" "$2" && printf 'whole\0')
  [[ ${#paths[@]} -gt 0 && ${paths[-1]} == whole ]] || return 1
  unset -v 'paths[-1]'
  for path in "${paths[@]}"; do
    [[ $path != "$before" && -n $path ]] || continue
    before=$path
    shown "/$path"
    if ! diff_there "$1" "$path"; then
      ! diff_there "$2" "$path" || printf 'A %s\n' "$SHOWN"
    elif diff_there "$2" "$path"; then
      printf 'C %s\n' "$SHOWN"
    elif [[ $path != "$top"/* ]]; then
      printf 'D %s\n' "$SHOWN"
      top=$path # what was in it is deleted too
    fi
  done
}

# diff_there TREE PATH: it is there, and not by a symbolic link.
diff_there() {
  local path=$1 rest=$2/
  while [[ -n $rest ]]; do
    [[ ! -L $path ]] || return 1
    path+=/${rest%%/*} rest=${rest#*/}
  done
  [[ -e $path || -L $path ]]
}
# ── what differs, by btrfs: the same bytes in every script that root runs ────────────────────────
# btrfs compares the trees, and reads what differs alone.
DIFF_FUNCTIONS=(diff_paths diff_inside)

# diff_paths IMAGE COPY: the names, each ended by NUL, sorted. Temporary ones of btrfs are in neither tree.
diff_paths() {
  local line command path rest labelled='' backslash='\134' space='\040'
  # 141: the other side has read the end, and closed.
  { btrfs send --quiet --no-data -p "$1" "$2" || (($? == 141)); } | btrfs receive --dump | while IFS= read -r line; do
    line=${line//\\\\/"$backslash"} # or what follows could be taken for escaped
    line=${line//\\ /"$space"}
    read -r command path rest <<<"$line"
    if [[ $command == set_xattr && $rest == name=security.selinux* ]]; then
      labelled=$path # as all are when it starts: that is no change, nor is its time, which follows
      continue
    fi
    [[ $command != utimes || $path != "$labelled" ]] || continue
    printf -v path %b "$path"
    path=${path#./"${2##*/}"}
    printf '%s\0' "${path#/}"
    case $command in
    rename | link)
      rest=${rest#*dest=}
      printf -v rest %b "${rest%% *}"
      [[ $command == rename ]] || continue
      rest=${rest#./"${2##*/}"/}
      printf '%s\0' "$rest"
      diff_inside "$1" "$rest"
      diff_inside "$2" "$rest"
      ;;
    *) ;;
    esac
  done | sort --zero-terminated --unique
}
# diff_inside TREE PATH: what lies in a directory that has got another name.
diff_inside() {
  ! diff_there "$1" "$2" || [[ ! -d $1/$2 || -L $1/$2 ]] || find "$1/$2" -mindepth 1 -printf "%P\0" | while IFS= read -r -d '' path; do printf '%s/%s\0' "$2" "$path"; done
}
# ── commands for volumes: the same bytes in every script ─────────────────────────────────────────

# volume_words USAGE LEAST MOST WORD…: sets OPERANDS, and OPTION of what USAGE has in brackets.
declare -A OPTION=()

# volume_known VOLUME: sets KEY, VOLUME (its name on the host), VOLUME_PATH, SNAPSHOTS, EXTERNAL: by its name in the definition, or
# one that the project has made. False where it is neither.
volume_known() {
  local each
  VOLUME='' EXTERNAL='' KEY=$1
  for each in "${VOLUMES[@]}" "${EXTERNAL_VOLUMES[@]}"; do
    [[ ${each%%:*} != "$1" ]] || VOLUME=${each#*:}
  done
  for each in "${PROJECT}_$1" "$1"; do
    [[ -z $VOLUME && $1 =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*$ && -d $ROOT/volumes/.of/$PROJECT/$each ]] || continue
    VOLUME=$each
  done
  [[ -n $VOLUME ]] || return 1
  volume_paths
}
volume_find() {
  volume_known "$1" || {
    volume_keys
    fail 2 "no such volume: $1; there are: ${KEYS[*]}${UNNAMED[*]:+ ${UNNAMED[*]}}"
  }
}
volume_paths() {
  VOLUME_PATH=$ROOT/volumes/$VOLUME SNAPSHOTS=$ROOT/volumes/.snapshots/$VOLUME PART=$ROOT/volumes/.$VOLUME.part
  [[ " ${EXTERNAL_VOLUMES[*]} " != *":$VOLUME "* ]] || EXTERNAL=yes
}

# volume_keys: sets KEYS, those of the definition, and UNNAMED, what else the project has made.
volume_keys() {
  local each path names=' '
  KEYS=() UNNAMED=()
  for each in "${VOLUMES[@]}" "${EXTERNAL_VOLUMES[@]}"; do KEYS+=("${each%%:*}") names+="${each#*:} "; done
  for path in "$ROOT/volumes/.of/$PROJECT"/*; do
    each=${path##*/}
    [[ -d $path && $names != *" $each "* ]] || continue
    [[ " ${KEYS[*]} " == *" ${each#"${PROJECT}_"} "* ]] || each=${each#"${PROJECT}_"}
    UNNAMED+=("$each")
  done
}

# volume_users: sets USERS, the containers, of whatever project, that run and have it mounted.
volume_users() {
  local directory source LOCK='' PROJECT
  USERS=()
  for directory in /run/cash/*/containers/*; do
    there "$directory" || continue
    [[ -f $directory/fstab ]] || continue
    PROJECT=${directory#/run/cash/} PROJECT=${PROJECT%%/*}
    while read -r source _; do
      printf -v source %b "$source" # spaces and the like are in octal there
      [[ $source == "$ROOT/volumes/$VOLUME" || ($source == /* && $source -ef $VOLUME_PATH) ]] || continue
      container_found "${directory##*/}"
      ! volume_idle || break
      USERS+=("$PROJECT/$CONTAINER")
      break
    done <"$directory/fstab"
  done
}
# volume_idle: the container does not run: nobody has its lock, and no process is left of it.
volume_idle() {
  container_idle || return 1
  unlock
  ! container_alive
}
volume_refused() { fail 125 "the volume $KEY is in use by ${USERS[*]}; when that has ended, try again"; }

# volume_plain PATH: a directory that somebody has made there, and no subvolume, whose number is always the same.
volume_plain() { [[ $STORE == btrfs && $(stat --format=%i "$1") != 256 ]]; }
# volumes_remove: all that the project has made, for down.
volumes_remove() {
  volume_keys
  volumes_remove_unused "${KEYS[@]}" "${UNNAMED[@]}"
}
volumes_remove_unused() {
  local key
  for key; do
    volume_find "$key"
    [[ -z $EXTERNAL ]] || continue
    volume_users
    if ((${#USERS[@]})); then
      say "the volume $key stays: it is in use by ${USERS[*]}"
    else
      volume_remove
    fi
  done
}

# volume_remove: the volume that was found, with its snapshots, and what commands that were killed have left of it.
volume_remove() {
  local path left=()
  if [[ -d $SNAPSHOTS ]] && lock "$SNAPSHOTS" 'it receives a snapshot'; then
    for path in "$SNAPSHOTS"/.*.part; do volume_discard "$path"; done
    for path in "$SNAPSHOTS"/*; do ! there "$path" || left+=("$path"); done
    ((${#left[@]} == 0)) || run 'its snapshots' "${STORE_DELETE[@]}" "${left[@]}"
    gone "${left[@]}"
    unlock
  fi
  if lock "$ROOT/volumes" 'it makes a volume'; then
    volume_discard "$PART"
    volume_discard "$ROOT/volumes/.$VOLUME.next"
    if there "$VOLUME_PATH"; then
      volume_away
      volume_discard "$PART"
    fi
    unlock
  fi
  volume_tidy
}

# volume_discard PATH: with the subvolumes that are in it.
volume_discard() {
  local path=$1
  there "$1" || return 0
  [[ -d $path ]] || path=$VOLUME_PATH # in a plan it has its name still, or is a subvolume that is still to be made
  if [[ -d $path ]] && volume_plain "$path"; then
    run 'the volume, a plain directory' rm -rf --one-file-system "$1"
  else
    subvolume_delete 'the volume' "$1"
  fi
  gone "$1"
}

# volume_away: it has its name no more; put back, where a container has begun to use it meanwhile.
volume_away() {
  run 'no container finds it any more' mv -T "$VOLUME_PATH" "$PART"
  gone "$VOLUME_PATH"
  made "$PART"
  volume_users
  if ((${#USERS[@]})); then
    run 'it is in use after all' mv -T "$PART" "$VOLUME_PATH"
    volume_refused
  fi
}

# volume_settle: what a restore that was killed has left is put in its place where that is free, else removed.
volume_settle() {
  local next=$ROOT/volumes/.$VOLUME.next
  there "$next" || return 0
  if there "$VOLUME_PATH"; then
    volume_discard "$next"
  else
    run 'a restore that was killed' mv -T "$next" "$VOLUME_PATH"
    gone "$next"
    made "$VOLUME_PATH"
  fi
}

# volumes_settle: half-made ones, of all projects, for prune.
volumes_settle() {
  local path
  for path in "$ROOT"/volumes/.*.next "$ROOT"/volumes/.*.part; do
    [[ -d $path ]] || continue
    idle "$ROOT/volumes" || continue
    VOLUME=${path##*/.} VOLUME=${VOLUME%.*}
    volume_paths
    [[ $path != *.next ]] || volume_settle
    [[ $path != *.part ]] || volume_discard "$path"
    unlock
  done
  for path in "$ROOT"/volumes/.snapshots/*/.*.part; do
    [[ -d $path ]] || continue
    idle "${path%/*}" || continue
    volume_discard "$path"
    unlock
  done
}

# volume_tidy: folders in which nothing is any more.
volume_tidy() {
  local folder
  for folder in "$SNAPSHOTS" "$ROOT/volumes/.snapshots" "$ROOT/volumes/.of/$PROJECT/$VOLUME" "$ROOT/volumes/.of/$PROJECT" "$ROOT/volumes/.of"; do
    there "$folder" || continue
    if [[ $folder == */"$PROJECT/$VOLUME" ]]; then
      ! there "$SNAPSHOTS" || continue
      ! there "$VOLUME_PATH" || continue
    fi
    ! empty "$folder" || folder_remove "$folder"
  done
}
# ── commands that remove: the same bytes in every script ─────────────────────────────────────────
command_rm() {
  local NAME FORCE=''
  case ${1-} in
  -f | --force)
    FORCE=yes
    shift
    ;;
  *) ;;
  esac
  (($#)) || fail 2 "usage: $0 rm [-f] NAME…"
  containers_known "$@"
  [[ -n $FORCE ]] || for NAME; do
    container_pick "$NAME"
    ! container_busy || { ! container_owned && [[ ! -f $STATE/supervisor ]]; } || fail 125 "$CONTAINER runs; first: $0 stop $CONTAINER; or: $0 rm -f $CONTAINER"
  done
  for NAME; do
    container_pick "$NAME"
    [[ -z $FORCE ]] || container_end_now
    container_forget
  done
}

# container_end_now: killed, where it runs.
container_end_now() {
  container_busy || return 0
  container_end_by KILL
  container_gone
}
# container_replace: what has its name goes first.
container_replace() {
  container_end_now
  # A supervisor that a killed command has just started may be about to start it.
  [[ $MODE == plan || ! -d $STATE ]] || container_idle || container_end_now
  unlock
  container_forget
}

# container_forget: the container, its kept files too, unless it runs.
container_forget() {
  there "$STATE" || [[ -d ${ROOTFS%/*} ]] || return 0
  container_claim
  container_lock
  container_unkeep
  container_remove
  unlock
}
container_unkeep() {
  there "${ROOTFS%/*}/keep" || return 0
  run 'it is kept no more' rm -f "${ROOTFS%/*}/keep"
  gone "${ROOTFS%/*}/keep"
}

# command_prune: of a container that is kept, what a kill has left of its last run.
command_prune() {
  local path name what
  for path in "/run/cash/$PROJECT/containers"/* "$ROOT/containers/$PROJECT"/*; do
    what='the container'
    [[ ! -e $ROOT/containers/$PROJECT/${path##*/}/keep ]] || what='the last run of'
    { [[ -d $path && ($what != *run* || $path == /run/*) ]] && there "$path"; } || continue
    container_found "${path##*/}"
    container_claim
    [[ $MODE == plan && ! -d $STATE ]] || container_idle || continue
    container_remove
    unlock
    pruned "$what ${path##*/}"
  done
  prune_copies
  for path in "$ROOT"/images/*/.*.part; do
    [[ -d $path ]] || continue
    idle "${path%/*}" || continue
    [[ ! -d $path ]] || run 'half made' "${STORE_DELETE[@]}" "$path"
    gone "$path"
    unlock
    pruned "half made: ${path#"$ROOT"/}"
  done
  for path in "$ROOT"/images/*/.*.download; do
    [[ -f $path ]] || continue
    idle "${path%/*}" || continue
    [[ ! -f $path ]] || run 'half downloaded' rm "$path"
    gone "$path"
    unlock
    pruned "half downloaded: ${path#"$ROOT"/}"
  done
  for path in "$ROOT"/images/*/.*.meta; do
    name=${path##*/.}
    [[ -f $path && ! -d ${path%/*}/${name%.meta} ]] || continue
    idle "${path%/*}" || continue
    image_unknown "${path%/*}" "${name%.meta}"
    unlock
    pruned "of no image: ${path#"$ROOT"/}"
  done
  for path in "$ROOT"/images/*; do
    { [[ -d $path ]] && empty "$path" && idle "$path"; } || continue
    ! empty "$path" || folder_remove "$path"
    unlock
  done
}
pruned() { [[ $MODE == plan ]] || printf '%s\n' "$1"; }

# prune_copies [all]: what a killed diff or export has left; all: what one that runs has, too.
prune_copies() {
  local path name
  for path in "$ROOT/containers/$PROJECT"/.*.part; do
    name=${path##*/.}
    [[ -d $path ]] || continue
    [[ -n ${1-} ]] || idle "$path" || continue
    [[ ! -d $path/rootfs.part ]] || run_on "$path/rootfs.part" 'a copy' "${STORE_DELETE[@]}" "$path/rootfs.part" || : # it has just ended
    folder_remove "$path"
    unlock
    pruned "a copy of the files of ${name%.part}"
  done
  for path in "$ROOT"/images/.*.download; do
    name=${path##*/.}
    [[ -f $path && ! -d /proc/${name%.download} ]] || continue
    run 'an archive, half read' rm -f "$path"
    gone "$path"
    pruned "an archive, half read: ${path#"$ROOT"/}"
  done
  volumes_settle
}

# container_found NAME: names for a container of which only its name is known.
container_found() {
  local controller
  CONTAINER=$1 CONTROLLERS=()
  cgroup_find "$CGROUP_WANTED"
  for controller in pids cpu cpuset memory blkio devices; do
    [[ $CGROUP_VERSION == v1 && -z ${CGROUP_MOUNTS[$controller]-} ]] || CONTROLLERS+=("$controller")
  done
  container_names
}
command_down() {
  local path CONTAINERS BACKWARDS LINE with_volumes='' with_images=''
  while (($#)); do
    case $1 in
    -v | --volumes) with_volumes=yes ;;
    --images) with_images=yes ;;
    *) fail 2 "usage: $0 down [-v|--volumes] [--images]" ;;
    esac
    shift
  done
  containers_all
  backwards "${CONTAINERS[@]}"
  for LINE in "${BACKWARDS[@]}"; do
    read -ra CONTAINERS <<<"$LINE"
    down_end
  done
  prune_copies all >&2
  for path in "${NETWORKS[@]}" "${OWN_PROFILES[@]}"; do "${path}_remove"; done
  down_networks
  [[ -z $with_volumes ]] || volumes_remove
  [[ -z $with_images ]] || down_images
  down_folders
  pool_remove
  "$UNPRIVILEGED" end
}

# down_end: CONTAINERS end, all at once: the process that runs one stops it, and takes back what it has made. One that is starting is killed.
down_end() {
  local NAME
  local -A TOLD=()
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    container_owned || continue
    container_end_by TERM
    TOLD[$NAME]=$OWNER
  done
  for NAME in "${CONTAINERS[@]}"; do
    container_found "$NAME"
    OWNER=${TOLD[$NAME]-}
    if [[ -n $OWNER ]]; then
      container_gone
    elif [[ -d $STATE ]] && ! container_idle; then
      down_starting
    fi
    container_unkeep
    container_remove
  done
}
down_starting() {
  if [[ $MODE == plan ]]; then
    planned "$(declare -p STATE CGROUPS)" "$(declare -f cgroup_end container_await)" 'container_await  # the process that runs it'
    container_foreseen
  else
    container_await
  fi
}
container_await() {
  local fd
  { exec {fd}<"$STATE"; } 2>/dev/null || return 0
  until flock --timeout 0.1 "$fd"; do
    (($? == 1)) || return 1 # not the time: flock itself failed
    cgroup_end              # it may have been starting
  done
  exec {fd}<&-
}

# down_networks: those that the project had before its definition was changed. Another command may just be making one, and a container on it.
down_networks() {
  local NETWORK BRIDGE LINES TABLE
  ! empty "/run/cash/$PROJECT/networks" || return 0
  network_lock
  for NETWORK in "/run/cash/$PROJECT/networks"/*; do
    { [[ -d $NETWORK ]] && there "$NETWORK" && ! down_leased; } || continue
    run 'the leases of a network that is no longer defined' rm -r "$NETWORK"
    gone "$NETWORK"
  done
  for NETWORK in "/run/cash/$PROJECT/networks"/.[!.]*; do
    BRIDGE=${NETWORK##*/.} LINES=()
    { [[ -d $NETWORK && " ${BRIDGES[*]} " != *" $BRIDGE "* ]] && there "$NETWORK"; } || continue
    for TABLE in "ip $BRIDGE" "bridge $BRIDGE" "ip $BRIDGE/ports"; do LINES+=("table $TABLE" "delete table $TABLE"); done
    feed 'the rules of a network that is no longer defined' nft -f - -- "${LINES[@]}"
    network_discard "$NETWORK"
  done
  forwarding_off
  unlock
}
# down_leased: a container that is there has an address of NETWORK.
down_leased() {
  local LEASE OWNER
  for LEASE in "$NETWORK"/*; do
    there "$LEASE" || continue
    OWNER=''
    { read -r OWNER <"$LEASE"; } 2>/dev/null || : # it is only being written
    [[ -n $OWNER ]] && ! there "$OWNER" || return 0
  done
  return 1
}

# down_images: what was pulled for the project, and what was committed of it, but what a container of another one is made of.
down_images() {
  local IMAGE_REMOVE META TAG
  parameters_known || {
    say "images are named by parameters here: $0 --set NAME=VALUE… down --images, or rmi"
    return 0
  }
  for IMAGE_REMOVE in "${IMAGES[@]}"; do "${IMAGE_REMOVE}_remove"; done
  for SERVICE in "${SERVICES[@]}"; do
    service_id "$SERVICE"
    "${ID}_settings"
    for META in "$ROOT/images/$COMMIT_NAME"/.*.meta; do
      there "$META" || continue
      TAG=${META##*/.} TAG=${TAG%.meta}
      image_known "$ROOT/images/$COMMIT_NAME/$TAG"
      [[ ${KNOWN[container]-} != "$PROJECT"/* ]] || image_drop "$COMMIT_NAME" "$TAG"
    done
  done
}

# down_audit: the last of the project on the host. What this invocation does from here on is not in it, or it would come again.
down_audit() {
  local path log=()
  for path in "/run/cash/$PROJECT"/*; do
    there "$path" || continue
    [[ $path == */@(audit|audit.1|script) ]] || return 0
    log+=("$path")
  done
  ((${#log[@]} == 0)) || run 'its audit log' rm -f "${log[@]}"
  gone "${log[@]}"
  AUDIT='' AUDIT_MOST=0
}

# down_folders: of the project, then of cash, where nothing else is in them.
down_folders() {
  local folder mount
  cgroup_find ''
  for mount in /sys/fs/cgroup "${CGROUP_MOUNTS[@]}"; do
    for folder in "$mount/cash/$PROJECT"/*/; do # of one that was begun while another of its name ended
      folder=${folder%/}
      ! there "$folder" || [[ ! -d $folder || -d /run/cash/$PROJECT/containers/${folder##*/} ]] || folder_remove "$folder"
    done
    for folder in "$mount/cash/$PROJECT" "$mount/cash"; do
      [[ ! -d $folder ]] || cgroup_used "$folder" || folder_remove "$folder"
    done
  done
  for folder in "$ROOT/containers/$PROJECT" /run/cash/{"$PROJECT"/{containers,networks,ports,secrets},"$PROJECT",_/networks,_} /run/cash; do
    [[ -d $folder ]] || continue
    [[ $folder != "/run/cash/$PROJECT" ]] || down_audit
    empty "$folder" || continue
    [[ $folder != /run/cash ]] || idle "$folder" || continue # another process changes the networks
    folder_remove "$folder"
  done
}

folder_remove() {
  run_on "$1" 'nothing is left in it' rmdir --ignore-fail-on-non-empty "$1" || : # another process was faster
  gone "$1" "$1/"
}

# forwarding_off: the host forwards as before cash, where no bridge of cash is left.
forwarding_off() {
  local network
  [[ -f /run/cash/.ip_forward ]] || return 0
  for network in /run/cash/*/networks/*; do
    ! there "$network" || return 0
  done
  put 'as it was before cash' 0 /proc/sys/net/ipv4/ip_forward
  run 'as it was before cash' rm /run/cash/.ip_forward
  gone /run/cash/.ip_forward
}

# cgroup_used DIRECTORY: other cgroups are in it.
cgroup_used() {
  local inside
  for inside in "$1"/*/; do
    ! there "${inside%/}" || [[ ! -d $inside ]] || return 0
  done
  return 1
}
# ── the end of the pool: the same bytes in every script ─────────────────────────────────────────
# pool_empty: it holds nothing any more. Folders without anything in them do not count.
pool_empty() {
  local left
  for left in "$ROOT"/images/*/{*,.*.part,.*.meta,.*.download} "$ROOT"/images/.*.download "$ROOT"/containers/*/{*,.*.part} \
    "$ROOT"/volumes/{*,.*.part,.*.next} "$ROOT"/volumes/.snapshots/*/{*,.*.part}; do
    ! there "$left" || return 1
  done
}

# pool_sole: nothing is in it but its own folders, and what every file system has.
pool_sole() {
  local inside
  for inside in "$ROOT"/* "$ROOT"/.[!.]*; do
    [[ $inside != */@(images|containers|volumes|cache|lost+found) ]] || continue
    there "$inside" || continue
    say "$ROOT stays: ${inside##*/} in it is not of cash"
    return 1
  done
}

# pool_bare: its directory is there, and nothing else: what made it was killed.
pool_bare() { [[ -d $ROOT ]] && empty "$ROOT" && idle "$ROOT"; }

# pool_clear: its own folders, as far as there are any.
pool_clear() {
  local folder left=()
  [[ ! -d $ROOT/cache ]] || run 'nothing is left in it' rm -rf "$ROOT/cache"
  for folder in images containers volumes; do
    [[ ! -d $ROOT/$folder ]] || left+=("$ROOT/$folder")
  done
  ((${#left[@]} == 0)) || run 'nothing is left in it' find "${left[@]}" -depth -type d -empty -delete
  for folder in images containers volumes; do
    [[ $MODE == plan || ! -d $ROOT/$folder ]] || fail 125 "$ROOT stays: in $folder is what is not of cash, or another process uses it"
  done
}
# ── install, uninstall: the same bytes in every script ──────────────────────────────────────────
# At boot a copy of this script is called with `up`, at the end with `stop`. What calls it starts nothing again: the supervisors do, as the
# definition says. Containers are in cgroups of their own, and not in that of the unit.

# commands: up stop uninstall
command_install() {
  local BOOT_WORDS=() BOOT_NAMES=() SELF=$0 PROFILE
  install_options "$@"
  install_names
  [[ ${BASH_SOURCE[-1]-} == "$0" && -f $0 ]] || fail 125 'it was read from a pipe: copy it to this host, and install it from there'
  [[ $SELF == /* ]] || SELF=$PWD/$SELF
  for PROFILE in "${OWN_PROFILES[@]}"; do "${PROFILE}_install"; done
  install_starter
  [[ -z ${SECRET_VARIABLES-} || -f $SECRETS_AT_BOOT ]] || say "$SECRETS_AT_BOOT is not there: lines of NAME=VALUE, for its owner alone, of ${SECRET_VARIABLES[*]}"
}

# install_options [--profile NAME]… [SERVICE…]: sets BOOT_WORDS, what is before the command; BOOT_NAMES, what is behind `up`.
install_options() {
  local RUN_WORDS WORD
  parameters_need
  run_parameters
  for WORD in "${RUN_WORDS[@]:1}"; do BOOT_WORDS+=(--set "$WORD"); done
  while (($#)); do
    case $1 in
    --profile)
      profile "${2-}"
      BOOT_WORDS+=(--profile "$2")
      shift
      ;;
    -*) fail 2 "usage: $0 install [--profile NAME]… [SERVICE…]" ;;
    *)
      service_id "$1"
      BOOT_NAMES+=("$1")
      ;;
    esac
    shift
  done
}

install_names() {
  install_places
  WANTED_UNIT=${UNIT%/*}/$TARGET.wants/${UNIT##*/}
  SECRETS_AT_BOOT=${COPY%.sh}.env
  INSTALLED="# Written by $COPY install; $COPY uninstall removes it."
}

# install_copy: what starts is what was reviewed, wherever this file goes.
install_copy() {
  local END
  for END in .sig ''; do # the signature lies beside it, where it has one
    [[ -f $SELF$END && ! $SELF$END -ef $COPY$END ]] || continue
    [[ ! -f $COPY$END || $(<"$SELF$END") != "$(<"$COPY$END")" ]] || continue
    run 'a copy, for its owner alone' install -D -m 700 -T "$SELF$END" "$COPY$END.part"
    run 'whole: it gets its name' mv -T "$COPY$END.part" "$COPY$END"
  done
}

# install_file WHY MODE FILE LINE…: true where it was not like that before. Until it is whole it has a name that is not read at boot.
install_file() {
  local TEXT HALF_NAME=${3%/*}/.${3##*/}.part
  printf -v TEXT '%s\n' "${@:4}"
  [[ ! -f $3 || $(<"$3")$'\n' != "$TEXT" ]] || return 1
  [[ -d ${3%/*} ]] || run 'where it is looked for' mkdir -p "${3%/*}"
  lines "$1" "$HALF_NAME" "${@:4}"
  run 'for all to read' chmod "$2" "$HALF_NAME"
  run 'whole: it gets its name' mv -T "$HALF_NAME" "$3"
}

install_unit() {
  local BEFORE START ENVIRONMENT_FILE=()
  [[ -z ${SECRET_VARIABLES-} ]] || ENVIRONMENT_FILE=("EnvironmentFile=-$SECRETS_AT_BOOT")
  install_words install_word "$COPY" "${BOOT_WORDS[@]}"
  BEFORE=$BOOT_LINE
  install_words install_word up "${BOOT_NAMES[@]}"
  START=$BOOT_LINE
  install_word "$ROOT"
  ! install_file 'how it is started at boot' 644 "$UNIT" \
    "$INSTALLED" \
    '[Unit]' \
    "Description=Containers of $PROJECT" \
    "${UNIT_AFTER[@]}" \
    "RequiresMountsFor=${WORD//\$\$/\$}" \
    '' \
    '[Service]' \
    'Type=oneshot' \
    'RemainAfterExit=yes' \
    "${ENVIRONMENT_FILE[@]}" \
    "ExecStart=$BEFORE $START" \
    "ExecReload=$BEFORE $START" \
    "ExecStop=$BEFORE stop" \
    "TimeoutStopSec=$STOP_TIMEOUT" \
    '# A container that fails at the start takes no other one with it.' \
    'KillMode=process' \
    '' \
    '[Install]' \
    "WantedBy=$TARGET" || run 'systemd reads it' "${SYSTEMCTL[@]}" daemon-reload
  [[ -L $WANTED_UNIT ]] || run 'at each boot' "${SYSTEMCTL[@]}" --quiet enable "${UNIT##*/}"
}

# install_words FUNCTION WORD…: sets BOOT_LINE, the words as the function writes each.
install_words() {
  local EACH
  BOOT_LINE=''
  for EACH in "${@:2}"; do
    "$1" "$EACH"
    BOOT_LINE+=" $WORD"
  done
  BOOT_LINE=${BOOT_LINE# }
}
# install_word TEXT: sets WORD, as systemd reads it in a command, systemd.service(5).
install_word() {
  WORD=${1//\\/\\\\}
  WORD=${WORD//\"/\\\"}
  WORD=${WORD//%/%%}
  WORD=${WORD//\$/\$\$}
  [[ $WORD =~ ^[A-Za-z0-9_./:,=+@%-]+$ ]] || WORD="\"$WORD\""
}

# command_uninstall: it is started at boot no more. What runs, runs on.
command_uninstall() {
  (($# == 0)) || fail 2 "usage: $0 uninstall"
  install_names
  uninstall_files 'not at boot any more' "$WANTED_UNIT" "$UNIT" "${UNIT%/*}/.${UNIT##*/}.part"
  ((${#LEFT[@]} == 0)) || ! systemd_runs || run 'systemd forgets it' "${SYSTEMCTL[@]}" daemon-reload
  uninstall_further
  uninstall_files 'its copy' "$COPY"{,.sig}{,.part}
  gone "${LEFT[@]}"
  [[ ! -d ${COPY%/*} ]] || ! empty "${COPY%/*}" || run 'nothing is left in it' rmdir "${COPY%/*}"
}
# uninstall_files WHY PATH…: sets LEFT, those that were there.
uninstall_files() {
  local FILE
  LEFT=()
  for FILE in "${@:2}"; do
    [[ ! -f $FILE && ! -L $FILE ]] || LEFT+=("$FILE")
  done
  ((${#LEFT[@]} == 0)) || run "$1" rm -f "${LEFT[@]}"
}
# ── at boot: the same bytes in every script of root's ────────────────────────────────────────────
# install_places: where it is written, and what reads it: systemd where it runs, else an init script.
install_places() {
  COPY=/etc/cash/$PROJECT.sh
  UNIT=/etc/systemd/system/cash-$PROJECT.service
  TARGET=multi-user.target
  UNIT_AFTER=('Wants=network-online.target' 'After=network-online.target nftables.service firewalld.service')
  SYSTEMCTL=(systemctl)
  INIT=/etc/init.d/cash-$PROJECT
}
systemd_runs() { [[ -d /run/systemd/system ]]; }

install_starter() {
  if systemd_runs; then
    install_copy
    install_unit
  else
    type -P update-rc.d >/dev/null || fail 125 'neither systemd runs here, nor is there update-rc.d (of init-system-helpers)'
    install_copy
    install_init
  fi
}

install_init() {
  local WORDS START ENVIRONMENT_FILE=() RULES=(/etc/rc?.d/S??"${INIT##*/}")
  [[ -z ${SECRET_VARIABLES-} ]] || ENVIRONMENT_FILE=("[ ! -r $SECRETS_AT_BOOT ] || { set -a && . $SECRETS_AT_BOOT && set +a; }")
  words "$COPY" "${BOOT_WORDS[@]}"
  START=$WORDS
  words up "${BOOT_NAMES[@]}"
  ! install_file 'how it is started at boot' 755 "$INIT" \
    '#!/bin/bash' \
    "$INSTALLED" \
    '### BEGIN INIT INFO' \
    "# Provides:          ${INIT##*/}" \
    '# Required-Start:    $local_fs $remote_fs $network' \
    '# Required-Stop:     $local_fs $remote_fs $network' \
    '# Should-Start:      nftables firewalld cgroupfs-mount' \
    '# Should-Stop:       nftables firewalld cgroupfs-mount' \
    '# Default-Start:     2 3 4 5' \
    '# Default-Stop:      0 1 6' \
    "# Short-Description: Containers of $PROJECT" \
    '### END INIT INFO' \
    "${ENVIRONMENT_FILE[@]}" \
    'case $1 in' \
    "start | reload | force-reload) exec $START $WORDS ;;" \
    "stop) exec $START stop ;;" \
    "restart) $START stop && exec $START $WORDS ;;" \
    "status) [ -n \"\$($COPY ps -q)\" ] || exit 3 ;;" \
    '*)' \
    '  echo "usage: $0 start|stop|restart|reload|force-reload|status" >&2' \
    '  exit 2' \
    '  ;;' \
    'esac # of the verbs' || RULES=(new)
  [[ -L ${RULES[0]} ]] || run 'at each boot' update-rc.d "${INIT##*/}" defaults
}

# uninstall_further: an init script; profiles of AppArmor, those of other definitions, too.
uninstall_further() {
  local FILE LINE FOUND=()
  uninstall_files 'not at boot any more' "$INIT" "${INIT%/*}/.${INIT##*/}.part" /etc/rc?.d/[SK]??"${INIT##*/}"
  ((${#LEFT[@]} == 0)) || ! type -P update-rc.d >/dev/null || run 'the order of the others' update-rc.d "${INIT##*/}" remove
  for FILE in /etc/apparmor.d/{,.}cash-"$PROJECT"-*; do
    [[ $FILE == */.cash-"$PROJECT"-????????.part ]] || { [[ -f $FILE ]] && read -r LINE <"$FILE" && [[ $LINE == "$INSTALLED" ]]; } || continue
    FOUND+=("$FILE")
  done
  uninstall_files 'no profile of ours is loaded at boot' "${FOUND[@]}"
}
# ── help: the same bytes in every script ─────────────────────────────────────────────────────────
command_help() {
  local VERB
  for VERB; do known_command "$VERB"; done
  (($#)) || echo "usage: $0 [--verbose] [--set NAME=VALUE]… [--profile NAME]… COMMAND"
  for VERB in "${@:-${COMMANDS[@]}}"; do "help_$VERB"; done
  (($#)) || echo "services: ${SERVICES[*]}"
}

help_check() { echo '  check [NAME…]         what this host needs to have, and whether it does; of containers that run: whether they are as defined'; }
help_plan() { echo '  plan [-o FILE|--json] [--explain] [COMMAND…]
                        the commands that COMMAND would execute now, as a Bash script; exit 0 nothing to do, 2 something, 1 it cannot be planned'; }
help_apply() { echo '  apply FILE            what plan -o FILE has planned; not where the host has changed since'; }
help_pull() { echo '  pull [SERVICE…]       the images are there, and whole'; }
help_run() { echo '  run [OPTION…] SERVICE [-- COMMAND…]
                        a container in the foreground: its input, output, signals and exit status
      --keep            keep its files after it ends, and go on with them the next time      --rm  remove them (default)
      -e NAME=VALUE     a variable     -w DIRECTORY   -u USER[:GROUP]     --name NAME   of the container
      --entrypoint COMMAND     --env-file FILE     -l NAME=VALUE   a label     --pull always|missing|never
      -i, -t, -it       as with Docker: input is always there; -t wants a terminal, -T none
      --detach-keys KEYS     leave that terminal: ctrl-p,ctrl-q, as with Docker
      --service-ports   publish its ports with a command in the foreground, too
      -d                detached: with a supervisor, a log, and kept files (unless --rm)      --replace   one of its name goes first'; }
help_up() { echo '  up [OPTION…] [SERVICE…]
                        the project: all that is active, or these and those they depend on, in order, detached; what has changed is
                        made anew
      --wait            until they run, and are healthy     --pull always|missing|never     --force-recreate     --no-deps
      --profile NAME    services of that profile, too       --remove-orphans   containers of services that there are no more'; }
help_start() { echo '  start [NAME…]         as it was run, or a service, detached'; }
help_stop() { echo '  stop [-t SECONDS] [NAME…]'; }
help_restart() { echo '  restart [-t SECONDS] [NAME…]'; }
help_kill() { echo '  kill [-s SIGNAL] NAME…'; }
help_pause() { echo '  pause NAME…'; }
help_unpause() { echo '  unpause NAME…'; }
help_wait() { echo '  wait NAME…            its exit status, when it has ended'; }
help_attach() { echo '  attach [--no-stdin] [--sig-proxy=false] [--detach-keys KEYS] NAME
                        its input and output; Ctrl-P Ctrl-Q, or KEYS, leave a terminal, and it runs on'; }
help_exec() { echo '  exec [-itd] [-e NAME=VALUE] [-u USER] [-w DIRECTORY] [--detach-keys KEYS] NAME [--] COMMAND…
                        a further command in a container that runs, with no more rights than it has'; }
help_port() { echo '  port NAME [PORT[/PROTOCOL]]           which ports of the host lead to it'; }
help_ps() { echo '  ps [-a] [-q] [--json] [NAME…]         containers'; }
help_top() { echo '  top NAME              its processes'; }
help_stats() { echo '  stats [--no-stream] [--json] [NAME…]  what they use'; }
help_inspect() { echo '  inspect NAME…         all that is known of it, and what the kernel says of it, as JSON'; }
help_update() { echo '  update [--memory BYTES] [--memory-swap BYTES] [--memory-reservation BYTES] [--cpus NUMBER] [--cpu-shares NUMBER]
         [--cpuset-cpus LIST] [--pids-limit NUMBER] NAME…
                        limits of a container that runs, until it is started by a command again'; }
help_logs() { echo '  logs [-f] [-n COUNT] [-t] [--since TIME] [NAME…]  what they wrote; without a name all'; }
help_events() { echo '  events [-f] [-a] [--json] [--since TIME]
                        what happened to containers, and which commands changed something; -a each change, too'; }
help_commit() { echo '  commit [OPTION…] NAME TAG
                        its files, as an image; it stands still meanwhile
      -m MESSAGE   -a AUTHOR   -c CHANGE   CMD, ENTRYPOINT, ENV, USER, WORKDIR as in a Dockerfile     --no-pause'; }
help_images() { echo '  images [-q|--json]    the images of this pool'; }
help_history() { echo '  history [--json] NAME:TAG             what one was made of'; }
help_tag() { echo '  tag NAME:TAG NAME:TAG a further name'; }
help_rmi() { echo '  rmi [-f] NAME:TAG…    removes images'; }
help_image() { echo '  image save NAME:TAG [-o FILE|-]      image load [-i FILE|-]
                        as a tar, with all that is known of it'; }
help_cp() { echo '  cp [-a] [-L] SERVICE:PATH PATH|-     cp [-a] [-L] PATH|- SERVICE:PATH
                        copies files; -a keeps their owners, -L follows a link; - is a tar'; }
help_diff() { echo '  diff SERVICE          what it has added (A), changed (C), deleted (D)'; }
help_export() { echo '  export SERVICE [-o FILE|-]            its files, as a tar'; }
help_rm() { echo '  rm [-f] NAME…         removes a container with the files it has kept'; }
help_prune() { echo '  prune                 removes what commands that were killed have left'; }
help_down() { echo '  down [-v|--volumes] [--images]
                        nothing of the project is left, but its volumes and images'; }
help_install() { echo '  install [--profile NAME]… [SERVICE…]
                        `up` at boot, `stop` at the end, by systemd or an init script; with the parameters given now'; }
help_uninstall() { echo '  uninstall             not any more'; }
help_completion() { echo '  completion bash       what makes Bash complete commands and services'; }
help_help() { echo '  help [COMMAND…]       this, or of these commands'; }
help_version() { echo '  version'; }

command_version() { echo "$VERSION"; }
# ── completion: the same bytes in every script ───────────────────────────────────────────────────
# command_completion bash: commands, then services and volumes, or files; for source <(SCRIPT completion bash).
command_completion() {
  local NAME VOLUME WORDS="${SERVICES[*]}"
  [[ ${1-} == bash && $# == 1 ]] || fail 2 "usage: $0 completion bash"
  for VOLUME in "${VOLUMES[@]}"; do
    WORDS+=" ${VOLUME%%:*}"
  done
  printf -v NAME %q "${0##*/}"
  cat <<COMPLETION
# What $NAME completion bash prints.
_cash_${PROJECT//-/_}() {
  local each verb='' word=\${COMP_WORDS[COMP_CWORD]}
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ \$each == -* || \$each == *=* || \$each == plan ]] || verb=\${verb:-\$each}
  done
  if [[ -z \$verb ]]; then
    mapfile -t COMPREPLY < <(compgen -W '${COMMANDS[*]}' -- "\$word")
  else
    mapfile -t COMPREPLY < <(compgen -W '$WORDS' -- "\$word")
  fi
}
complete -o bashdefault -o default -F _cash_${PROJECT//-/_} -- $NAME
COMPLETION
}
# ── check: the same bytes in every script ───────────────────────────────────────────────────────
# command_check [NAME…]: what the script needs of this host, a line each; exit 1 where something is missing. With names: whether these
# containers are as defined; exit 2 where one is not.
command_check() {
  local need command package OTHERS=''
  (($# == 0)) || {
    check_containers "$@"
    return 0
  }
  MISSING=0
  ! parameters_known || pool_root
  "$UNPRIVILEGED" check
  checked "$((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404))" "bash 4.4 (here: $BASH_VERSION)" 'install a newer bash'
  for need in "${NEEDS[@]}"; do
    command=${need%%:*} package=${need#*:}
    checked "$([[ -z $(type -P "$command") ]] || echo 1)" "$command" "apt-get install $package"
  done
  [[ ! -f $0 ]] || {
    script_others "$0"
    checked "$([[ -n $OTHERS ]] || echo 1)" "$0: of root, written by nobody else" "${OTHERS:+$OTHERS: }chown root $0; chmod go-w $0"
  }
  check_version unshare 234
  for need in "${CHECKS[@]}"; do "$need"; done
  [[ $STORE != btrfs ]] || check_filesystem btrfs
  ((EUID != 0 || ${#NETWORKS[@]} == 0)) || checked "$(check_bridges && echo 1)" 'nftables for bridges in the kernel' 'a kernel with CONFIG_NF_TABLES_BRIDGE'
  cgroup_find "$CGROUP_WANTED"
  check_controllers
  check_space
  ((MISSING == 0)) || exit 1
}

# checked TRUTH WHAT MEND
checked() {
  if [[ ${1:-0} != 0 ]]; then
    printf 'ok       %s\n' "$2"
  else
    printf 'missing  %s   (%s)\n' "$2" "$3"
    MISSING=$((MISSING + 1))
  fi
}

check_version() {
  local text
  text=$("$1" --version)
  [[ $text =~ ([0-9]+)\.([0-9]+) ]] || return 0
  checked "$((BASH_REMATCH[1] * 100 + BASH_REMATCH[2] >= $2))" "$1 of util-linux $(($2 / 100)).$(($2 % 100)) (here: ${BASH_REMATCH[0]})" 'install a newer util-linux'
}

check_filesystem() {
  local line release found=0
  while read -r line; do
    [[ $line != *"$1" ]] || found=1
  done </proc/filesystems
  read -r release </proc/sys/kernel/osrelease
  for line in /lib/modules/"$release"/kernel/fs/"$1"/*; do
    [[ ! -e $line ]] || found=1
  done
  checked "$found" "$1 in the kernel" "a kernel with CONFIG_BTRFS_FS"
}

check_bridges() { nft --check -f - <<<'table bridge cash { chain probe { type filter hook prerouting priority -300; }; }' 2>/dev/null; }

check_controllers() {
  local service controller
  for service in "${SERVICES[@]}"; do
    service_id "$service"
    (
      CONTROLLERS=()
      "${ID}_controllers"
      for controller in "${CONTROLLERS[@]}"; do
        if [[ $CGROUP_VERSION == v1 ]]; then
          checked "${CGROUP_MOUNTS[$controller]+1}" "cgroup v1 $controller, for $service" "mount -t cgroup -o $controller $controller DIRECTORY"
        else
          read -r line </sys/fs/cgroup/cgroup.controllers
          checked "$([[ " $line " != *" $controller "* ]] || echo 1)" "cgroup v2 $controller, for $service" 'boot a kernel that has it'
        fi
      done
      ((MISSING == 0))
    ) || MISSING=1
  done
}

check_space() {
  local directory free
  [[ -n $ROOT ]] || return 0 # named by a parameter
  directory=$ROOT
  while [[ ! -d $directory ]]; do directory=${directory%/*} directory=${directory:-/}; done
  free=$(df --output=avail --block-size=1M "$directory")
  free=${free##*$'\n'}
  checked "$((free >= POOL_LEAST))" "$POOL_LEAST MiB free at $directory (here: ${free// /} MiB)" 'make room'
}

check_containers() {
  local NAME DIFFERENT=''
  ((EUID == 0)) || "$UNPRIVILEGED" enter check
  parameters_check
  pool_root
  pool_resume
  containers_given "$@"
  for NAME in "${CONTAINERS[@]}"; do check_container "$NAME" || DIFFERENT=yes; done
  [[ -z $DIFFERENT ]] || exit 2
}
# ── check NAME: the same bytes in every script ──────────────────────────────────────────────────
# A container that runs, beside its definition: a line for each difference, and exit status 2.
check_container() {
  local DRIFTED=0 ID='' USER_ID GROUP_IDS DIRECTORY ENVIRONMENT RUN_USER='' RUN_DIRECTORY='' RUN_ENVIRONMENT=() OWN_CGROUPS
  container_pick "$1"
  container_need
  OWN_CGROUPS=("${CGROUPS[@]}")
  exec_settings # which service it is of
  CGROUPS=("${OWN_CGROUPS[@]}")
  drift_rights
  drift_limits
  drift_mounts
  drift_network
  ((DRIFTED == 0)) || return 1
  printf 'ok       %s is as defined\n' "$CONTAINER"
}

# drifted WHAT IS WANTED
drifted() {
  local SHOWN
  shown "$CONTAINER: $1: $2, not $3"
  printf 'differs  %s\n' "$SHOWN"
  DRIFTED=$((DRIFTED + 1))
}

drift_rights() {
  local key value CAPABILITIES NO_NEW_PRIVS FILTERED SELINUX='' INIT=''
  "${ID}_rights"
  while read -r key value; do
    [[ $key == CapBnd: ]] || continue
    value=0x$value CAPABILITIES=0x$CAPABILITIES # no more than we have
    printf -v CAPABILITIES %016x "$((CAPABILITIES & value))"
  done </proc/self/status
  while read -r key value; do
    case $key in
    CapBnd:) [[ $value == "$CAPABILITIES" ]] || drifted 'capabilities (CapBnd)' "$value" "$CAPABILITIES" ;;
    NoNewPrivs:) [[ $value == "$NO_NEW_PRIVS" ]] || drifted no_new_privs "$value" "$NO_NEW_PRIVS" ;;
    Seccomp:) ((value >= FILTERED)) || drifted seccomp "$value" "$FILTERED" ;;
    *) ;;
    esac
  done 2>/dev/null <"/proc/$PID/status" || fail 125 "$CONTAINER has just ended"
  [[ -z $SELINUX ]] || drift_label
}
# drift_label: the SELinux context; with init: true process 1 is a Bash of the host, and only its command has it.
drift_label() {
  local context='' pid=$PID
  [[ -z $INIT ]] || { read -r pid _ <"/proc/$PID/task/$PID/children" || [[ -n $pid ]]; } 2>/dev/null || fail 125 "$CONTAINER has just ended"
  { read -r -d '' context <"/proc/$pid/attr/current" || [[ -n $context ]]; } 2>/dev/null || fail 125 "$CONTAINER has just ended"
  [[ $context == "$SELINUX" ]] || drifted 'SELinux context' "$context" "$SELINUX"
}

# drift_limits: what the service sets is read back, not set.
drift_limits() {
  local DRIFTS FILE GOT VALUE
  DRIFTS=$(
    # shellcheck disable=SC2329 # SERVICE_limits calls them, in place of those that write
    limit() { drift_limit "$@"; }
    # shellcheck disable=SC2329
    limit_line() { :; }
    # shellcheck disable=SC2329
    limit_weight() { :; }
    # shellcheck disable=SC2329
    limit_realtime() { :; }
    # shellcheck disable=SC2329
    say() { :; }
    "${ID}_limits"
  )
  [[ -z $DRIFTS ]] || while IFS=$'\t' read -r FILE GOT VALUE; do drifted "$FILE" "$GOT" "$VALUE"; done <<<"$DRIFTS"
}
# drift_limit WHY VALUE FILE
drift_limit() {
  local got=''
  { IFS= read -r got <"$3"; } 2>/dev/null || :                                                    # it has been removed
  [[ $2 != -1 || ${#got} -lt 19 ]] || return 0                                                    # without a limit
  [[ ! $2$got =~ ^[0-9]+$ || $3 != */memory.* ]] || ((got > $2 || got <= $2 - 65536)) || return 0 # whole pages
  [[ $got == "$2" ]] || printf '%s\t%s\t%s\n' "$1 ($3)" "$got" "$2"
}

# drift_mounts: each line of its fstab is mounted, with its options; nothing else is.
drift_mounts() {
  local line fields target options option
  local -A WANTED=(['/']=rw) LIVE=()
  [[ ! -f $STATE/fstab ]] || while read -r _ target _ options _; do
    [[ $options != *remount,bind,ro ]] || continue # of the host's
    target=${target#"$ROOTFS"}
    printf -v target %b "$target" # \040 is a space
    WANTED[${target:-/}]=$options
  done <"$STATE/fstab"
  while read -ra fields; do
    printf -v target %b "${fields[4]}"
    LIVE[$target]=${fields[5]}
  done 2>/dev/null <"/proc/$PID/mountinfo" || fail 125 "$CONTAINER has just ended"
  for target in "${!LIVE[@]}"; do
    [[ -n ${WANTED[$target]-} || $target == /dev/console ]] || drift_below "$target" || drifted "mount $target" mounted 'in the definition'
  done
  for target in "${!WANTED[@]}"; do
    [[ -n ${LIVE[$target]-} ]] || {
      drifted "mount $target" missing "${WANTED[$target]}"
      continue
    }
    for option in ro nosuid nodev noexec; do
      [[ ,${WANTED[$target]}, != *",$option,"* || ,${LIVE[$target]}, == *",$option,"* ]] || drifted "mount $target" "${LIVE[$target]}" "$option"
    done
    [[ ,${WANTED[$target]}, == *,ro,* || ,${LIVE[$target]}, != *,ro,* ]] || drifted "mount $target" ro rw
  done
}

# drift_below PATH: what a bind mount brings with it.
drift_below() {
  local target
  for target in "${!WANTED[@]}"; do
    [[ ,${WANTED[$target]}, != *,rbind,* || $1 != "$target"/* ]] || return 0
  done
  return 1
}

# drift_network: its addresses, and the rules that say which it may send from.
drift_network() {
  local path owner wanted='' live address _ network BRIDGE RULES
  for path in "/run/cash/$PROJECT/networks"/*/* /run/cash/_/networks/*/*; do
    [[ -f $path ]] || continue
    { read -r owner <"$path"; } 2>/dev/null || continue # it was just removed
    [[ $owner != "$STATE" ]] || wanted+=" ${path##*/}"
  done
  [[ -n $wanted ]] || return 0
  live=''
  while read -r _ _ _ address _; do [[ $address == 127.* ]] || live+=" ${address%/*}"; done < <(nsenter --net="/proc/$PID/ns/net" ip -o -4 address show)
  container_lives pid || fail 125 "$CONTAINER has just ended"
  [[ " $live " == *"$wanted "* && ${#live} == "${#wanted}" ]] || drifted addresses "${live# }" "${wanted# }"
  for network in "${NETWORKS[@]}"; do
    "${network}_rules"
    [[ ! -d /sys/class/net/$BRIDGE ]] || drift_rules
  done
}

# drift_rules: of the network BRIDGE, as nft lists them, beside RULES, as it lists them where there are no other ones.
drift_rules() {
  local wanted live
  wanted=$(printf '%s\n' "${RULES[@]}" | unshare --net bash -c 'nft -f - && nft --terse list table ip "$1" && nft --terse list table bridge "$1"' cash "$BRIDGE")
  live=$(nft --terse list table ip "$BRIDGE" 2>/dev/null && nft --terse list table bridge "$BRIDGE" 2>/dev/null) || : # they are gone
  [[ -n $live ]] || live=gone
  [[ $live == "$wanted" ]] || drifted "nft tables ip and bridge $BRIDGE" "${live/#table*/changed}" 'as defined'
}

# ── the definition, for cash verify ──
# cash-definition: {"version":"0.1.0"}
# cash-definition: {"name":"cash"}
# cash-definition: {"profiles":[]}
# cash-definition: {"service":{"name":"container","image":{"transport":"debootstrap","suite":"\u0000suite\u0000"},"image_options":{"tag":"\u0000name\u0000:latest","mirror":null,"variant":"minbase","include":[],"components":[],"arch":null,"sha256":null,"config":{"command":null,"entrypoint":null,"environment":[],"user":null,"working_dir":null}},"container_name":"\u0000name\u0000","command":null,"entrypoint":null,"environment":[],"working_dir":null,"user":null,"hostname":null,"domainname":null,"labels":[],"annotations":[],"cpu_shares":{"parameter":"shares"},"cpus":null,"cpu_period":null,"cpu_quota":null,"cpu_rt_period":null,"cpu_rt_runtime":null,"cpuset":null,"mem_limit":{"parameter":"memory"},"memswap_limit":null,"mem_reservation":null,"pids_limit":null,"shm_size":null,"ulimits":[],"sysctls":[],"oom_score_adj":null,"oom_kill_disable":false,"mem_swappiness":null,"blkio":null,"group_add":[],"storage_size":null,"capabilities":["CHOWN","DAC_OVERRIDE","FOWNER","FSETID","KILL","SETGID","SETUID","SETPCAP","NET_BIND_SERVICE","SYS_CHROOT","SETFCAP"],"no_new_privileges":true,"seccomp":"default","apparmor":null,"selinux":null,"ipc":"private","pid":"private","uts":"private","cgroup":"private","time":null,"network_mode":null,"networks":[{"network":"default","ipv4_address":"10.0.0.\u0000octet\u0000","aliases":[]}],"ports":[],"expose":[],"dns":[],"dns_search":[],"extra_hosts":[],"mounts":[],"files":[],"devices":[],"device_cgroup_rules":[],"privileged":false,"read_only":false,"stop_signal":"SIGTERM","stop_grace_period":10000,"init":false,"restart":null,"healthcheck":null,"on_unhealthy":"none","logging":null,"post_start":[],"pre_stop":[],"depends_on":[],"profiles":[],"scale":1,"stdin_open":false,"tty":false,"platform":null,"pull_policy":"missing","userns_mode":"host"}}
# cash-definition: {"networks":[{"name":"default","explicit_name":null,"subnet":"10.0.0.0/24","gateway":"10.0.0.1","ip_range":null,"aux_addresses":[],"internal":false,"host_ports":[]}]}
# cash-definition: {"volumes":[]}
# cash-definition: {"host":{"root":"\u0000root\u0000","storage":{"type":"loop","size":4294967296},"cgroup":"auto","supervisor":"cash","allow":[],"userns":{"start":100000,"count":65536},"rootless":false,"require_signature":null,"parameters":[["root",{"type":"path","default":"/var/work","description":"where images and containers live"}],["name",{"type":"name","default":null,"description":"of the image and of its container"}],["suite",{"type":"name","default":"stable","description":"of Debian"}],["octet",{"type":"integer","min":2,"max":254,"default":"2","description":"the last of the address"}],["shares",{"type":"integer","min":2,"max":262144,"default":"1024","description":"of the processors"}],["memory",{"type":"bytes","min":4194304,"max":9007199254740991,"default":"1073741824","description":"that the container may have"}]],"functions":[["pull",{"command":"pull","service":"container","parameters":["name","suite"],"options":[]}],["run",{"command":"run","service":"container","parameters":["name","octet","shares","memory"],"options":["--keep"]}],["commit",{"command":"commit","service":"container","parameters":["name"],"options":[]}]],"waivers":[],"commands":null}}

main "$@"
exit
