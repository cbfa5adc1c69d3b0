/** What a waiver can be of. What the rules say stands in src/audit and in src/policy. */
export const AUDIT_RULES = ['A001', 'A002', 'A003', 'A004', 'A005', 'A006', 'A007'] as const;

export const POLICY_RULES = [
  'images', 'image_digests', 'privileged', 'host_namespaces', 'capabilities', 'devices', 'no_new_privileges', 'user_namespace', 'user', 'read_only',
  'ports', 'host_ports', 'binds', 'binds_read_only', 'mem_limit', 'pids_limit', 'cpus', 'healthcheck', 'loosened',
] as const;

export function isAuditRule(name: string): boolean {
  return AUDIT_RULES.some((rule) => rule === name);
}
