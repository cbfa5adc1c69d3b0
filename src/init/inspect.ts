/** From what `docker inspect CONTAINER…` (or podman's) prints to Compose. Source: the Docker Engine API, ContainerInspect. */
import { type Found, isMapping, type Mapping, mapping, type Value } from './compose.ts';

/** null: it is no such JSON. */
export function fromInspect(text: string): Found | null {
  const containers = parsed(text);
  if (containers === null || containers.length === 0 || !containers.every(isContainer)) return null;
  const services = containers.map((container) => [serviceName(container), service(container)] as const);
  return { compose: { services: Object.fromEntries(services) }, left: [] };
}

function parsed(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return null;
  }
}

function isContainer(value: unknown): value is Mapping {
  return isMapping(value) && isMapping(value.Config) && isMapping(value.HostConfig);
}

function serviceName({ Name: name }: Mapping): string {
  return text(name).replace(/^\//, '').replace(/[^a-zA-Z0-9._-]/g, '-') || 'app';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** undefined where there is nothing in it: the key is not written then. */
function some<Item extends Value>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

function or(value: string): string | undefined {
  return value === '' ? undefined : value;
}

function service(container: Mapping): Mapping {
  const [config, host] = [mapping(container.Config), mapping(container.HostConfig)];
  return {
    image: text(config.Image),
    ...process(container, config),
    ...limits(host),
    ...rights(host),
    ...network(container, host),
    volumes: some(volumes(container)),
    tmpfs: some(Object.entries(mapping(host.Tmpfs)).map(([path, options]) => (text(options) === '' ? path : `${path}:${text(options)}`))),
    restart: restart(mapping(host.RestartPolicy)),
    healthcheck: healthcheck(config.Healthcheck),
    logging: logging(mapping(host.LogConfig)),
    labels: filled(mapping(config.Labels), (name) => !/^(com\.docker\.|desktop\.docker\.io\/|io\.podman\.)/.test(name)),
  };
}

/** undefined where nothing of it is wanted. */
function filled(value: Mapping, wanted: (name: string) => boolean = () => true): Mapping | undefined {
  const entries = Object.entries(value).filter(([name]) => wanted(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function process({ Id: id }: Mapping, config: Mapping): Mapping {
  const hostname = text(config.Hostname);
  return {
    entrypoint: some(list(config.Entrypoint)),
    command: some(list(config.Cmd)),
    environment: some(list(config.Env)),
    user: or(text(config.User)),
    working_dir: or(text(config.WorkingDir)),
    hostname: text(id).startsWith(hostname) ? undefined : hostname,
    tty: config.Tty === true ? true : undefined,
    stdin_open: config.OpenStdin === true ? true : undefined,
    stop_signal: or(text(config.StopSignal)),
    stop_grace_period: positive(config.StopTimeout) === undefined ? undefined : `${positive(config.StopTimeout)}s`,
  };
}

function limits(host: Mapping): Mapping {
  const cpus = positive(host.NanoCpus);
  return {
    cpus: cpus === undefined ? undefined : cpus / 1e9,
    cpu_shares: positive(host.CpuShares),
    cpuset: or(text(host.CpusetCpus)),
    mem_limit: positive(host.Memory),
    mem_reservation: positive(host.MemoryReservation),
    memswap_limit: host.MemorySwap === -1 ? -1 : positive(host.MemorySwap),
    pids_limit: positive(host.PidsLimit),
    shm_size: host.ShmSize === 64 * 2 ** 20 ? undefined : positive(host.ShmSize),
    ulimits: ulimits(host.Ulimits),
    oom_score_adj: typeof host.OomScoreAdj === 'number' && host.OomScoreAdj !== 0 ? host.OomScoreAdj : undefined,
    storage_opt: filled(mapping(host.StorageOpt)),
  };
}

function ulimits(value: unknown): Mapping | undefined {
  const all = Array.isArray(value) ? value.map(mapping) : [];
  return all.length === 0 ? undefined : Object.fromEntries(all.map(({ Name, Soft, Hard }) => [text(Name), { soft: Soft, hard: Hard }]));
}

function rights(host: Mapping): Mapping {
  return {
    privileged: host.Privileged === true ? true : undefined,
    cap_add: some(list(host.CapAdd)),
    cap_drop: some(list(host.CapDrop)),
    security_opt: some(list(host.SecurityOpt)),
    read_only: host.ReadonlyRootfs === true ? true : undefined,
    init: host.Init === true ? true : undefined,
    group_add: some(list(host.GroupAdd)),
    pid: or(text(host.PidMode)),
    ipc: ['', 'private', 'shareable'].includes(text(host.IpcMode)) ? undefined : text(host.IpcMode),
    devices: some((Array.isArray(host.Devices) ? host.Devices.map(mapping) : []).map((device) => `${text(device.PathOnHost)}:${text(device.PathInContainer)}:${text(device.CgroupPermissions)}`)),
    sysctls: filled(mapping(host.Sysctls)),
    uts: or(text(host.UTSMode)),
    userns_mode: or(text(host.UsernsMode)),
  };
}

function network(container: Mapping, host: Mapping): Mapping {
  const mode = text(host.NetworkMode);
  const joined = filled(mapping(mapping(container.NetworkSettings).Networks), (name) => !['bridge', 'host', 'none', 'default', 'podman'].includes(name)) ?? {};
  return {
    network_mode: mode === 'host' || mode === 'none' || mode.startsWith('container:') ? mode : undefined,
    networks: filled(Object.fromEntries(Object.entries(joined).map(([name, endpoint]) => [name, membership(container, mapping(endpoint))]))),
    ports: some(Object.entries(mapping(host.PortBindings)).flatMap(([target, bindings]) => ports(target, bindings))),
    dns: some(list(host.Dns)),
    dns_search: some(list(host.DnsSearch)),
    extra_hosts: some(list(host.ExtraHosts)),
  };
}

/** An engine adds the container's id, and its name, to the aliases. */
function membership(container: Mapping, { Aliases: aliases, IPAMConfig: given }: Mapping): Mapping {
  const known = [text(container.Id).slice(0, 12), serviceName(container)];
  return { aliases: some(list(aliases).filter((alias) => !known.includes(alias))), ipv4_address: or(text(mapping(given).IPv4Address)) };
}

/** What is the engine's default is not written. */
function logging({ Type: driver, Config: options }: Mapping): Mapping | undefined {
  const given = filled(mapping(options));
  return ['', 'json-file'].includes(text(driver)) && given === undefined ? undefined : { driver: or(text(driver)), options: given };
}

function ports(target: string, bindings: unknown): readonly string[] {
  const all = Array.isArray(bindings) ? bindings.map(mapping) : [];
  return all.map(({ HostIp, HostPort }) => [...(text(HostIp) === '' ? [] : [text(HostIp)]), ...(text(HostPort) === '' ? [] : [text(HostPort)]), target.replace(/\/tcp$/, '')].join(':'));
}

function volumes({ Mounts: mounts }: Mapping): readonly string[] {
  return (Array.isArray(mounts) ? mounts.map(mapping) : []).flatMap(({ Type, Name, Source, Destination, RW }) => {
    const source = Type === 'volume' ? text(Name) : text(Source);
    return Type === 'tmpfs' ? [] : [`${source}:${text(Destination)}${RW === false ? ':ro' : ''}`];
  });
}

function restart({ Name: name, MaximumRetryCount: most }: Mapping): string | undefined {
  if (text(name) === '' || name === 'no') return undefined;
  return positive(most) === undefined ? text(name) : `${text(name)}:${positive(most)}`;
}

/** Nanoseconds. */
function healthcheck(value: unknown): Mapping | undefined {
  const { Test, Interval, Timeout, Retries, StartPeriod } = mapping(value);
  const test = list(Test);
  if (test.length === 0) return undefined;
  const duration = (amount: Value | undefined): string | undefined => (positive(amount) === undefined ? undefined : `${Math.round((positive(amount) ?? 0) / 1e6)}ms`);
  return test[0] === 'NONE' ? { disable: true } : { test, interval: duration(Interval), timeout: duration(Timeout), retries: positive(Retries), start_period: duration(StartPeriod) };
}
