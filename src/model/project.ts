/**
 * The model: a Compose file after interpolation, merged, checked and in one form only (short forms expanded, units in
 * bytes and milliseconds). Plain readonly data; JSON.stringify of it is the normalised definition a script carries.
 *
 * A value that stays open until run time is a parameter (`x-cash.parameters`). In a string it stands as `\0NAME\0`
 * (NUL cannot occur in a definition: load refuses it); where a number is expected it is `{parameter: NAME}`.
 */
import type { SeccompProfile } from './seccomp/profile.ts';

export type Text = string;
export interface Parameter {
  readonly parameter: string;
}
export type Open<T> = T | Parameter;

export type ParameterType =
  | { readonly type: 'name' }
  | { readonly type: 'ipv4' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'bytes'; readonly min: number; readonly max: number }
  | { readonly type: 'path' }
  | { readonly type: 'string'; readonly pattern: string };

export type ParameterDeclaration = ParameterType & {
  readonly default: string | null;
  readonly description: string | null;
};

/** x-cash.functions: the signature of a command, in place of `COMMAND SERVICE …`. */
export interface FunctionDeclaration {
  readonly command: 'pull' | 'run' | 'commit' | 'rm' | 'rmi' | 'down';
  readonly service: string;
  /** Names of parameters, in the order of the arguments. */
  readonly parameters: readonly string[];
  /** Options of the command that are always given, such as `--keep`. */
  readonly options: readonly string[];
}

export type ImageReference =
  | { readonly transport: 'debootstrap'; readonly suite: Text }
  | { readonly transport: 'tar'; readonly location: Text }
  | { readonly transport: 'scratch' }
  | { readonly transport: 'local'; readonly name: string; readonly tag: string };

export interface ImageOptions {
  /** NAME:TAG the image is kept under; null: derived from its reference. */
  readonly tag: Text | null;
  readonly mirror: Text | null;
  readonly variant: 'minbase' | 'buildd' | 'standard';
  readonly include: readonly string[];
  readonly components: readonly string[];
  readonly arch: string | null;
  /** Lower-case hexadecimal. */
  readonly sha256: string | null;
  /** Configuration of an image that brings none (a tar): used where the service has no such key. */
  readonly config: {
    readonly command: readonly Text[] | null;
    readonly entrypoint: readonly Text[] | null;
    readonly environment: readonly (readonly [string, Text])[];
    readonly user: Text | null;
    readonly working_dir: Text | null;
  };
}

export type Mount =
  | { readonly type: 'bind'; readonly source: Text; readonly target: Text; readonly read_only: boolean; readonly create_host_path: boolean }
  | { readonly type: 'volume'; readonly source: string; readonly target: Text; readonly read_only: boolean }
  | { readonly type: 'tmpfs'; readonly target: Text; readonly size: Open<number> | null; readonly mode: number | null; readonly options: readonly string[] };

/** Where secrets are, unless they say: one directory, mounted as a whole. */
export const SECRETS = '/run/secrets';

/** A secret or a config: a file that the script makes for a container, in memory only. */
export interface GivenFile {
  readonly kind: 'secret' | 'config';
  /** Its key at the top level. */
  readonly name: string;
  /** Read when a container is made, never at generation; the text of a config stands in the script. */
  readonly content:
    | { readonly from: 'file'; readonly path: Text }
    | { readonly from: 'environment'; readonly variable: string }
    | { readonly from: 'text'; readonly text: Text };
  readonly target: string;
  /** null: that of the container's user. */
  readonly uid: number | null;
  readonly gid: number | null;
  readonly mode: number;
}

export interface ServiceNetwork {
  /** A key of Project.networks. */
  readonly network: string;
  readonly ipv4_address: Text | null;
  /** Names it has there beside its own. */
  readonly aliases: readonly string[];
}

