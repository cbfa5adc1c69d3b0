import { issue } from './issue.ts';
import type { IssueCode, IssueDetails, Path, Report } from './issue.ts';
import type { ParameterDeclaration, Text } from './project.ts';
import type { SeccompProfile } from './seccomp/profile.ts';

/** What the functions that build the model know of the world; they report what is wrong and go on. */
export interface Context {
  readonly report: Report;
  readonly parameters: ReadonlyMap<string, ParameterDeclaration>;
  /** What relative host paths (bind sources, tar files) are relative to: absolute, may be one path parameter. */
  readonly directory: Text;
  /** The environment at generation time, `.env` included. */
  readonly variable: (name: string) => string | null;
  /** The seccomp profile in a file; null where there is no such file. What is wrong in it is reported, with its place there. */
  readonly seccompProfile: (path: string) => SeccompProfile | null;
  /** YYYY-MM-DD; null: nothing expires. */
  readonly today?: string | null;
  /** The variables of an env_file; null where there is no such file. `format` is null or `raw`. */
  readonly envFile: (path: string, format: string | null, own: ReadonlyMap<string, Text>) => ReadonlyMap<string, Text> | null;
}

export function fail(context: Context, code: IssueCode, path: Path | null, message: string, details?: IssueDetails): null {
  context.report(issue(code, path, message, details));
  return null;
}

export function unsupported(context: Context, path: Path | null, what: string, details?: IssueDetails): null {
  return fail(context, 'not-supported-yet', path, `${what} is not supported yet`, details);
}
