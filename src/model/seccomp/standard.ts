import type { SeccompAction, SeccompCondition, SeccompProfile, SeccompRule } from './profile.ts';

/**
 * The default profile: what Docker's allows (moby/profiles of 2026, seccomp/default.json), for the machines of cash. No io_uring, no keys, no
 * userfaultfd, no new user namespace. What a capability opens is allowed where the container has it.
 */

const ALLOW: SeccompAction = { action: 'allow', data: 0 };
const ENOTTY: SeccompAction = { action: 'errno', data: 25 };
const ENOSYS: SeccompAction = { action: 'errno', data: 38 };

const ALLOWED =
  'accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown clock_adjtime clock_getres clock_gettime ' +
  'clock_nanosleep close close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old ' +
  'epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 ' +
  'fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fork ' +
  'fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_requeue futex_wait futex_waitv futex_wake futimesat getcpu getcwd ' +
  'getdents getdents64 getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom ' +
  'getresgid getresuid getrlimit get_robust_list getrusage getsid getsockname getsockopt get_thread_area gettid gettimeofday getuid ' +
  'getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents ' +
  'io_pgetevents ioprio_get ioprio_set io_setup io_submit kill landlock_add_rule landlock_create_ruleset landlock_restrict_self ' +
  'lchown lgetxattr link linkat listen listmount listxattr listxattrat llistxattr lremovexattr lseek lsetxattr lstat madvise ' +
  'map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap mprotect ' +
  'mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock ' +
  'munlockall munmap name_to_handle_at nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 ' +
  'pkey_alloc pkey_free pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64 process_mrelease process_vm_readv ' +
  'process_vm_writev pselect6 ptrace pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg ' +
  'remap_file_pages removexattr removexattrat rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending ' +
  'rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sched_getaffinity sched_getattr ' +
  'sched_getparam sched_get_priority_max sched_get_priority_min sched_getscheduler sched_rr_get_interval sched_setaffinity ' +
  'sched_setattr sched_setparam sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg ' +
  'sendmsg sendto setfsgid setfsuid setgid setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit ' +
  'set_robust_list setsid setsockopt set_thread_area set_tid_address setuid setxattr setxattrat shmat shmctl shmdt shmget shutdown ' +
  'sigaltstack signalfd signalfd4 socketpair splice stat statfs statmount statx symlink symlinkat sync sync_file_range syncfs sysinfo ' +
  'tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime ' +
  'timerfd_settime times tkill truncate umask uname unlink unlinkat uretprobe utime utimensat utimes vfork vmsplice wait4 waitid ' +
  'write writev';

/** Of a machine: on the other one there is none of that name. */
const OF_A_MACHINE = 'arch_prctl modify_ldt';

/** A system call that is there with one of these capabilities. */
const OPENED: Readonly<Record<string, string>> = {
  DAC_READ_SEARCH: 'open_by_handle_at',
  SYS_ADMIN:
    'bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules lsm_set_self_attr mount ' +
    'mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount2 unshare',
  SYS_BOOT: 'reboot',
  SYS_CHROOT: 'chroot',
  SYS_MODULE: 'delete_module finit_module init_module',
  SYS_PACCT: 'acct',
  SYS_PTRACE: 'kcmp pidfd_getfd process_madvise',
  SYS_RAWIO: 'ioperm iopl',
  SYS_TIME: 'clock_settime settimeofday',
  SYS_TTY_CONFIG: 'vhangup',
  SYS_NICE: 'get_mempolicy mbind set_mempolicy set_mempolicy_home_node',
  SYSLOG: 'syslog',
  BPF: 'bpf',
  PERFMON: 'perf_event_open',
};

/** address families, socket(2): all but AF_ALG, AF_VSOCK, and some that nobody uses. */
const FAMILIES = [13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44, 45];
/** personality(2): PER_LINUX, PER_LINUX32, UNAME26, both, and asking. */
const PERSONALITIES = [0, 8, 0x20000, 0x20008, 0xffffffff];
/** clone(2): CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACES = 0x7e020000;
/**
 * ioctl(2): BTRFS_IOC_SNAP_CREATE, SUBVOL_CREATE, and both of V2, as where the file system is not btrfs. A subvolume in a container is beyond
 * `storage_opt`, and neither `diff` nor `commit` nor a snapshot of a volume has what is in it.
 */
const SUBVOLUMES = [0x50009401, 0x5000940e, 0x50009417, 0x50009418];

export const STANDARD: SeccompProfile = {
  file: null,
  default: { action: 'errno', data: 1 },
  rules: [
    rule(`${ALLOWED} ${OF_A_MACHINE}`, ALLOW),
    rule('socket', ALLOW, { conditions: [condition('lt', 12)] }),
    ...FAMILIES.map((family) => rule('socket', ALLOW, { conditions: [condition('eq', family)] })),
    ...PERSONALITIES.map((persona) => rule('personality', ALLOW, { conditions: [condition('eq', persona)] })),
    ...Object.entries(OPENED).map(([capability, names]) => rule(names, ALLOW, { with: [capability] })),
    ...SUBVOLUMES.map((request) => rule('ioctl', ENOTTY, { conditions: [{ argument: 1, operator: 'masked', value: String(request), mask: String(0xffffffff) }], without: ['SYS_ADMIN'] })), // it is of 32 bits
    rule('ioctl', ALLOW, { conditions: [condition('ge', 0)] }), // always, but after those
    rule('clone', ALLOW, { conditions: [{ ...condition('masked', 0), mask: String(NEW_NAMESPACES) }], without: ['SYS_ADMIN'] }),
    rule('clone3', ENOSYS, { without: ['SYS_ADMIN'] }), // its flags cannot be looked at; the C library tries clone then
  ],
};

function rule(names: string, action: SeccompAction, details: Partial<SeccompRule> = {}): SeccompRule {
  return { names: names.split(' '), action, conditions: [], with: [], without: [], machines: null, ...details };
}

function condition(operator: SeccompCondition['operator'], value: number): SeccompCondition {
  return { argument: 0, operator, value: String(value), mask: null };
}