/** What follows when the command has ended by itself. */
export interface RestartPolicy {
  readonly condition: 'always' | 'on-failure' | 'unless-stopped';
  /** null: without end. */
  readonly max_attempts: number | null;
  /** Milliseconds between two attempts; null: not given (Docker: 100, doubled each time). */
  readonly delay: number | null;
  /** Milliseconds it has to run to count as started; null: not given (Docker: 10 s). */
  readonly window: number | null;
}

/** Null fields are not given: those of the image, else HEALTHCHECK. Times in milliseconds. */
export interface Healthcheck {
  /** No check, not even that of the image. */
  readonly disable: boolean;
  /** The words that are executed; a line of shell is ["/bin/sh", "-c", LINE] already. null: the test of the image. */
  readonly test: readonly Text[] | null;
  readonly interval: number | null;
  readonly timeout: number | null;
  readonly retries: number | null;
  readonly start_period: number | null;
  readonly start_interval: number | null;
}

/** Docker's defaults. */
export const HEALTHCHECK = { interval: 30_000, timeout: 30_000, retries: 3, start_period: 0, start_interval: 5000 } as const;

export interface Logging {
  readonly driver: 'file' | 'journald' | 'none';
  /** Bytes; null: without limit. */
  readonly max_size: number | null;
  /** How many files, the one that is written among them. */
  readonly max_file: number;
}

/** Another service that is started before this one. */
export interface Dependency {
  /** A name among Project.services. */
  readonly service: string;
  /** What is waited for. */
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  /** This one is restarted after the other one was, by a command. */
  readonly restart: boolean;
  /** false: where it does not start, this one does all the same. */
  readonly required: boolean;
}

/** A command in a running container. */
export interface Hook {
  readonly command: readonly Text[];
  /** null: as of the service. */
  readonly user: Text | null;
  readonly working_dir: Text | null;
  /** Beside the environment of the service. */
  readonly environment: readonly (readonly [string, Text])[];
}

/** setrlimit(2), in the units of the kernel; -1: no limit. */
export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

export interface BlkioDevice {
  /** On the host. */
  readonly path: Text;
  /** 10 to 1000. */
  readonly weight: Open<number> | null;
  /** Bytes, and operations, a second. */
  readonly device_read_bps: Open<number> | null;
  readonly device_write_bps: Open<number> | null;
  readonly device_read_iops: Open<number> | null;
  readonly device_write_iops: Open<number> | null;
}

/** blkio_config; each device once. */
export interface Blkio {
  readonly weight: Open<number> | null;
  readonly devices: readonly BlkioDevice[];
}

export interface Device {
  /** On the host: a node, or a directory of some. */
  readonly source: Text;
  readonly target: Text;
  /** Some of `rwm`, in that order. */
  readonly access: string;
}

/** The namespace of another container of the project: that of a service, or one by its name. */
export type Joined = { readonly service: string } | { readonly container: string };

export function isJoined(mode: string | Joined | null): mode is Joined {
  return typeof mode === 'object' && mode !== null;
}

/** From `security_opt: [label:…]`; null: what SELinux has for containers. */
export interface SelinuxLabel {
  readonly user: string | null;
  readonly role: string | null;
  readonly type: string | null;
  /** One of sensitivities and categories, or a range. */
  readonly level: string | null;
  /** The type of its files. */
  readonly filetype: string | null;
}

