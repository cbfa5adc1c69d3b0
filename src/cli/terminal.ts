/** The terminal: data on stdout, talk on stderr, colour for people only. */

/** Talk: one line, or more where it says more. */
export function complain(message: string): void {
  process.stderr.write(`cash: ${message}\n`);
}

export function talk(text: string): void {
  if (text !== '') process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function print(data: string): void {
  process.stdout.write(data);
}

/** `FORCE_COLOR` (not 0) wins over `NO_COLOR` (not empty), that over the terminal. Source: no-color.org, force-color.org. */
export function hasColour(stream: NodeJS.WriteStream): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return stream.isTTY === true && TERM !== 'dumb';
}

/** A reader that has seen enough (`| head`) is no error of ours. */
export function quietBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      throw error;
    });
  }
}
