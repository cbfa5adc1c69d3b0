/** Where commits go: `commit web v1` makes PROJECT-web:v1, or a further tag of the name the image is given in x-cash.tag. */
import type { Project, Service } from '../model/project.ts';
import type { Word } from '../render/quote.ts';
import { word } from '../resolve/word.ts';

export function repositoryOfCommits(project: Project, service: Service): Word {
  const given = service.image_options.tag?.split(':')[0];
  return given === undefined ? word`${project.name}-${service.container_name ?? service.name}` : word`${given}`;
}
