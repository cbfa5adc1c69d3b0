/** Acceptance tests of a script: what its bats file needs to know. */
import type { Project } from '../model/project.ts';
import { toWord, type Word } from '../render/quote.ts';
import { resolveNetworks } from '../resolve/network.ts';
import { word } from '../resolve/word.ts';
import { commandsIn } from './called.ts';
import { volumeName } from './mounts.ts';

export interface Acceptance {
  readonly project: string;
  /** File name, beside that of the tests. */
  readonly script: string;
  readonly version: string;
  readonly digest: string;
  /** The script runs without being told anything: no parameters, no signatures of its own. */
  readonly runs: boolean;
  /** It has the commands that a test needs. */
  readonly pulls: boolean;
  readonly starts: boolean;
  readonly logs: boolean;
  readonly root: Word;
  readonly bridges: readonly string[];
  /** What would be of somebody else: the volumes, by their paths. */
  readonly volumes: readonly Word[];
  /** SERVICE, ADDRESS and PORT of each published port of TCP whose number is given. */
  readonly ports: readonly { readonly title: string; readonly service: string; readonly address: string; readonly port: number }[];
}

export function acceptance(project: Project, script: string, version: string, digest: string): Acceptance {
  const commands = commandsIn(project);
  const starts = commands.includes('up') && commands.includes('ps');
  return {
    project: project.name,
    script,
    version,
    digest,
    runs: project.host.parameters.length + project.host.functions.length === 0,
    pulls: commands.includes('pull'),
    starts,
    logs: commands.includes('logs'),
    root: toWord(project.host.root),
    bridges: resolveNetworks(project).filter(({ shared }) => !shared).map(({ bridge }) => bridge),
    volumes: project.volumes.filter(({ external }) => !external).map(({ name }) => word`${project.host.root}/volumes/${volumeName(project, name)}`),
    ports: (starts ? project.services : []).flatMap(({ name, ports }) => ports.filter(({ first, last, protocol }) => protocol === 'tcp' && first === last).map(({ host_ip, first }) => {
      const address = host_ip === '0.0.0.0' ? '127.0.0.1' : host_ip;
      return { title: `${name} answers on ${address}:${first}`, service: name, address, port: first };
    })),
  };
}
