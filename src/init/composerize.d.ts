/** composerize 1.7: a definition as YAML, with comments. Throws where it is no such line. */
declare module 'composerize' {
  export default function composerize(line: string, existing: string | null, version: 'latest', indent: number): string;
}
