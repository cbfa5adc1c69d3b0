import { describe, expect, test } from 'vitest';
import { parseDotenv, parseRawEnv } from '../../../src/load/dotenv.ts';

const scope = { variable: (name: string) => (name === 'HOST' ? 'h' : null), isParameter: () => false };
const read = (text: string) => Object.fromEntries(parseDotenv(text, scope).variables);

describe('env files', () => {
  test.each<[string, Record<string, string>]>([
    ['A=1\nB=2\n', { A: '1', B: '2' }],
    ['\ufeffA=1', { A: '1' }],
    ['# c\n\n  A = 1  \n', { A: '1' }],
    ['export A=1\nexport\tB=2', { A: '1', B: '2' }],
    ['A: 1', { A: '1' }],
    ['A=1 # c\nB=1# n', { A: '1', B: '1# n' }],
    ['A=\nB=', { A: '', B: '' }],
    ['A="x # y" # c\nB=1', { A: 'x # y', B: '1' }],
    [String.raw`A="a\nb\t\"q\" \\ \$HOST $HOST"`, { A: 'a\nb\t"q" \\ $HOST h' }],
    [String.raw`A='a\n$HOST \'q\''`, { A: String.raw`a\n$HOST 'q'` }],
    ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
    ['A=1\nB=$A-${HOST}-${NO:-d}', { A: '1', B: '1-h-d' }],
    ['A=1\nA=2', { A: '2' }],
    ['HOST\nNO\nA=1', { HOST: 'h', A: '1' }],
    ['HOST', { HOST: 'h' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A=a b c', { A: 'a b c' }],
    ['A.b-c[0]=1', { 'A.b-c[0]': '1' }],
    ['', {}],
  ])('%j', (text, variables) => expect(read(text)).toEqual(variables));

  test.each<[string, number]>([['A=1\n?=2', 4], ['A="x', 2], ['A B=1', 0], ['=1', 0], ['A=${', 2], ['A=\0', 2], ['A=$$${B', 4], ['A="\\${B ${B"', 8]])('%j has an error at %d', (text, offset) => {
    expect(parseDotenv(text, scope).problems.map((problem) => [problem.severity, problem.offset])).toEqual([['error', offset]]);
  });

  test('an unset variable is a warning', () => expect(parseDotenv('A=$NO', scope).problems[0]?.severity).toBe('warning'));

  test('raw files are taken as they stand', () => {
    const { variables } = parseRawEnv('# c\nA="$x" # no comment\nB=\nHOST\nNO\n', scope);
    expect(Object.fromEntries(variables)).toEqual({ A: '"$x" # no comment', B: '', HOST: 'h' });
    expect(parseRawEnv('A=1\n =2', scope).problems.map(({ offset }) => offset)).toEqual([5]);
  });
});
