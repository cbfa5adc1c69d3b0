/** Building words: shell values in which some parts are known only at run time. */
import { type Piece, toWord, type Word } from '../render/quote.ts';
import type { Parameter } from '../model/project.ts';

type Part = Word | Parameter;

function isPieces(part: Part): part is readonly Piece[] {
  return Array.isArray(part);
}

/** word`${root}/images/${name}`: texts (with `\0NAME\0` in them), numbers and words, glued together. */
export function word(strings: TemplateStringsArray, ...parts: readonly Part[]): Word {
  const done: Piece[] = [];
  let text = strings[0] ?? '';
  let next = 1;
  for (const part of parts) {
    if (typeof part === 'string' && !part.includes('\0')) {
      text += part;
    } else {
      for (const piece of piecesOf(part)) {
        if (typeof piece === 'string') {
          text += piece;
        } else {
          if (text !== '') done.push(text);
          done.push(piece);
          text = '';
        }
      }
    }
    text += strings[next++] ?? '';
  }
  if (done.length === 0) return text;
  return text === '' ? done : [...done, text];
}

/** A word of the script's own variable: `variable('CONTAINER')` is rendered as "$CONTAINER". */
export function variable(name: string): Word {
  return [{ parameter: name }];
}

export function isLiteral(value: Word): value is string | number | boolean {
  return !isPieces(value);
}

function piecesOf(part: Part): readonly Piece[] {
  const value = typeof part === 'boolean' || isPieces(part) ? part : toWord(part);
  return isPieces(value) ? value : [String(value)];
}