export interface Service {
  readonly name: string;
  readonly image: ImageReference;
  readonly image_options: ImageOptions;
  readonly container_name: Text | null;
  /** null: the image's own (for debootstrap and scratch: none). A string command is already split into words. */
  readonly command: readonly Text[] | null;
  readonly entrypoint: readonly Text[] | null;
  /** In order, each name once; env_file first, environment over it. */
  readonly environment: readonly (readonly [string, Text])[];
  readonly working_dir: Text | null;
  /** As written: `user`, `uid`, `user:group`, `uid:gid`. */
  readonly user: Text | null;
  readonly hostname: Text | null;
  readonly domainname: Text | null;
  readonly labels: readonly (readonly [string, Text])[];
  readonly annotations: readonly (readonly [string, Text])[];
  /** 2 to 262144. */
  readonly cpu_shares: Open<number> | null;
  /** CPUs, as a decimal number: 0.5. From cpus or deploy.resources.limits.cpus. */
  readonly cpus: number | null;
  /** Microseconds; not together with cpus. */
  readonly cpu_period: Open<number> | null;
  readonly cpu_quota: Open<number> | null;
  readonly cpu_rt_period: number | null;
  readonly cpu_rt_runtime: number | null;
  /** Canonical list: `0-1,3`. */
  readonly cpuset: string | null;
  /** Bytes. */
  readonly mem_limit: Open<number> | null;
  /** Bytes, memory and swap together; -1: unlimited swap. */
  readonly memswap_limit: Open<number> | null;
  readonly mem_reservation: Open<number> | null;
  /** -1: unlimited. */
  readonly pids_limit: Open<number> | null;
  /** Bytes of /dev/shm; null: 64 MiB. */
  readonly shm_size: Open<number> | null;
  readonly ulimits: readonly Ulimit[];
  /** Only those of a namespace of its own: name with dots, value. */
  readonly sysctls: readonly (readonly [string, Text])[];
  readonly oom_score_adj: number | null;
  readonly oom_kill_disable: boolean;
  /** 0 to 100. */
  readonly mem_swappiness: Open<number> | null;
  readonly blkio: Blkio | null;
  /** Numbers, and names of the image. */
  readonly group_add: readonly Text[];
  /** Names without CAP_, in the order of their numbers: from cap_add and cap_drop. */
  readonly capabilities: readonly string[];
  readonly no_new_privileges: boolean;
  readonly seccomp: 'default' | 'unconfined' | SeccompProfile;
  /** A profile that the host has loaded; null: none. */
  readonly apparmor: string | null;
  /** null: no label is asked for. */
  readonly selinux: SelinuxLabel | null;
  /** None where it is privileged: it has them all. */
  readonly devices: readonly Device[];
  /** TYPE MAJOR:MINOR ACCESS */
  readonly device_cgroup_rules: readonly string[];
  /** All capabilities, all devices, nothing covered or read-only. */
  readonly privileged: boolean;
  /** Bytes, from storage_opt.size. */
  readonly storage_size: Open<number> | null;
  readonly network_mode: 'none' | 'host' | 'bridge' | Joined | null;
  readonly ipc: 'private' | 'shareable' | 'none' | 'host' | Joined;
  readonly pid: 'private' | 'host' | Joined;
  readonly uts: 'private' | 'host';
  readonly cgroup: 'private' | 'host';
  /** Seconds that its clocks are ahead of the host's; null: they are the host's. */
  readonly time: { readonly monotonic: number; readonly boottime: number } | null;
  /** Empty where network_mode is given; else at least `default`. In the order of the definition. */
  readonly networks: readonly ServiceNetwork[];
  /** Each once. */
  readonly ports: readonly PublishedPort[];
  /** PORT/PROTOCOL or FIRST-LAST/PROTOCOL: what the container says it listens on. */
  readonly expose: readonly string[];
  readonly dns: readonly Text[];
  readonly dns_search: readonly Text[];
  /** host name, address (an IPv4 or IPv6 address, or `host-gateway`). */
  readonly extra_hosts: readonly (readonly [string, Text])[];
  readonly mounts: readonly Mount[];
  /** Secrets, then configs. */
  readonly files: readonly GivenFile[];
  readonly read_only: boolean;
  /** `SIGTERM` form. */
  readonly stop_signal: string;
  /** Milliseconds. */
  readonly stop_grace_period: number;
  readonly init: boolean;
  /** null: it is not started again. From restart or deploy.restart_policy. */
  readonly restart: RestartPolicy | null;
  /** null: that of the image, if any. */
  readonly healthcheck: Healthcheck | null;
  readonly on_unhealthy: 'none' | 'restart' | 'stop' | 'kill';
  /** null: not given. */
  readonly logging: Logging | null;
  readonly post_start: readonly Hook[];
  readonly pre_stop: readonly Hook[];
  readonly depends_on: readonly Dependency[];
  /** Empty: it is always part of the project. */
  readonly profiles: readonly string[];
  /** How many containers. From scale or deploy.replicas. */
  readonly scale: number;
  readonly stdin_open: boolean;
  readonly tty: boolean;
  /** `linux/amd64` or null. */
  readonly platform: string | null;
  readonly pull_policy: 'always' | 'never' | 'missing';
  readonly userns_mode: 'auto' | 'host';
}

