import { bytesOfText, textOfBytes } from "../../../src/core/text/byte-text.ts";

/** A text of a case: one that is not UTF-8 stands as `{b64}`. */
export type ByteValue = string | { readonly b64: string };

export function textOf(value: ByteValue): string {
  return typeof value === "string" ? value : textOfBytes(Buffer.from(value.b64, "base64"));
}

export function byteValue(text: string): ByteValue {
  return text.isWellFormed() ? text : { b64: Buffer.from(bytesOfText(text)).toString("base64") };
}
