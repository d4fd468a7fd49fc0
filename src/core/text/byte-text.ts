/**
 * Text and the bytes it represents. Go's strings are bytes; ours are code units. A byte that is not UTF-8 is kept as the
 * lone surrogate U+DC00 + byte (never part of a pair, as lone leading surrogates are not accepted), so that decoding `%ff`
 * and encoding it again gives `%FF`. `toWellFormed` makes U+FFFD of each, as Go's JSON writer does.
 */

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

export function bytesOfText(text: string): Uint8Array {
  if (text.isWellFormed()) return ENCODER.encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else for (const byte of ENCODER.encode(char)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

export function byteLength(text: string): number {
  return bytesOfText(text).length;
}

export function textOfBytes(bytes: Uint8Array): string {
  let text = "";
  let done = 0;
  // The longest valid ranges go through the decoder; bytes between them are kept one by one.
  for (let at = 0; at < bytes.length;) {
    const size = sequenceLength(bytes, at);
    if (size > 0) {
      at += size;
      continue;
    }
    text += STRICT.decode(bytes.subarray(done, at)) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at++;
    done = at;
  }
  return text + STRICT.decode(bytes.subarray(done));
}

/** Length of the UTF-8 sequence at `at`, 0 when there is none: overlong forms, surrogates and code points above U+10FFFF are invalid. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < size; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return size;
}

/** The character at an index and how many bytes it takes; an invalid byte is U+FFFD of one byte, as in Go. */
export function runeAt(bytes: Uint8Array, at: number): { code: number; size: number } {
  const size = sequenceLength(bytes, at);
  const first = bytes[at] ?? 0;
  if (size === 0) return { code: 0xfffd, size: 1 };
  if (size === 1) return { code: first, size };
  let code = first & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) code = code * 64 + ((bytes[at + i] ?? 0) & 0x3f);
  return { code, size };
}

/** Order by bytes, as Go sorts strings: it differs from JavaScript's above U+D7FF. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    if (left < 0xd800 && right < 0xd800) return left - right;
    return compareArrays(bytesOfText(a), bytesOfText(b));
  }
  return a.length - b.length;
}

function compareArrays(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
