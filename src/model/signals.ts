/** signal(7), the numbers of x86 and ARM. */
const names = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT ' +
  'CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

const firstRealTime = 34;
const lastRealTime = 64;

function realTimeName(number: number): string {
  const offset = number - firstRealTime;
  return offset === 0 ? 'SIGRTMIN' : `SIGRTMIN+${offset}`;
}

function realTime(name: string): string | null {
  const match = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  if (match === null) return null;
  const offset = Number(match[3] ?? 0) * (match[2] === '-' ? -1 : 1);
  const number = (match[1] === 'MIN' ? firstRealTime : lastRealTime) + offset;
  return number < firstRealTime || number > lastRealTime ? null : realTimeName(number);
}

/** `SIGTERM` of `SIGTERM`, `TERM`, `sigterm`, `15`; null where there is no such signal. */
export function canonicalSignal(text: string): string | null {
  if (/^\d{1,2}$/.test(text)) {
    const number = Number(text);
    if (number >= firstRealTime && number <= lastRealTime) return realTimeName(number);
    const name = names[number - 1];
    return name === undefined ? null : `SIG${name}`;
  }
  const short = text.toUpperCase().replace(/^SIG/, '');
  const alias: Readonly<Record<string, string>> = { POLL: 'IO', IOT: 'ABRT', CLD: 'CHLD' };
  const name = Object.hasOwn(alias, short) ? (alias[short] ?? short) : short;
  return names.includes(name) ? `SIG${name}` : realTime(short);
}

export const signalNames: readonly string[] = names.map((name) => `SIG${name}`);
