import { child, fieldOf, issue, type Path, type Report } from '../issue.ts';
import { suggestion } from '../nearest.ts';
import { ACTIONS, OPERATORS, seccompProfile, type SeccompRuleInput } from '../schema/seccomp.ts';
import type { SeccompAction, SeccompCondition, SeccompProfile, SeccompRule } from '../seccomp/profile.ts';
import { systemCallNames } from '../seccomp/system-calls.ts';

const KNOWN = systemCallNames();

/** From the JSON of a profile, as Docker and the OCI have it, to its one form; null where that is wrong. All that is wrong is reported. */
export function buildSeccompProfile(report: Report, file: string, tree: unknown): SeccompProfile | null {
  const result = seccompProfile.safeParse(tree);
  if (!result.success) {
    for (const one of result.error.issues) {
      const path = one.path.reduce<Path | null>((parent, key) => child(parent, typeof key === 'number' ? key : String(key)), null);
      if (one.code === 'unrecognized_keys') for (const key of one.keys) report(issue('unknown-key', child(path, key), `a seccomp profile has no \`${key}\` here, or it is not supported yet`, { at: 'key' }));
      else report(issue('invalid-value', path, `\`${path === null ? file : fieldOf(path)}\`: ${one.message}`));
    }
    return null;
  }
  const { defaultAction, defaultErrnoRet, defaultErrno, syscalls } = result.data;
  if (defaultErrno != null && defaultErrnoRet == null) refuseErrno(report, 'defaultErrnoRet', child(null, 'defaultErrno'));
  const standard = action(defaultAction, defaultErrnoRet);
  const path = child(null, 'syscalls');
  const rules = (syscalls ?? []).flatMap((each, index) => rule(report, each, standard, child(path, index)));
  return { file, default: standard, rules };
}

function refuseErrno(report: Report, key: string, path: Path): void {
  report(issue('not-supported-yet', path, `\`${fieldOf(path)}\` alone is not supported yet`, { at: 'key', hint: `write the number of the error as \`${key}\`` }));
}

/** As runc: the error is EPERM where none is given. */
function action(name: keyof typeof ACTIONS, errno: number | null | undefined): SeccompAction {
  const own = ACTIONS[name];
  return { action: own, data: own === 'errno' || own === 'trace' ? (errno ?? 1) : 0 };
}

function rule(report: Report, input: SeccompRuleInput, standard: SeccompAction, path: Path): readonly SeccompRule[] {
  if ((input.names == null) === (input.name == null)) report(issue('invalid-value', path, 'a rule has either `names` or `name`'));
  if (input.errno != null && input.errnoRet == null) refuseErrno(report, 'errnoRet', child(path, 'errno'));
  const { includes, excludes } = input;
  const does = action(input.action, input.errnoRet);
  const named = input.name != null ? [[input.name, child(path, 'name')] as const] : (input.names ?? []).map((name, index) => [name, child(child(path, 'names'), index)] as const);
  const base = {
    names: named.filter(([name, at]) => isKnown(report, name, does, standard, at)).map(([name]) => name),
    action: does,
    with: capabilities(includes?.caps),
    without: capabilities(excludes?.caps),
    machines: machines(includes?.arches, excludes?.arches),
  };
  return alternatives((input.args ?? []).map(condition)).map((conditions) => ({ ...base, conditions }));
}

/** A name that nobody has is no harm where the rule allows more; where it refuses more, it is a hole. */
function isKnown(report: Report, name: string, does: SeccompAction, standard: SeccompAction, path: Path): boolean {
  if (KNOWN.has(name)) return true;
  const severity = /^(allow|log|trace)$/.test(does.action) && !/^(allow|log|trace)$/.test(standard.action) ? 'warning' : 'error';
  report(issue('undefined-name', path, `cash knows no system call \`${name}\``, { severity, hint: suggestion(name, [...KNOWN]) }));
  return false;
}

function capabilities(names: readonly string[] | null | undefined): readonly string[] {
  return (names ?? []).map((name) => name.replace(/^CAP_/, ''));
}

function machines(included: readonly string[] | null | undefined, excluded: readonly string[] | null | undefined): SeccompRule['machines'] {
  const wanted = included ?? [];
  const all = ['amd64', 'arm64'];
  const list = all.filter((name) => (wanted.length === 0 || wanted.includes(name)) && !(excluded ?? []).includes(name));
  return list.length === all.length ? null : list;
}

function condition({ index, op, value, valueTwo }: NonNullable<SeccompRuleInput['args']>[number]): SeccompCondition {
  const operator = OPERATORS[op];
  if (operator !== 'masked') return { argument: index, operator, value: String(value), mask: null };
  return { argument: index, operator, value: String(valueTwo ?? 0n), mask: String(value) };
}

/** As runc: of two conditions for one argument either will do, and then of all. */
function alternatives(all: readonly SeccompCondition[]): readonly (readonly SeccompCondition[])[] {
  const once = new Set(all.map(({ argument }) => argument)).size === all.length;
  return once ? [all] : all.map((each) => [each]);
}
