import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { isMergeKey, keyText, mergeSources, rangeOf } from './yaml.ts';
import type { YamlDocument } from './yaml.ts';

type Span = readonly [start: number, end: number];

interface Place {
  readonly key: unknown;
  readonly node: unknown;
}

/**
 * Where the value (or the key) at a path is written. What came by an alias or a merge key is where its anchor is; of a path
 * that leads nowhere, the last part that is there.
 */
export function locate(document: YamlDocument, keys: readonly (string | number)[], at: 'key' | 'value'): Span {
  let place: Place = { key: null, node: follow(document, document.contents) };
  for (const key of keys) {
    const next = step(document, place.node, key);
    if (next === null) break;
    place = next;
  }
  const keySpan = rangeOf(place.key);
  const span = rangeOf(place.node);
  const empty = span === null || span[0] === span[1] || (isScalar(place.node) && place.node.source === '');
  if (keySpan !== null && (at === 'key' || empty)) return keySpan;
  return span ?? [0, 0];
}

function follow(document: YamlDocument, node: unknown): unknown {
  return isAlias(node) ? (document.target(node) ?? node) : node;
}

function step(document: YamlDocument, node: unknown, key: string | number): Place | null {
  if (isSeq(node) && typeof key === 'number') {
    return key < node.items.length ? { key: null, node: follow(document, node.items[key]) } : null;
  }
  if (!isMap(node)) return null;
  const pair = find(document, node, String(key), 0);
  return pair === null ? null : { key: pair.key, node: follow(document, pair.value) };
}

const mostMerges = 20;

function find(document: YamlDocument, map: YAMLMap, key: string, depth: number): Pair | null {
  const own = map.items.find((pair) => !isMergeKey(pair) && keyText(pair.key) === key);
  if (own !== undefined || depth > mostMerges) return own ?? null;
  for (const pair of map.items.filter(isMergeKey)) {
    for (const source of mergeSources(document, pair.value)) {
      const found = isMap(source) ? find(document, source, key, depth + 1) : null;
      if (found !== null) return found;
    }
  }
  return null;
}
