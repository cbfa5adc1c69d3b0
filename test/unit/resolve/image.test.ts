import { describe, expect, test } from 'vitest';
import { resolveImage } from '../../../src/resolve/image.ts';
import { definition, load, project } from '../model/definition.ts';

function name(lines: string, top = ''): string {
  const found = project(definition(lines, top));
  const [service] = found.services;
  if (service === undefined) throw new Error('no service');
  const { repository, tag } = resolveImage(found, service);
  return JSON.stringify([repository, tag]).replace(/[0-9a-f]{8}(?=")/, 'DIGEST');
}

describe('the name of an image', () => {
  test.each([
    ['image: debootstrap:bookworm', '["debootstrap","bookworm"]'],
    ['image: debootstrap:bookworm\nx-cash: {include: [curl]}', '["debootstrap","bookworm-DIGEST"]'],
    ['image: debootstrap:bookworm\nx-cash: {tag: base}', '["base","latest"]'],
    ['image: debootstrap:bookworm\nx-cash: {tag: "base:1"}', '["base","1"]'],
    ['image: tar:/srv/rootfs.tar.zst', '["tar","rootfs-DIGEST"]'],
    ['image: tar:/srv/a b.tgz', '["tar","a_b-DIGEST"]'],
    ['image: tar:/srv/-rf.tar', '["tar","_rf-DIGEST"]'],
    ['image: tar:/srv/.tar', '["tar","rootfs-DIGEST"]'],
    ['image: scratch', '["scratch","latest"]'],
    ['image: mine:2\npull_policy: never', '["mine","2"]'],
  ])('%j: %s', (lines, expected) => expect(name(lines)).toBe(expected));

  test('may be a parameter', () => {
    expect(name('image: debootstrap:${suite}\nx-cash: {tag: "${suite}:x"}', 'x-cash: {parameters: {suite: name}}')).toBe('[[{"parameter":"suite"}],"x"]');
  });

  test('differs with what is in the image, and only with that', () => {
    const names = ['', 'x-cash: {include: [curl]}', 'x-cash: {include: [git]}', 'x-cash: {variant: buildd}', 'x-cash: {arch: arm64}', 'x-cash: {mirror: "http://mirror.example/debian"}'];
    const raw = names.map((lines) => resolveFirst(`image: debootstrap:bookworm\n${lines}`));
    expect(new Set(raw).size).toBe(names.length);
    expect(resolveFirst('image: debootstrap:bookworm\nx-cash: {command: [a]}\ncommand: b')).toBe(raw[0]);
  });
});

function resolveFirst(lines: string): string {
  const found = project(definition(lines));
  return JSON.stringify(found.services.map((service) => resolveImage(found, service).path));
}

test('one tag for two images is refused', () => {
  const services = (one: string, two: string): string =>
    `services:\n  a: {image: debootstrap:bookworm, x-cash: {tag: t, include: [${one}]}}\n  b: {image: debootstrap:bookworm, x-cash: {tag: t, include: [${two}]}}\n`;
  expect(load(services('curl', 'git')).diagnostics.map(({ message }) => message)).toEqual(['the image of `a` has that tag, and is another one']);
  expect(load(services('curl', 'curl')).diagnostics).toEqual([]);
});
