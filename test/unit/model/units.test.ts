import { describe, expect, test } from 'vitest';
import { anchored, matches } from '../../../src/model/ere.ts';
import { contains, formatAddress, isIpv6, parseAddress, parseSubnet } from '../../../src/model/ipv4.ts';
import { nearest } from '../../../src/model/nearest.ts';
import { splitWords } from '../../../src/model/shell-words.ts';
import { canonicalSignal } from '../../../src/model/signals.ts';
import { canonicalCpuset, numberText, parseBytes, parseDuration } from '../../../src/model/units.ts';

describe('units', () => {
  test.each<[string, number | null]>([
    ['0', 0], ['512', 512], ['1b', 1], ['1k', 1024], ['1kb', 1024], ['64M', 2 ** 26], ['1.5g', 1.5 * 2 ** 30], ['1 GiB', 2 ** 30], ['2gb', 2 ** 31],
    ['', null], ['-1', null], ['.5g', 2 ** 29], ['1.k', 1024],
    ['1x', null], ['k', null], ['1e3', null], ['99999999p', null], ['.', null], ['5ib', null], ['5bb', null],
  ])('bytes %j', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  test.each<[string, number | null]>([
    ['10s', 10_000], ['1m30s', 90_000], ['500ms', 500], ['1.5h', 5_400_000], ['500us', 1], ['2µs', 1], ['1h0m1s', 3_601_000], ['0', 0], ['1d', 86_400_000], ['.5s', 500], ['1.s', 1000],
    ['10', null], ['', null], ['s', null], ['.s', null], ['1x', null], ['-1s', null], ['1s 2m', null],
  ])('duration %j', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  test.each<[string, string | null]>([
    ['0,1,3', '0-1,3'], ['3,0-1', '0-1,3'], ['0-3', '0-3'], ['2', '2'], ['1,1', '1'], ['5-3', null], ['a', null], ['', null], ['0,', null],
  ])('cpuset %j', (text, canonical) => expect(canonicalCpuset(text)).toBe(canonical));

  test.each<[number, string]>([[8080, '8080'], [1.5, '1.5'], [0.00001, '1e-05'], [1e21, '1e+21'], [8080000, '8080000'], [123456.5, '123456.5'], [1234567.5, '1.2345675e+06'], [-3, '-3'], [0, '0'], [NaN, 'NaN'], [Infinity, '+Inf']])('number %d', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  test.each<[string, string | null]>([
    ['SIGTERM', 'SIGTERM'], ['TERM', 'SIGTERM'], ['quit', 'SIGQUIT'], ['15', 'SIGTERM'], ['9', 'SIGKILL'], ['RTMIN+3', 'SIGRTMIN+3'],
    ['SIGRTMAX-1', 'SIGRTMIN+29'], ['37', 'SIGRTMIN+3'], ['34', 'SIGRTMIN'], ['SIGIOT', 'SIGABRT'], ['0', null], ['32', null], ['SIGFOO', null], ['', null],
  ])('signal %j', (text, name) => expect(canonicalSignal(text)).toBe(name));
});

describe('splitting a command as go-shellwords does', () => {
  test.each<[string, readonly string[]]>([
    ['a b  c', ['a', 'b', 'c']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [String.raw`a\ b "c\"d" 'e\f'`, ['a b', 'c"d', String.raw`e\f`]],
    [`a '' ""`, ['a', '', '']],
    ['a$b *.c ~ {d,e}', ['a$b', '*.c', '~', '{d,e}']],
    [`x'y'"z"`, ['xyz']],
    ['echo `date +%s` $(id -u x)', ['echo', '`date +%s`', '$(id -u x)']],
    ['a\tb\nc', ['a', 'b', 'c']],
    ['  ', []],
    ['', []],
  ])('%j', (line, words) => expect(splitWords(line)).toEqual({ ok: true, words, cutAt: null }));

  test.each<[string, readonly string[], number]>([
    ['a ; b', ['a'], 2], ['a|b', ['a'], 1], ['a 2>b', ['a'], 3], ['a \';\' && b', ['a', ';'], 6],
  ])('%j ends early', (line, words, cutAt) => expect(splitWords(line)).toEqual({ ok: true, words, cutAt }));

  test.each(['a "b', "a 'b", 'a \\', 'a (b)', 'a )', 'a `b'])('%j is refused', (line) => expect(splitWords(line).ok).toBe(false));
});

describe('IPv4', () => {
  test('addresses', () => {
    expect(formatAddress(parseAddress('10.0.255.1') ?? 0)).toBe('10.0.255.1');
    for (const bad of ['256.0.0.1', '1.2.3', '01.2.3.4', '1.2.3.4.5', ' 1.2.3.4', '1.2.3.4\n']) expect(parseAddress(bad)).toBeNull();
  });

  test('subnets', () => {
    const subnet = parseSubnet('10.1.0.0/16');
    expect(subnet).toEqual({ base: 10 * 2 ** 24 + 2 ** 16, prefix: 16 });
    expect(subnet !== null && contains(subnet, parseAddress('10.1.255.255') ?? 0)).toBe(true);
    expect(subnet !== null && contains(subnet, parseAddress('10.2.0.0') ?? 0)).toBe(false);
    for (const bad of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/a', '10.0.0.0/8/8']) expect(parseSubnet(bad)).toBeNull();
  });

  test('IPv6 is told from a name', () => {
    for (const good of ['::1', 'fe80::1', '2001:db8:0:0:0:0:0:1', '::']) expect(isIpv6(good)).toBe(true);
    for (const bad of ['a', '1.2.3.4', ':::', '1:2', 'g::1', '1::2::3']) expect(isIpv6(bad)).toBe(false);
  });
});

describe('extended regular expressions', () => {
  test.each(['^a+$', '^[[:alnum:]_-]+$', '^(a|b)$', '^[]a]$', '^a[|]b$', String.raw`^a\|b$`])('%s is anchored', (pattern) => expect(anchored(pattern)).toBeNull());
  test.each(['a', '^a', 'a$', '^a|b$', String.raw`^a\$`, '^[a$', String.raw`^\d+$`, '^(?:a)$', '^(a$', '^'])('%s is refused', (pattern) => {
    expect(anchored(pattern)).not.toBeNull();
  });
  test.each<[string, string, boolean]>([
    ['^[[:alnum:]_-]+$', 'a-B_9', true], ['^[[:alnum:]]+$', 'a-b', false], ['^[]x]+$', ']x', true], ['^[^[:space:]]+$', 'a b', false], [String.raw`^[a\]+$`, 'a\\', true],
  ])('%s of %j', (pattern, text, does) => expect(matches(pattern, text)).toBe(does));
});

test('the nearest word', () => {
  expect(nearest('enviroment', ['environment', 'env_file'])).toBe('environment');
  expect(nearest('imgae', ['image', 'init'])).toBe('image');
  expect(nearest('Image', ['image'])).toBe('image');
  expect(nearest('xyz', ['image', 'init'])).toBeNull();
  expect(nearest('a'.repeat(1000), ['a'])).toBeNull();
});
