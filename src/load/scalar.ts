import { floatText, numberText } from '../model/units.ts';

/** What a plain (unquoted) YAML scalar is, as Compose's parser (gopkg.in/yaml.v3) reads it: YAML 1.2, with 0777 and 1_000. */
export type ScalarValue = string | number | boolean | null;

const words: Readonly<Record<string, ScalarValue>> = {
  '': null, '~': null, null: null, Null: null, NULL: null,
  true: true, True: true, TRUE: true, false: false, False: false, FALSE: false,
  '.inf': Infinity, '.Inf': Infinity, '.INF': Infinity, '+.inf': Infinity, '+.Inf': Infinity, '+.INF': Infinity,
  '-.inf': -Infinity, '-.Inf': -Infinity, '-.INF': -Infinity, '.nan': NaN, '.NaN': NaN, '.NAN': NaN,
};

const radixForm = /^([+-]?)0(?:([xX])([0-9a-fA-F]+)|([oO]?)([0-7]+)|([bB])([01]+))$/;
const decimalForm = /^[+-]?(?:0|[1-9]\d*)$/;
const floatForm = /^[+-]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][+-]?\d+)?$/;

export function plainScalar(text: string): ScalarValue {
  const first = text.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!numeric) return text.length <= 5 && Object.hasOwn(words, text) ? (words[text] ?? null) : text;
  if (Object.hasOwn(words, text)) return words[text] ?? null;
  return number(text.includes('_') ? text.replaceAll('_', '') : text) ?? text;
}

/** null: no number. What is too large for a number of JavaScript stays the text of its digits. */
function number(text: string): number | string | null {
  if (decimalForm.test(text)) return exact(Number(text), () => BigInt(text.replace(/^\+/, '')));
  const radix = radixForm.exec(text);
  if (radix !== null) {
    const [, sign, , hexadecimal, , octal, , binary] = radix;
    const digits = hexadecimal !== undefined ? `0x${hexadecimal}` : octal !== undefined ? `0o${octal}` : `0b${binary}`;
    return exact(Number(digits) * (sign === '-' ? -1 : 1), () => BigInt(digits) * (sign === '-' ? -1n : 1n));
  }
  return floatForm.test(text) && Number.isFinite(Number(text)) ? float(Number(text)) : null; // 12e3456 may be a digest
}

/** A whole one that Compose prints otherwise than an integer stays its text. */
function float(value: number): number | string {
  return Number.isInteger(value) && floatText(value) !== numberText(value) ? floatText(value) : value;
}

function exact(value: number, large: () => bigint): number | string {
  return Number.isSafeInteger(value) ? value + 0 : large().toString();
}
