import { CAPABILITIES, DEFAULT_CAPABILITIES } from '../capabilities.ts';
import { type Context, fail, unsupported } from '../context.ts';
import { child, type Path } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import type { SelinuxLabel, Service } from '../project.ts';
import type { ServiceInput } from '../schema/compose.ts';
import { closedText, wrong } from '../values.ts';

type Confinement = Pick<Service, 'capabilities' | 'no_new_privileges' | 'seccomp' | 'apparmor' | 'selinux'>;

/** As Docker: what is dropped first, then what is added; ALL on one side leaves the names on the other as exceptions. */
export function buildConfinement(context: Context, input: ServiceInput, privileged: boolean, path: Path): Confinement {
  const added = names(context, input.cap_add ?? [], child(path, 'cap_add'));
  const dropped = names(context, input.cap_drop ?? [], child(path, 'cap_drop'));
  const all = privileged || added.has('ALL');
  const base = all ? CAPABILITIES : dropped.has('ALL') ? [] : DEFAULT_CAPABILITIES;
  return {
    capabilities: CAPABILITIES.filter((name) => (base.includes(name) && !dropped.has(name)) || (!all && added.has(name))),
    ...securityOptions(context, input.security_opt ?? [], privileged, child(path, 'security_opt')),
  };
}

function names(context: Context, list: readonly string[], path: Path): ReadonlySet<string> {
  return new Set(list.flatMap((text, index) => capability(context, text, child(path, index)) ?? []));
}

function capability(context: Context, text: string, path: Path): string | null {
  const closed = closedText(context, text, path);
  if (closed === null) return null;
  const name = closed.toUpperCase().replace(/^CAP_/, '');
  if (name === 'ALL' || CAPABILITIES.includes(name)) return name;
  return fail(context, 'invalid-value', path, `\`${closed}\` is no capability`, { hint: suggestion(name, [...CAPABILITIES, 'ALL']) ?? 'capabilities(7) has their names' });
}

const OPTIONS = 'there is `no-new-privileges:true`, `no-new-privileges:false`, `seccomp:unconfined`, `seccomp:FILE`, `apparmor:PROFILE`, `apparmor:cash-default`, `apparmor:unconfined`, `label:user:USER`, `label:role:ROLE`, `label:type:TYPE`, `label:level:LEVEL`, `label:filetype:TYPE`, `label:disable`';

/** The last of each kind holds, but label:disable in any case, as with Docker; those that cash has not only where they ask for what is so already. */
function securityOptions(context: Context, list: readonly string[], privileged: boolean, path: Path): Omit<Confinement, 'capabilities'> {
  let [noNewPrivileges, seccomp]: [boolean, Service['seccomp']] = [true, privileged ? 'unconfined' : 'default'];
  let [apparmor, selinux]: [Service['apparmor'], Service['selinux']] = [null, null];
  list.forEach((text, index) => {
    const option = closedText(context, text, child(path, index))?.replace('=', ':');
    if (option === undefined) return;
    if (/^no-new-privileges(:true)?$/.test(option)) noNewPrivileges = true;
    else if (option === 'no-new-privileges:false') noNewPrivileges = false;
    else if (/^seccomp:./.test(option)) seccomp = seccompOption(context, option.slice('seccomp:'.length), child(path, index));
    else if (option.startsWith('apparmor:')) apparmor = profile(context, option.slice('apparmor:'.length), child(path, index));
    else if (option.startsWith('label:')) selinux = labelOption(context, option, selinux ?? NO_LABEL, child(path, index));
    else if (/^(systempaths|no-new-privileges):/.test(option)) unsupported(context, child(path, index), `\`security_opt: ${option}\``, { hint: OPTIONS });
    else fail(context, 'invalid-value', child(path, index), `\`${option}\` is no security option`, { hint: OPTIONS });
  });
  if (list.some((text) => /^label[:=]disable$/.test(text))) selinux = null;
  if (apparmor !== null && selinux !== null) fail(context, 'conflict', path, 'a kernel has either AppArmor or SELinux', { at: 'key', hint: 'remove `apparmor:` or `label:`' });
  return { no_new_privileges: noNewPrivileges, seccomp, apparmor, selinux };
}

const NO_LABEL: SelinuxLabel = { user: null, role: null, type: null, level: null, filetype: null };
const NAME = /^[A-Za-z_][\w.-]*$/;
const LEVEL = /^s\d+(:c\d+([.,]c\d+)*)?(-s\d+(:c\d+([.,]c\d+)*)?)?$/;

/** `label:disable` leaves it as it is. */
function labelOption(context: Context, option: string, before: SelinuxLabel, path: Path): SelinuxLabel {
  if (option === 'label:disable') return before;
  const [, part = '', value = ''] = /^label:([a-z]*):(.*)$/.exec(option) ?? [];
  if (!Object.keys(NO_LABEL).includes(part)) {
    fail(context, 'invalid-value', path, `\`${option}\` is no security option`, { hint: OPTIONS });
  } else if (!(part === 'level' ? LEVEL : NAME).test(value)) {
    wrong(context, path, value, part === 'level' ? 'a level of SELinux: `s0:c1,c2`' : `a ${part} of SELinux: letters, digits, \`_ . -\``);
  }
  return { ...before, [part]: value };
}

function profile(context: Context, name: string, path: Path): Service['apparmor'] {
  if (name === 'unconfined') return null;
  return /^[\w/][\w./@+-]*$/.test(name) ? name : wrong(context, path, name, 'the name of an AppArmor profile: letters, digits, `_ . / @ + -`');
}

/** builtin: as Docker calls its default one. */
function seccompOption(context: Context, value: string, path: Path): Service['seccomp'] {
  if (value === 'unconfined') return value;
  if (value === 'builtin' || value === 'default') return 'default';
  return context.seccompProfile(value) ?? fail(context, 'undefined-name', path, `there is no seccomp profile \`${value}\``, { hint: OPTIONS }) ?? 'default';
}