export interface Network {
  readonly name: string;
  /** The name on the host; null: derived from project and network. */
  readonly explicit_name: string | null;
  /** `10.89.0.0/24`; null: derived from the names. */
  readonly subnet: Text | null;
  readonly gateway: Text | null;
  /** What addresses are leased from; null: all of the subnet. */
  readonly ip_range: Text | null;
  /** Addresses that no container has. */
  readonly aux_addresses: readonly Text[];
  readonly internal: boolean;
  /** Ports of the host that its containers reach, from x-cash. */
  readonly host_ports: readonly HostPort[];
}

export interface HostPort {
  readonly first: number;
  readonly last: number;
  readonly protocol: 'tcp' | 'udp';
}

/** What leads from a port of the host to one of the container. Where there are several ports of the host, to the lowest free one. */
export interface PublishedPort {
  /** An address of the host; 0.0.0.0: all of them. */
  readonly host_ip: string;
  readonly first: number;
  readonly last: number;
  readonly target: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface Volume {
  readonly name: string;
  readonly explicit_name: string | null;
  readonly external: boolean;
}

export type Storage =
  | { readonly type: 'loop'; readonly size: Open<number> }
  | { readonly type: 'device'; readonly device: Text; readonly format: boolean }
  | { readonly type: 'btrfs' | 'directory' };

/** x-cash.waivers: a rule of the audit or of a policy that does not hold here. */
export interface Waiver {
  readonly rule: string;
  /** One line. */
  readonly reason: string;
  /** The last day, YYYY-MM-DD. */
  readonly until: string;
  /** null: all services. */
  readonly service: string | null;
}

/** x-cash.require_signature: the script verifies itself before it does anything. */
export interface SignatureDemand {
  /** Absolute path on the host; the format is that of ssh-keygen(1), ALLOWED SIGNERS. */
  readonly allowed_signers: string;
  /** Of one line of that file. */
  readonly identity: string;
}

export interface HostOptions {
  /** Absolute path; default /var/lib/cash. */
  readonly root: Text;
  /** loop is the default, 4 GiB; where x-cash.root already lies on btrfs the script uses that. */
  readonly storage: Storage;
  readonly cgroup: 'auto' | 'v1' | 'v2' | 'libcgroup';
  /** Who has a detached container: a process of ours, or a unit of systemd. */
  readonly supervisor: 'cash' | 'systemd';
  /** Sources of bind mounts that are refused otherwise. */
  readonly allow: readonly Text[];
  /** First subordinate uid and gid on the host, and how many; for userns_mode auto. */
  readonly userns: { readonly start: number; readonly count: number };
  /** The script is run by an ordinary user. */
  readonly rootless: boolean;
  readonly parameters: readonly (readonly [string, ParameterDeclaration])[];
  readonly functions: readonly (readonly [string, FunctionDeclaration])[];
  /** null: nobody needs to have signed it. */
  readonly require_signature: SignatureDemand | null;
  readonly waivers: readonly Waiver[];
  /** Those that the script has, beside those that each has; null: all. */
  readonly commands: readonly string[] | null;
}

export interface Project {
  readonly name: string;
  /** Profiles that are active without being asked for: COMPOSE_PROFILES, when the script was generated. */
  readonly profiles: readonly string[];
  readonly services: readonly Service[];
  readonly networks: readonly Network[];
  readonly volumes: readonly Volume[];
  readonly host: HostOptions;
}
