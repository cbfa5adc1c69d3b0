import type { Context } from '../context.ts';
import type { Path } from '../issue.ts';
import type { Text } from '../project.ts';
import { patternText, wrong } from '../values.ts';

/** As RFC 1123 has them, and with `_`, which Compose, Docker and the kernel take too. */
const label = '[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?';
const hostForm = new RegExp(`^${label}(\\.${label})*$`);

/** Linux keeps at most 64 bytes (HOST_NAME_MAX); each label has at most 63 (RFC 1123). */
const longestHostName = 64;

export function isHostName(text: string): boolean {
  return hostForm.test(text) && text.length <= 253;
}

/** What the kernel calls its files in a cgroup, beside which those of containers lie. Source: Linux, Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst. */
const kernelFile = /^(tasks|notify_on_release|release_agent|(cgroup|cpu|cpuacct|cpuset|memory|pids|blkio|devices|freezer|hugetlb|io|misc|rdma)\..*)$/;

export function isKernelFile(name: string): boolean {
  return kernelFile.test(name);
}

/** A host name or domain name for the UTS namespace. */
export function utsName(context: Context, value: string | undefined, path: Path): Text | null {
  if (value === undefined || value === '') return null;
  const name = patternText(context, value, path, hostForm, 'a host name: letters, digits, `-` and `_`, in parts of at most 63 with dots between');
  if (name === null || name.length <= longestHostName) return name;
  return wrong(context, path, name, `at most ${longestHostName} characters long`);
}

const containerForm = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export function containerName(context: Context, value: string | undefined, path: Path): Text | null {
  return patternText(context, value, path, containerForm, 'two or more letters, digits, `_`, `.` or `-`, beginning with a letter or digit');
}
