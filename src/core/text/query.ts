import { bytesOfText, textOfBytes } from "./byte-text.ts";

const AMPERSAND = "&";
const PERCENT = 37;
const SPACE = 32;
const HEX = "0123456789ABCDEF";

export interface ParsedQuery {
  /** Values of each key, in the order of the text. */
  readonly values: Map<string, string[]>;
  /** A part had a `;` or a bad `%` and was left out; the others are in `values`. */
  readonly error: boolean;
}

/** A URL query string read as Go's `url.ParseQuery` does. Bytes that are not UTF-8 are kept as byte-text.ts says. */
export function parseQuery(text: string): ParsedQuery {
  const values = new Map<string, string[]>();
  let error = false;
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf(AMPERSAND, start);
    if (end < 0) end = text.length;
    if (end > start && !addPair(values, text.slice(start, end))) error = true;
    start = end + 1;
  }
  return { values, error };
}

function addPair(values: Map<string, string[]>, pair: string): boolean {
  if (pair.indexOf(";") >= 0) return false;
  const equals = pair.indexOf("=");
  const key = queryUnescape(equals < 0 ? pair : pair.slice(0, equals));
  if (key === null) return false;
  const value = equals < 0 ? "" : queryUnescape(pair.slice(equals + 1));
  if (value === null) return false;
  const list = values.get(key);
  if (list === undefined) values.set(key, [value]);
  else list.push(value);
  return true;
}

/** Go's `url.QueryUnescape`: `+` is a space, `%xx` a byte. Null when a `%` is not followed by two hex digits. */
export function queryUnescape(text: string): string | null {
  if (text.indexOf("%") < 0) return text.indexOf("+") < 0 ? text : text.replaceAll("+", " ");
  return percentDecode(text.indexOf("+") < 0 ? text : text.replaceAll("+", " "));
}

/** `%xx` to bytes, everything else as it is. Null when a `%` is not followed by two hex digits. */
export function percentDecode(text: string): string | null {
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", at + 3)) {
    if (hexValue(text.charCodeAt(at + 1)) < 0 || hexValue(text.charCodeAt(at + 2)) < 0) return null;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    // The escapes are well-formed, so the bytes they encode are not UTF-8: decode them by hand.
    return textOfBytes(decodeBytes(bytesOfText(text)));
  }
}

function decodeBytes(bytes: Uint8Array): Uint8Array {
  const decoded = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] ?? 0;
    if (byte === PERCENT) {
      byte = hexValue(bytes[at + 1] ?? 0) * 16 + hexValue(bytes[at + 2] ?? 0);
      at += 2;
    }
    decoded[length++] = byte;
  }
  return decoded.subarray(0, length);
}

/** Value of the hex digit with this code, -1 for any other (NaN, past the end, too). */
export function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}

/** Go's `url.QueryEscape`: letters, digits and `-_.~` stay, a space is `+`, any other byte `%XX`. */
export function queryEscape(text: string): string {
  if (isUnreserved(text)) return text;
  if (text.isWellFormed()) return encodeURIComponent(text).replace(/[!'()*]|%20/g, escapeRest);
  let escaped = "";
  for (const byte of bytesOfText(text)) {
    if (byte === SPACE) escaped += "+";
    else if (isUnreservedCode(byte)) escaped += String.fromCharCode(byte);
    else escaped += `%${HEX[byte >> 4]}${HEX[byte & 15]}`;
  }
  return escaped;
}

/** Characters that encodeURIComponent writes differently from Go. */
function escapeRest(match: string): string {
  return match === "%20" ? "+" : `%${match.charCodeAt(0).toString(16).toUpperCase()}`;
}

function isUnreserved(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isUnreservedCode(text.charCodeAt(i))) return false;
  return true;
}

function isUnreservedCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 46 ||
    code === 95 ||
    code === 126
  );
}
