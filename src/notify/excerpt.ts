import { cutText } from "../contract/cut-text.ts";

const FEW = 160;

/** A receiver's answer for one line of a table: short, without control characters. */
export function excerpt(text: string): string {
  const plain = text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return cutText(plain, FEW);
}
