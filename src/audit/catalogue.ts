/** The external commands a generated script may use. Packages and versions: the oldest Debian, RHEL and Alpine that have what is used here. */
export interface CatalogueEntry {
  /** null: the distribution has no such package. */
  readonly packages: { readonly debian: string; readonly rhel: string | null; readonly alpine: string };
  /** The least version; null: any. */
  readonly least: string | null;
  readonly purpose: string;
  /** root: it changes what belongs to the host; none: anyone may. */
  readonly privilege: 'root' | 'none';
}

interface Package {
  readonly packages: CatalogueEntry['packages'];
  readonly least: string | null;
}

function from(debian: string, rhel: string | null, alpine: string, least: string | null = null): Package {
  return { packages: { debian, rhel, alpine }, least };
}

const BASH = from('bash', 'bash', 'bash', '4.4');
const COREUTILS = from('coreutils', 'coreutils', 'coreutils');
const UTIL_LINUX = from('util-linux', 'util-linux', 'util-linux', '2.32');
const MOUNT = from('mount', 'util-linux', 'mount', '2.32');
const IPROUTE = from('iproute2', 'iproute', 'iproute2', '4.18');
const BTRFS = from('btrfs-progs', null, 'btrfs-progs', '4.15');
const CGROUP_TOOLS = from('cgroup-tools', 'libcgroup-tools', 'cgroup-tools', '0.41');

/** Of one package: lines of `NAME PRIVILEGE PURPOSE`. */
function entries(source: Package, lines: string): readonly (readonly [string, CatalogueEntry])[] {
  return lines.trim().split('\n').map((line) => {
    const [name = '', privilege, ...purpose] = line.trim().split(' ');
    return [name, { ...source, purpose: purpose.join(' '), privilege: privilege === 'root' ? 'root' : 'none' }];
  });
}

export const CATALOGUE: ReadonlyMap<string, CatalogueEntry> = new Map([
  ...entries(BASH, `
    bash none runs a function of the script in new namespaces
    sh none the container's own shell`),
  ...entries(COREUTILS, `
    base64 none carries binary text through a script
    cat none copies a stream
    chcon root gives files an SELinux context
    chmod root sets the mode of a file
    chown root sets the owner of a file
    chroot root runs a command of an image
    cp root copies files, device nodes too
    date none the time
    dd root copies blocks
    df none free space
    du none the size of what is in a directory
    env none runs a command with exactly these variables
    head none the first lines
    id none who runs the script
    install root makes a directory and those it lies in, all with their mode
    ln root makes a link
    ls none lists files
    mkdir root makes a directory
    mkfifo root makes a named pipe
    mknod root makes a device node in an image
    mktemp root makes a file with a new name
    mv root gives a finished thing its name
    nice none lowers the priority
    readlink none where a link leads
    realpath none the path without links
    rm root removes files
    rmdir root removes an empty directory
    sha256sum none proves that a download is the right one
    sleep none waits
    sort none orders lines
    uniq none drops lines that are there twice
    tty none which terminal is on standard input
    stat none owner, mode and size of a file
    sync root writes to the disk what is still in memory
    tac none lines, last first
    tail none the last lines
    tee root writes a stream to a file
    timeout none ends a command that takes too long
    touch root makes an empty file
    truncate root makes a sparse file
    uname none the kernel's version`),
  ...entries(UTIL_LINUX, `
    blkid root what a block device holds
    findmnt none what is mounted where
    flock none waits for a lock
    losetup root connects a file with a loop device
    lsblk none which block devices there are
    nsenter root runs a command in a container's namespaces
    pivot_root root changes the root of a container
    prlimit root sets limits of a process
    script none gives a command a terminal of its own
    setpriv root drops capabilities and groups
    setsid none gives a container a session of its own
    unshare root makes namespaces
    wipefs root what a block device holds`),
  ...entries(MOUNT, `
    mount root mounts
    umount root unmounts`),
  ...entries(IPROUTE, 'ip root bridges, veth pairs, addresses, routes'),
  ...entries(from('nftables', 'nftables', 'nftables', '0.9'), 'nft root masquerading and filters'),
  ...entries(BTRFS, `
    btrfs root subvolumes and snapshots
    mkfs.btrfs root makes the file system`),
  ...entries(CGROUP_TOOLS, `
    cgcreate root makes a cgroup
    cgdelete root removes a cgroup
    cgexec root runs a command in a cgroup
    cgset root sets a limit`),
  ...entries(from('debootstrap', null, 'debootstrap', '1.0.95'), 'debootstrap root installs Debian into a directory'),
  ...entries(from('curl', 'curl', 'curl', '7.61'), 'curl none downloads'),
  ...entries(from('openssh-client', 'openssh', 'openssh-keygen', '8.1'), 'ssh-keygen none verifies a signature'),
  ...entries(from('kmod', 'kmod', 'kmod'), 'modprobe root loads a part of the kernel'),
  ...entries(from('tar', 'tar', 'tar', '1.30'), 'tar root unpacks an image'),
  ...entries(from('gzip', 'gzip', 'gzip'), 'gzip none decompresses'),
  ...entries(from('xz-utils', 'xz', 'xz'), 'xz none decompresses'),
  ...entries(from('zstd', 'zstd', 'zstd'), 'zstd none decompresses'),
  ...entries(from('findutils', 'findutils', 'findutils'), 'find none finds files'),
  ...entries(from('procps', 'procps-ng', 'procps', '3.3'), 'ps none lists processes'),
  ...entries(from('libc-bin', 'glibc-common', 'musl-utils'), `
    getconf none constants of the system
    getent none users and hosts`),
  ...entries(from('systemd', 'systemd', 'systemd'), `
    journalctl none what is in the journal
    systemctl root starts a project at boot
    systemd-cat none writes to the journal
    systemd-notify root says to systemd what it has started
    systemd-run none has a command started by systemd`),
  ...entries(from('init-system-helpers', null, 'init-system-helpers'), 'update-rc.d root starts a project at boot, without systemd'),
  ...entries(from('uidmap', 'shadow-utils', 'shadow-uidmap'), `
    newuidmap none maps the further ids of a user
    newgidmap none maps the further ids of a user`),
  ...entries(from('passt', 'passt', 'passt'), 'pasta none a way out of a network of a user'),
  ...entries(from('slirp4netns', 'slirp4netns', 'slirp4netns'), 'slirp4netns none a way out of a network of a user'),
  ...entries(from('hostname', 'hostname', 'hostname'), `
    hostname root names a container
    domainname root names the domain of a container`),
  ...entries(from('apparmor', null, 'apparmor'), 'apparmor_parser root loads an AppArmor profile'),
  ...entries(from('perl-base', 'perl-interpreter', 'perl'), 'perl root system calls that no other command makes, and the log'),
]);
