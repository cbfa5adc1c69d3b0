import type { ParameterType, Text } from './project.ts';

/** Text with parameters in it: each stands as NUL NAME NUL, so that the odd pieces between NULs are names. */
export const parameterMark = '\0';

const sole = /^\0([a-z][a-z0-9_]*)\0$/;

export function isOpen(text: Text): boolean {
  return text.includes(parameterMark);
}

export function parameterNames(text: Text): readonly string[] {
  return isOpen(text) ? text.split(parameterMark).filter((_, index) => index % 2 === 1) : [];
}

/** The parameter a text consists of, and nothing else. */
export function soleParameter(text: Text): string | null {
  return isOpen(text) ? (sole.exec(text)?.[1] ?? null) : null;
}

export function fill(text: Text, value: (name: string) => string): string {
  if (!isOpen(text)) return text;
  return text
    .split(parameterMark)
    .map((piece, index) => (index % 2 === 1 ? value(piece) : piece))
    .join('');
}

/** The text as its author wrote it: `${name}` for a parameter. For messages. */
export function written(text: Text): string {
  return fill(text, (name) => `\${${name}}`);
}

/** A value of the type, to try a pattern on a text that holds the parameter; null where any string is possible. */
export function sample(type: ParameterType): string | null {
  switch (type.type) {
    case 'name':
      return 'n0';
    case 'ipv4':
      return '192.0.2.1';
    case 'integer':
    case 'bytes':
      return String(type.max);
    case 'path':
      return '/p';
    case 'string':
      return null;
  }
}
