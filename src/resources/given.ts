/** Secrets and configs of a service: what the script writes into the tmpfs of a container, and what of that is mounted. */
import { type GivenFile, type Project, SECRETS, type Service, type Text } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { variable, word } from '../resolve/word.ts';

/** Of the Bash functions secret_file, secret_variable, secret_text: PLACE UID GID MODE CONTENT. */
export interface SecretCall {
  readonly function: string;
  readonly arguments: readonly Word[];
}

/** What the script has made itself, and mounts: a file, or the directory of those in /run/secrets. */
export interface Ours {
  readonly type: 'file' | 'directory';
  readonly source: Word;
  readonly target: Text;
  readonly options: string;
}

/** Where it is below the tmpfs. */
function place({ target }: GivenFile, index: number): string {
  return target.startsWith(`${SECRETS}/`) ? `run${target.slice(SECRETS.length)}` : `files/${index}`;
}

export function secretCalls({ files }: Service): readonly SecretCall[] {
  return files.map((file, index) => {
    const owner = [file.uid ?? '', file.gid ?? '', file.mode.toString(8)];
    const { content } = file;
    switch (content.from) {
      case 'file':
        return { function: 'secret_file', arguments: [place(file, index), ...owner, word`${content.path}`] };
      case 'environment':
        return { function: 'secret_variable', arguments: [place(file, index), ...owner, content.variable] };
      case 'text':
        return { function: 'secret_text', arguments: [place(file, index), ...owner, word`${content.text}`] };
    }
  });
}

export function ours(files: readonly GivenFile[]): readonly Ours[] {
  const tmpfs = variable('SECRETS');
  const options = 'ro,nosuid,nodev';
  const places = files.map(place);
  const single = files.flatMap(({ target }, index): readonly Ours[] =>
    places[index] === `files/${index}` ? [{ type: 'file', source: word`${tmpfs}/files/${index}`, target, options }] : [],
  );
  return single.length === files.length ? single : [{ type: 'directory', source: word`${tmpfs}/run`, target: SECRETS, options }, ...single];
}

/** Variables of the script's environment that hold one: its children need not know them. */
export function secretVariables(project: Project): readonly string[] {
  return [...new Set(project.services.flatMap(({ files }) => files.flatMap(({ content }) => (content.from === 'environment' ? [content.variable] : []))))];
}
