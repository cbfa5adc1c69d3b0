import { describe, expect, test } from 'vitest';
import { bridgeName, identifiers } from '../../../src/resolve/name.ts';

describe('identifiers', () => {
  test('are what Bash takes', () => {
    const names = ['web', 'my-app', 'a.b', '9lives', '_x'];
    const ids = [...identifiers(names).values()];
    expect(ids).toEqual(['web', 'my_app', 'a_b', '_9lives', '_x']);
  });

  test('are never shared', () => {
    const clash = identifiers(['a-b', 'a.b', 'a_b']);
    expect(clash.get('a-b')).toBe('a_b');
    expect(new Set(clash.values()).size).toBe(3);
    const [crafted = ''] = [identifiers(['a_b', 'a-b']).get('a-b')];
    expect(new Set(identifiers([crafted, 'a_b', 'a-b']).values()).size).toBe(3);
  });
});

describe('the name of a bridge', () => {
  test.each([
    ['web', 'default', null, 'cash-web'],
    ['web', 'front', null, 'cash-web-front'],
    ['web', 'front', 'br0', 'br0'],
    ['web', 'default', 'front', 'front'],
  ])('%s, %s, %j: %s', (project, network, explicit, name) => expect(bridgeName(project, network, explicit)).toBe(name));

  test.each([
    ['too long', 'website', 'frontend', null],
    ['explicit and too long', 'web', 'front', 'a-name-of-a-bridge'],
    ['of a project with a dash', 'my-app', 'default', null],
  ])('%s: a digest, of 15 characters', (_, project, network, explicit) => {
    expect(bridgeName(project, network, explicit)).toMatch(/^cash-[0-9a-f]{10}$/);
  });

  test('a-b, and b of a, are two', () => expect(bridgeName('a-b', 'default', null)).not.toBe(bridgeName('a', 'b', null)));
});
