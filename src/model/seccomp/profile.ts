/** A seccomp profile, as Docker's and the OCI's (config-linux.md, Seccomp) in one form only. */
export interface SeccompProfile {
  /** As it is named in the definition; null: the default one. */
  readonly file: string | null;
  /** For what no rule is about. */
  readonly default: SeccompAction;
  readonly rules: readonly SeccompRule[];
}

export interface SeccompAction {
  readonly action: 'allow' | 'errno' | 'kill_process' | 'kill_thread' | 'log' | 'trace' | 'trap';
  /** The number of the error (errno), or the message (trace). */
  readonly data: number;
}

export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: SeccompAction;
  /** All of them hold; none: whatever the arguments are. */
  readonly conditions: readonly SeccompCondition[];
  /** It is there where the container has all of these capabilities (without CAP_), and none of those. */
  readonly with: readonly string[];
  readonly without: readonly string[];
  /** It is there for these machines (amd64, arm64); null: for all. */
  readonly machines: readonly string[] | null;
}

/** Of an argument (0 to 5), 64 bits without a sign; the numbers are decimal, as JSON has none that large. */
export interface SeccompCondition {
  readonly argument: number;
  readonly operator: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'masked';
  /** With masked: what argument & mask is. */
  readonly value: string;
  readonly mask: string | null;
}
